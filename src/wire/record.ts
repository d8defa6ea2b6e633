// Records of Python's logging, as its handlers send them, to one line of JSON each: the record's attributes under their own
// names, `message` with its arguments merged. Nothing of a record is left out. See Lib/logging/handlers.py of CPython.

import type { Fields } from '#record'
import type { Answer, Limits } from './limits.ts'
import { budgetOf, describePickle } from './pickle/index.ts'
import type { Budget } from './python/budget.ts'
import { emptyFields, toValue } from './python/json.ts'
import { percent } from './python/percent.ts'
import { str } from './python/repr.ts'
import { wellFormed } from './python/text.ts'
import { nameOf, type PythonValue } from './python/value.ts'

/** Attributes of a record by name. */
export type Attributes = ReadonlyMap<string, PythonValue>

/** A frame of SocketHandler, without its length, as a line of JSON without a newline. */
export function recordLine(frame: Uint8Array, limits: Limits): Answer<string> {
  const read = describePickle(frame, limits)
  if ('error' in read) return read
  const record = read.ok
  if (typeof record !== 'object' || record === null || record.kind !== 'dict') {
    return { error: 'the pickle is no dict of a record’s attributes' }
  }
  const budget = budgetOf(limits)
  const attributes = new Map<string, PythonValue>()
  for (let i = 0; i < record.entries.length && budget.fault === undefined; i += 2) {
    attributes.set(wellFormed(str(record.entries[i] ?? null, budget)), record.entries[i + 1] ?? null)
  }
  return lineOf(attributes, budget)
}

/** A packet of DatagramHandler: it has the length in front that SocketHandler puts there, other senders' may not. */
export function datagramLine(packet: Uint8Array, limits: Limits): Answer<string> {
  const { buffer, byteOffset, length } = packet
  const isPrefixed = length >= 4 && new DataView(buffer, byteOffset).getUint32(0) === length - 4
  return recordLine(isPrefixed ? packet.subarray(4) : packet, limits)
}

export function lineOf(attributes: Attributes, budget: Budget): Answer<string> {
  const fields: Fields = emptyFields()
  for (const [name, value] of attributes) {
    if (name === 'msg' || name === 'args' || name === 'exc_info' || budget.fault !== undefined) continue
    fields[name] = toValue(value, budget)
  }
  writeMessage(fields, attributes, budget)
  writeException(fields, attributes.get('exc_info') ?? null, budget)
  return budget.fault === undefined ? { ok: JSON.stringify(fields) } : { error: budget.fault }
}

/** As LogRecord.getMessage: what cannot be merged is kept apart. */
function writeMessage(fields: Fields, attributes: Attributes, budget: Budget): void {
  const msg = attributes.get('msg')
  if (msg === undefined) return
  const pattern = str(msg, budget)
  const args = attributes.get('args') ?? null
  const merged = isEmpty(args) ? pattern : percent(pattern, args, budget)
  fields.message = wellFormed(merged ?? pattern)
  if (merged === undefined) fields.args = toValue(args, budget)
}

/** What Python takes for false. */
function isEmpty(value: PythonValue): boolean {
  if (typeof value !== 'object' || value === null) return !value
  if (value.kind === 'dict') return value.entries.length === 0
  return 'items' in value && value.kind !== 'instance' && value.items.length === 0
}

/** The type and the words of an exception that a sender did not format; anything else as it is. */
function writeException(fields: Fields, excInfo: PythonValue, budget: Budget): void {
  if (excInfo === null || excInfo === false) return
  const isTriple = typeof excInfo === 'object' && excInfo.kind === 'tuple' && excInfo.items.length === 3
  const [type = null, error = null] = isTriple ? excInfo.items : []
  const name = isTriple ? classNameOf(type) : undefined
  if (name === null) return
  fields.exc_info =
    name === undefined ? toValue(excInfo, budget) : { type: wellFormed(name), message: wellFormed(str(error, budget)) }
}

/** Null where there is no exception, undefined for what names no class. */
function classNameOf(type: PythonValue): string | null | undefined {
  if (typeof type !== 'object' || type === null) return type === null ? null : undefined
  if (type.kind === 'name') return nameOf(type)
  const written = type.kind === 'unread' ? /^<(?:class|type) '([^']+)'>$/.exec(type.text) : null
  return written?.[1]?.replace(/^(?:builtins|exceptions)\./, '')
}
