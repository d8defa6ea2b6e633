// What opcodes do that would call something: they describe the call. Only what every object of the protocols 0 and 1 goes
// through, `copyreg._reconstructor`, and `__newobj__` are seen through to the class that they make an object of.

import type { Instance, Name, PythonValue } from '../python/value.ts'
import type { Machine } from './machine.ts'

/** REDUCE: a function or class, called with a tuple. */
export function call(machine: Machine, args: PythonValue, callable: PythonValue): void {
  if (!isCallable(callable)) machine.fail('what is called is neither a function nor a class')
  else if (!isOfKind(args, 'tuple')) machine.fail('a call has no tuple of arguments')
  else machine.push(describe(callable, args.items))
}

/** NEWOBJ and NEWOBJ_EX: a class, its `__new__` given a tuple and, maybe, a dict. */
export function rebuild(machine: Machine, args: PythonValue, callable: PythonValue, named?: PythonValue): void {
  if (!isCallable(callable)) machine.fail('an object is of no class')
  else if (!isOfKind(args, 'tuple')) machine.fail('a call has no tuple of arguments')
  else if (named === undefined || (isOfKind(named, 'dict') && named.entries.length === 0)) {
    machine.push({ kind: 'instance', callable, args: args.items })
  } else if (isOfKind(named, 'dict')) machine.push({ kind: 'instance', callable, args: args.items, named })
  else machine.fail('named arguments are no dict')
}

/** INST and OBJ: a class, called with what stood above the mark. */
export function callClass(machine: Machine, callable: PythonValue, args: readonly PythonValue[]): void {
  if (isCallable(callable)) machine.push({ kind: 'instance', callable, args })
  else machine.fail('an object is of no class')
}

function describe(callable: Name | Instance, args: readonly PythonValue[]): Instance {
  const [of, base] = args
  if (callable.kind === 'name' && of !== undefined && isCallable(of) && /^copy_?reg$/.test(callable.module)) {
    if (callable.name === '__newobj__') return { kind: 'instance', callable: of, args: args.slice(1) }
    if (callable.name === '_reconstructor' && base !== undefined && isOfKind(base, 'name')) {
      return { kind: 'instance', callable: of, args: base.name === 'object' ? [] : args.slice(2) }
    }
  }
  return { kind: 'instance', callable, args }
}

/** BUILD: the state of the object below. */
export function build(machine: Machine, state: PythonValue): void {
  const object = machine.top()
  if (isOfKind(object, 'instance')) object.state = state
  else machine.fail('a state is given to what is no object')
}

/** APPEND, APPENDS and ADDITEMS: items of the list, set or object below. */
export function addAll(machine: Machine, items: readonly PythonValue[]): void {
  const target = machine.top()
  if (isOfKind(target, 'list') || isOfKind(target, 'set')) append(target.items, items)
  else if (isOfKind(target, 'instance')) {
    target.items ??= []
    append(target.items, items)
  } else machine.fail('items are added to what holds none')
}

/** SETITEM and SETITEMS: keys and values of the dict or object below. */
export function setAll(machine: Machine, entries: readonly PythonValue[]): void {
  const target = machine.top()
  if (entries.length % 2 === 1) machine.fail('a key has no value')
  else if (isOfKind(target, 'dict')) append(target.entries, entries)
  else if (isOfKind(target, 'instance')) {
    target.entries ??= []
    append(target.entries, entries)
  } else machine.fail('keys are set in what has none')
}

function append(target: PythonValue[], items: readonly PythonValue[]): void {
  for (const item of items) target.push(item)
}

function isCallable(value: PythonValue): value is Name | Instance {
  return isOfKind(value, 'name') || isOfKind(value, 'instance')
}

type Described = Extract<PythonValue, object>

function isOfKind<Kind extends Described['kind']>(
  value: PythonValue,
  kind: Kind
): value is Described & { readonly kind: Kind } {
  return typeof value === 'object' && value !== null && value.kind === kind
}
