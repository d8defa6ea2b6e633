// Descriptions of Python's values as what can stand in JSON. What JSON has no number for is text (`NaN`, `Infinity`, whole
// numbers beyond 2^53), what is known becomes what it says, and any other object says its class and what it is made of.

import type { Fields, Value } from '#record'
import type { Budget } from './budget.ts'
import { known } from './known.ts'
import { str } from './repr.ts'
import { textOfBytes, wellFormed } from './text.ts'
import { type Instance, nameOf, type PythonValue } from './value.ts'

/** A value as JSON has it; `null` where the budget does not allow it, which then says so. */
export function toValue(value: PythonValue, budget: Budget): Value {
  return convert(value, budget, new Set())
}

function convert(value: PythonValue, budget: Budget, open: Set<object>): Value {
  if (!budget.visit(open.size)) return null
  if (typeof value === 'string') return textValue(value, budget)
  if (typeof value === 'bigint') return textValue(String(value), budget)
  if (typeof value !== 'object' || value === null) return value
  switch (value.kind) {
    case 'float':
      return Number.isFinite(value.value) ? value.value : String(value.value)
    case 'bytes':
      return budget.write(value.bytes.length) ? textOfBytes(value.bytes) : null
    case 'name':
      return nameOf(value)
    case 'unread':
      return textValue(value.text, budget)
  }
  if (open.has(value)) return '...'
  open.add(value)
  const converted = container(value, budget, open)
  open.delete(value)
  return converted
}

function textValue(text: string, budget: Budget): Value {
  return budget.write(text.length) ? wellFormed(text) : null
}

function container(
  value: Extract<PythonValue, { kind: 'dict' | 'instance' | 'list' | 'tuple' | 'set' | 'frozenset' }>,
  budget: Budget,
  open: Set<object>
): Value {
  if (value.kind === 'dict') return object(value.entries, budget, open)
  if (value.kind !== 'instance') return list(value.items, budget, open)
  const plain = known(value, budget)
  if (plain === undefined) return described(value, budget, open)
  return plain.json === undefined ? convert(plain.value, budget, open) : textValue(plain.json, budget)
}

function list(items: readonly PythonValue[], budget: Budget, open: Set<object>): Value[] {
  const values: Value[] = []
  for (const item of items) {
    if (budget.fault !== undefined) break
    values.push(convert(item, budget, open))
  }
  return values
}

function object(entries: readonly PythonValue[], budget: Budget, open: Set<object>): Fields {
  const fields = emptyFields()
  for (let i = 0; i < entries.length && budget.fault === undefined; i += 2) {
    fields[wellFormed(str(entries[i] ?? null, budget))] = convert(entries[i + 1] ?? null, budget, open)
  }
  return fields
}

/** Without a prototype, because names in it come from the sender. */
export function emptyFields(): Fields {
  return Object.create(null)
}

function described(
  { callable, args, named, state, items, entries }: Instance,
  budget: Budget,
  open: Set<object>
): Fields {
  const fields = emptyFields()
  fields.__class__ = textValue(nameOf(callable), budget)
  if (callable.kind === 'instance') fields.callable = convert(callable, budget, open)
  if (args.length > 0) fields.args = list(args, budget, open)
  if (named !== undefined) fields.named = convert(named, budget, open)
  if (items !== undefined) fields.items = list(items, budget, open)
  if (entries !== undefined) fields.entries = object(entries, budget, open)
  if (state !== undefined && state !== null) fields.state = convert(state, budget, open)
  return fields
}
