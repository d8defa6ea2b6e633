// Messages of Fluentd's and Fluent Bit's forward protocol, in all its modes: Message, Forward, PackedForward and the latter
// compressed. Each entry becomes a line of JSON: its record, its time and the tag. See "Fluentd Forward Protocol
// Specification" v1.5.

import { decode, decodeMulti, ExtData, encode } from '@msgpack/msgpack'
import type { Fields, Value } from '#record'
import { areWholeValues } from './frames/msgpack.ts'
import { inflate } from './inflate.ts'
import type { Answer, Limits } from './limits.ts'
import { budgetOf } from './pickle/index.ts'
import type { Budget } from './python/budget.ts'
import { emptyFields } from './python/json.ts'
import { textOfBytes, wellFormed } from './python/text.ts'

export interface FluentMessage {
  readonly lines: readonly string[]
  /** What the sender waits for in an acknowledgement; see `fluentAck`. */
  readonly chunk: string | undefined
}

/** Texts come as bytes, which need not be UTF-8. */
const OPTIONS = { rawStrings: true, useBigInt64: true } as const

/** A message of `msgpackFrames`. What a message holds that is no entry makes all of it an error. */
export function fluentMessage(frame: Uint8Array, limits: Limits): Answer<FluentMessage> {
  if (!areWholeValues(Buffer.from(frame.buffer, frame.byteOffset, frame.length))) return { error: 'a value is cut off' }
  try {
    return messageOf(decode(frame, OPTIONS), limits)
  } catch (error) {
    return { error: `MessagePack: ${(error as Error).message}` }
  }
}

/** What to answer once the lines of a message are kept. */
export function fluentAck(chunk: string): Uint8Array {
  return encode({ ack: chunk })
}

function messageOf(message: unknown, limits: Limits): Answer<FluentMessage> {
  const [tag, second, third, fourth] = Array.isArray(message) ? (message as unknown[]) : []
  if (!(tag instanceof Uint8Array)) return { error: 'no list that begins with a tag' }
  const isForward = Array.isArray(second) && (second.length === 0 || Array.isArray(second[0]))
  const isPacked = second instanceof Uint8Array
  const option = isForward || isPacked ? third : fourth
  const options = isObject(option) ? option : {}
  const entries = isForward ? second : isPacked ? packed(second, limits) : [[second, third]]
  if ('error' in entries) return entries
  const chunk = options.chunk instanceof Uint8Array ? textOfBytes(options.chunk) : undefined
  const budget = budgetOf(limits)
  const lines: string[] = []
  for (const entry of entries) {
    const line = lineOf(entry, textOfBytes(tag), budget)
    if (line === undefined) return { error: budget.fault ?? 'an entry is no pair of a time and a record' }
    lines.push(line)
  }
  return { ok: { lines, chunk } }
}

/** Entries that stand one behind the other in bytes, compressed or not. */
function packed(bytes: Uint8Array, { frameBytes }: Limits): Iterable<unknown> | { readonly error: string } {
  const plain = inflate(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), frameBytes * 4)
  if ('error' in plain) return plain
  if (!areWholeValues(plain.ok)) return { error: 'packed entries are cut off' }
  return decodeMulti(plain.ok, OPTIONS)
}

/** `[time, record]`, or with metadata `[[time, metadata], record]`; undefined for anything else. */
function lineOf(entry: unknown, tag: string, budget: Budget): string | undefined {
  const [head, record] = Array.isArray(entry) ? entry : []
  const [time, metadata] = Array.isArray(head) ? head : [head]
  const at = timeOf(time)
  const isText = record instanceof Uint8Array
  if (at === undefined || !(isText || isObject(record))) return undefined
  const fields = emptyFields()
  fields['@timestamp'] = at
  fields['fluent.tag'] = wellFormed(tag)
  if (isObject(metadata) && Object.keys(metadata).length > 0) fields['fluent.metadata'] = toValue(metadata, budget, 0)
  // A handler of Python's logging without a formatter sends its message alone.
  if (isText) fields.message = toValue(record, budget, 0)
  else Object.assign(fields, toValue(record, budget, 0))
  return budget.fault === undefined ? JSON.stringify(fields) : undefined
}

const EVENT_TIME = 0

/** Whole seconds, or EventTime: seconds and nanoseconds in four bytes each. */
function timeOf(time: unknown): string | undefined {
  if (time instanceof Date) return time.toISOString()
  if (time instanceof ExtData) {
    const data = time.data
    if (time.type !== EVENT_TIME || !(data instanceof Uint8Array) || data.length !== 8) return undefined
    const view = new DataView(data.buffer, data.byteOffset)
    const seconds = new Date(view.getUint32(0) * 1000).toISOString().slice(0, 19)
    return `${seconds}.${String(view.getUint32(4) % 1e9).padStart(9, '0')}Z`
  }
  const seconds = typeof time === 'bigint' ? Number(time) : time
  if (typeof seconds !== 'number' || !(seconds >= 0 && seconds < 253_402_300_800)) return undefined
  return new Date(Math.floor(seconds * 1000)).toISOString()
}

function isObject(value: unknown): value is Record<string, unknown> {
  const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isPlain && !(value instanceof Uint8Array) && !(value instanceof ExtData) && !(value instanceof Date)
}

function toValue(value: unknown, budget: Budget, depth: number): Value {
  if (!budget.visit(depth)) return null
  if (value instanceof Uint8Array) return budget.write(value.length) ? textOfBytes(value) : null
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (value instanceof Date) return value.toISOString()
  if (value instanceof ExtData) return { type: value.type, data: hexOf(value, budget) }
  if (Array.isArray(value)) return value.map(item => toValue(item, budget, depth + 1))
  if (isObject(value)) return objectOf(value, budget, depth)
  return typeof value === 'boolean' ? value : null
}

function objectOf(object: Record<string, unknown>, budget: Budget, depth: number): Fields {
  const fields = emptyFields()
  for (const name of Object.keys(object)) {
    if (!budget.write(name.length)) break
    fields[wellFormed(name)] = toValue(object[name], budget, depth + 1)
  }
  return fields
}

function hexOf({ data }: ExtData, budget: Budget): string {
  return data instanceof Uint8Array && budget.write(2 * data.length) ? Buffer.from(data).toString('hex') : ''
}
