// Classes of Python's own library whose objects loggers are given, by what they are made of: what `str()` would say of them.
// Whatever is not made as their classes make it is left as it was described.

import type { Budget } from './budget.ts'
import { bytesOf } from './bytes.ts'
import { floatText } from './float.ts'
import { date, datetime, time, timedelta } from './known-time.ts'
import { textOfBytes } from './text.ts'
import { type Bytes, entryOf, type Instance, type Known, nameOf, type PythonValue } from './value.ts'

type Render = (instance: Instance, budget: Budget) => Known | PythonValue | undefined

/** Undefined for what is not known, and for what is not made as usual. */
export function known(instance: Instance, budget: Budget): Known | undefined {
  if (instance.callable.kind !== 'name') return undefined
  const { module, name } = instance.callable
  const render =
    RENDERS.get(`${MODULES.get(module) ?? module}.${name}`) ?? (EXCEPTION.test(name) ? exception : undefined)
  const found = render?.(instance, budget)
  if (found === undefined) return undefined
  return typeof found === 'object' && found !== null && 'value' in found && !('kind' in found)
    ? found
    : { value: found as PythonValue }
}

/** What modules are called now that once had, or within have, other names. */
const MODULES: ReadonlyMap<string, string> = new Map([
  ['__builtin__', 'builtins'],
  ['exceptions', 'builtins'],
  ['', 'builtins'],
  ['pathlib._local', 'pathlib'],
  ['_decimal', 'decimal']
])

/** How classes of exceptions are called by custom. */
const EXCEPTION = /(?:Error|Exception|Warning|Exit|Interrupt|StopIteration)$/

const RENDERS: ReadonlyMap<string, Render> = new Map<string, Render>([
  [
    '_codecs.encode',
    ({ args }, budget) => bytesValue(bytesOf({ kind: 'instance', callable: ENCODE, args }, budget), 'bytes')
  ],
  ['builtins.bytes', (instance, budget) => bytesValue(contents(instance, budget), 'bytes')],
  ['builtins.bytearray', (instance, budget) => bytesValue(contents(instance, budget), 'bytearray')],
  ['builtins.set', instance => gathered(instance, 'set')],
  ['builtins.frozenset', instance => gathered(instance, 'frozenset')],
  ['builtins.complex', complex],
  ['builtins.getattr', attribute],
  ['collections.OrderedDict', mapping],
  ['collections.Counter', mapping],
  ['collections.defaultdict', instance => mapping({ ...instance, args: [] })],
  ['collections.deque', instance => gathered(instance, 'list')],
  ['datetime.date', date],
  ['datetime.datetime', datetime],
  ['datetime.time', time],
  ['datetime.timedelta', timedelta],
  ['decimal.Decimal', ({ args }) => (typeof args[0] === 'string' ? args[0] : undefined)],
  ['uuid.UUID', uuid],
  ...['PosixPath', 'PurePosixPath', 'Path', 'PurePath'].map(name => [`pathlib.${name}`, path('/')] as const),
  ...['WindowsPath', 'PureWindowsPath'].map(name => [`pathlib.${name}`, path('\\')] as const)
])

const ENCODE = { kind: 'name', module: '_codecs', name: 'encode' } as const

function bytesValue(bytes: Buffer | undefined, type: Bytes['type']): Bytes | undefined {
  return bytes && { kind: 'bytes', type, bytes }
}

function contents({ args }: Instance, budget: Budget): Buffer | undefined {
  return args.length === 0 ? Buffer.alloc(0) : bytesOf(args[0], budget)
}

function gathered({ args, items, state }: Instance, kind: 'set' | 'frozenset' | 'list'): PythonValue | undefined {
  if (state !== undefined && state !== null) return undefined
  const [first] = args
  if (items !== undefined) return { kind, items }
  if (first === undefined) return { kind, items: [] }
  return typeof first === 'object' && first !== null && 'items' in first && first.kind !== 'instance'
    ? { kind, items: first.items }
    : undefined
}

function mapping({ args, entries, state }: Instance): PythonValue | undefined {
  if (state !== undefined && state !== null) return undefined
  const [first] = args
  if (entries !== undefined) return { kind: 'dict', entries }
  if (first === undefined) return { kind: 'dict', entries: [] }
  if (typeof first !== 'object' || first === null) return undefined
  if (first.kind === 'dict') return first
  if (first.kind !== 'list') return undefined
  const pairs: PythonValue[] = []
  for (const item of first.items) {
    if (typeof item !== 'object' || item === null || (item.kind !== 'list' && item.kind !== 'tuple')) return undefined
    if (item.items.length !== 2) return undefined
    pairs.push(...item.items)
  }
  return { kind: 'dict', entries: pairs }
}

function complex({ args }: Instance): string | undefined {
  const [real, imaginary] = args.map(numberOf)
  if (real === undefined || imaginary === undefined) return undefined
  const [left, right] = [real, imaginary].map(value => floatText(value).replace(/\.0$/, ''))
  if (real === 0 && !Object.is(real, -0)) return `${right}j`
  return `(${left}${right?.startsWith('-') ? '' : '+'}${right}j)`
}

function numberOf(value: PythonValue | undefined): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'object' && value !== null && value.kind === 'float' ? value.value : undefined
}

/** A member of an Enum, or whatever is reached by a name of a name. */
function attribute({ args }: Instance): string | undefined {
  const [of, name] = args
  if (typeof of !== 'object' || of === null || of.kind !== 'name' || typeof name !== 'string') return undefined
  return `${of.name}.${name}`
}

function uuid({ args, state }: Instance, budget: Budget): string | undefined {
  const [text] = args
  if (typeof text === 'string') return text
  const int = typeof state === 'object' && state !== null && state.kind === 'dict' ? entryOf(state, 'int') : undefined
  if ((typeof int !== 'number' && typeof int !== 'bigint') || !budget.write(36)) return undefined
  const hex = BigInt(int).toString(16).padStart(32, '0')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function path(separator: string): Render {
  return ({ args }, budget) => {
    let whole = ''
    for (const part of args) {
      if (typeof part !== 'string' || !budget.write(part.length + 1)) return undefined
      whole += whole === '' || whole.endsWith(separator) ? part : separator + part
    }
    if (whole === '') return '.'
    return separator === '/' ? whole : whole.replaceAll('/', separator)
  }
}

/** What it says, with its type before that in JSON; one that holds more than it was made of stays an object. */
function exception(instance: Instance, budget: Budget): Known | undefined {
  const { args, state, named, callable } = instance
  const hasState = typeof state === 'object' && state !== null && !(state.kind === 'dict' && state.entries.length === 0)
  if (hasState || named !== undefined) return undefined
  const [first] = args
  const says = args.length === 0 ? '' : args.length === 1 ? first : undefined
  const text = typeof says === 'object' && says !== null && says.kind === 'bytes' ? textOfBytes(says.bytes) : says
  if (typeof text !== 'string' || !budget.write(text.length)) return undefined
  const type = nameOf(callable)
  return { value: text, json: text === '' ? type : `${type}: ${text}` }
}
