// Records of Python's logging as listeners write them down, one JSON object a line: attributes go where those of formatted
// lines go, and what the application added by `extra=` becomes labels.

import Type, { type Static } from 'typebox'
import { type Fields, isFields, type Value } from '#record'
import { epochSeconds, timestamps } from '#time'
import { jsonMismatch } from './json-mismatch.ts'
import { readObject } from './json-object.ts'
import type { Parser } from './parser.ts'
import { own } from './place.ts'
import { fieldOf } from './python-logging-attributes.ts'
import { TIMES } from './python-logging-time.ts'
import { pythonError } from './python-traceback.ts'
import { put, writeLabel } from './record-fields.ts'

export const schema = Type.Object(
  {
    format: Type.Literal('python-record', {
      description: 'Records that handlers of Python’s logging send: SocketHandler, DatagramHandler and HTTPHandler.'
    })
  },
  {
    additionalProperties: false,
    description:
      'Records of Python’s logging as they come over a socket, each a JSON object of the record’s attributes. What `extra=` adds becomes `labels.<name>`.'
  }
)
export type Options = Static<typeof schema>

export function pythonRecord(_: Options): Parser {
  const timestamp = timestamps(epochSeconds)
  return {
    format: 'python-record',
    writes: 'open',
    parse(line, fields) {
      const record = readRecord(line)
      if (record === undefined) return false
      const at = timestamp(String(own(record, 'created')))
      if (at !== undefined) fields['@timestamp'] = at
      for (const name of Object.keys(record)) {
        const isSaid = at !== undefined && TIMES.includes(name)
        if (!isSaid && !ERRORS.has(name)) writeAttribute(fields, name, record[name] ?? null)
      }
      writeError(fields, record)
      return true
    },
    mismatch: line =>
      readObject(line) === undefined
        ? jsonMismatch(line)
        : { column: 0, expected: 'a record of Python’s logging, {"message": "…", "levelname": "…", …}' }
  }
}

function readRecord(line: string): Fields | undefined {
  const record = readObject(line, true)
  return record !== undefined && typeof own(record, 'message') === 'string' ? record : undefined
}

const ERRORS: ReadonlySet<string> = new Set(['exc_info', 'exc_text', 'stack_info'])

function writeAttribute(fields: Fields, name: string, value: Value): void {
  const known = fieldOf(name)
  if (known === undefined || typeof value === 'object') {
    writeLabel(fields, name, value)
    return
  }
  const path = known.field.split('.')
  const isNumber = known.type === 'long' || known.type === 'double'
  if (isNumber && typeof value !== 'number') put(fields, ['python', `${name}_text`], String(value))
  else if (isNumber) put(fields, path, value)
  else put(fields, path, name === 'levelname' ? String(value).toLowerCase() : String(value))
}

/** The traceback and the stack as one text, as a Formatter writes them; where there is none, what the sender's `exc_info` said. */
function writeError(fields: Fields, record: Fields): void {
  const [excInfo = null, excText, stackInfo] = ['exc_info', 'exc_text', 'stack_info'].map(name => own(record, name))
  const traces = [excText, stackInfo].filter(text => typeof text === 'string' && text !== '')
  const trace = traces.join('\n')
  if (trace !== '') put(fields, ['error', 'stack_trace'], trace)
  const said = isFields(excInfo) ? excInfo : undefined
  const { type, message } = pythonError(trace) ?? said ?? {}
  if (typeof type === 'string') put(fields, ['error', 'type'], type)
  if (typeof message === 'string' && message !== '') put(fields, ['error', 'message'], message)
  if (!isFields(excInfo)) writeLabel(fields, 'exc_info', excInfo)
}
