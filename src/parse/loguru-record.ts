// Lines of Loguru's `serialize=True`: JSON of the record, with the formatted line in `text`, where alone the traceback is.

import { type Fields, isFields, type Value } from '#record'
import { epochSeconds, timestamps } from '#time'
import { jsonMismatch } from './json-mismatch.ts'
import { readObject } from './json-object.ts'
import { ATTRIBUTES } from './loguru-attributes.ts'
import type { Parser } from './parser.ts'
import { own } from './place.ts'
import { pythonError, tracebackAt } from './python-traceback.ts'
import { put, writeLabels } from './record-fields.ts'

const FIELDS = [...ATTRIBUTES]
  .filter(([name]) => name !== 'extra' && name !== 'time' && name !== 'elapsed')
  .map(([name, { field, type }]) => ({
    from: name.split('.'),
    to: field.split('.'),
    isNumber: type === 'long',
    isLevel: field === 'log.level'
  }))

/** A parser for the records as JSON. */
export function records(): Parser {
  const timestamp = timestamps(epochSeconds)
  return {
    format: 'loguru',
    writes: 'open',
    parse(line, fields) {
      const object = readObject(line)
      const record = object && own(object, 'record')
      if (object === undefined || !isFields(record)) return false
      const at = timestamp(String(valueAt(record, ['time', 'timestamp'])))
      if (at !== undefined) fields['@timestamp'] = at
      for (const { from, to, isNumber, isLevel } of FIELDS) {
        const value = valueAt(record, from)
        if (isNumber && typeof value === 'number') put(fields, to, value)
        else if (!isNumber && typeof value === 'string') put(fields, to, isLevel ? value.toLowerCase() : value)
      }
      const seconds = valueAt(record, ['elapsed', 'seconds'])
      if (typeof seconds === 'number') put(fields, ['process', 'uptime'], Math.floor(seconds))
      writeLabels(fields, own(record, 'extra'))
      writeException(fields, own(record, 'exception'), String(own(object, 'text') ?? ''))
      return true
    },
    mismatch: line =>
      readObject(line) === undefined
        ? jsonMismatch(line)
        : { column: 0, expected: 'a record of Loguru, {"text": …, "record": {…}}' }
  }
}

/** The traceback knows the exception's type with its module, the record without. */
function writeException(fields: Fields, exception: Value | undefined, text: string): void {
  if (!isFields(exception)) return
  const begin = tracebackAt(text)
  const trace = begin === -1 ? undefined : text.slice(begin + 1).trimEnd()
  const { type = exception.type, message } = (trace === undefined ? undefined : pythonError(trace)) ?? {}
  if (typeof type === 'string') put(fields, ['error', 'type'], type)
  const value = message ?? exception.value
  if (value !== undefined && value !== null && value !== '') put(fields, ['error', 'message'], textOf(value))
  if (trace !== undefined) put(fields, ['error', 'stack_trace'], trace)
}

function textOf(value: Value): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function valueAt(object: Fields, path: readonly string[]): Value | undefined {
  let value: Value | undefined = object
  for (const name of path) value = isFields(value) ? own(value, name) : undefined
  return value
}
