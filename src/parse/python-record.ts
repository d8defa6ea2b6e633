// Records of Python's logging as listeners write them down, one JSON object a line: attributes go where those of formatted
// lines go, and what the application added by `extra=` becomes labels.

import Type, { type Static } from 'typebox'
import { addTag, type Fields, isFields, type Value } from '#record'
import { epochSeconds, timestamps } from '#time'
import { jsonMismatch } from './json-mismatch.ts'
import { readObject } from './json-object.ts'
import type { Parser } from './parser.ts'
import { own } from './place.ts'
import { pythonFormatter } from './python-formatter.ts'
import { fieldOf } from './python-logging-attributes.ts'
import { formatOptions } from './python-logging-format.ts'
import { TIMES } from './python-logging-time.ts'
import { pythonError } from './python-traceback.ts'
import { put, writeLabel } from './record-fields.ts'

export const schema = Type.Object(
  {
    format: Type.Literal('python-record', {
      description: 'Records that handlers of Python’s logging send: SocketHandler, DatagramHandler and HTTPHandler.'
    }),
    pattern: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'A format string of a Formatter, by which `message` is written as that would have written it; a traceback stays in `error.stack_trace`. Such a string is never sent. Where it is left out, `message` is what was logged. A record that lacks what the format names keeps its message, tagged `_format_failure`.'
      })
    ),
    ...formatOptions,
    timezone: Type.Optional(
      Type.String({
        description:
          'Zone in which `asctime` is written: a name of the IANA database such as `Asia/Seoul`, `UTC`, or an offset such as `+09:00`. Where it is left out: the zone of this machine.'
      })
    )
  },
  {
    additionalProperties: false,
    description:
      'Records of Python’s logging as they come over a socket, each a JSON object of the record’s attributes. What `extra=` adds becomes `labels.<name>`.'
  }
)
export type Options = Static<typeof schema>

/**
 * A parser for records, whose messages are written by a format string where there is one.
 * @throws SluiceError E_PARSE_PATTERN for what is no format; E_PARSE_OPTION for a wrong zone
 */
export function pythonRecord(options: Options): Parser {
  const timestamp = timestamps(epochSeconds)
  const write = pythonFormatter(options)
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
      const message = write?.(record)
      if (message !== undefined) fields.message = message
      else if (write !== undefined) addTag(fields, '_format_failure')
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
