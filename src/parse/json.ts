// Lines that are JSON objects, whichever logger wrote them. Time, level, message, logger and error go where ECS has them;
// everything else stays under its own name, and nothing of a line is lost.

import Type, { type Static } from 'typebox'
import { type Fields, isFields, type Value } from '#record'
import { anyTime, isoWriter, timezoneDescription, zone } from '#time'
import { writeError } from './json-error.ts'
import { type Cast, castOf, type Dialect, dialectOf, levelOf } from './json-keys.ts'
import { merge } from './json-merge.ts'
import { jsonMismatch } from './json-mismatch.ts'
import { readObject } from './json-object.ts'
import type { Parser } from './parser.ts'
import { define, own, place } from './place.ts'

export const schema = Type.Object(
  {
    format: Type.Literal('json', { description: 'JSON objects, one in each line.' }),
    timeKey: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'The key of the event’s time, dotted or not. Where it is left out: the first of `@timestamp`, `timestamp`, `time`, `ts`, `datetime`, `date` and `asctime` that holds ISO 8601 or a time since 1970, in whichever unit.'
      })
    ),
    timezone: Type.Optional(Type.String({ description: timezoneDescription })),
    target: Type.Optional(
      Type.String({
        pattern: '^[^.\\s]+(?:\\.[^.\\s]+)*$',
        patternErrorMessage: 'the dotted name of a field',
        description:
          'The field under which keys are put that are no time, level, message, logger or error. Where it is left out they stay where they are.'
      })
    )
  },
  {
    additionalProperties: false,
    description:
      'Lines that are JSON objects, of pino, bunyan, winston, structlog, python-json-logger, ECS loggers and others. Dotted keys become objects. What cannot stand where it is, because of what a document holds already, is put under `json`.'
  }
)
export type Options = Static<typeof schema>

/**
 * A parser for lines of JSON.
 * @throws SluiceError E_PARSE_OPTION for a wrong zone
 */
export function json({ timeKey, timezone, target }: Options): Parser {
  const timestamp = timestampReader(timezone)
  const timePath = timeKey?.split('.')
  const targetPath = target?.split('.')
  const isTime = (value: Value | undefined): boolean => timePath === undefined && timestamp(value) !== undefined
  return {
    format: 'json',
    writes: 'open',
    parse(text, fields) {
      const object = readObject(text)
      if (object === undefined) return false
      const dialect = dialectOf(object)
      const cast = castOf(object, isTime, dialect?.time)
      const at = timestamp(timePath === undefined ? object[cast.time ?? ''] : valueAt(object, timePath))
      if (at !== undefined) fields['@timestamp'] = at
      if (at !== undefined && timeKey !== undefined) cast.time = timeKey
      writeRoles(fields, object, cast)
      if (targetPath === undefined) writeKeys(fields, fields, object, cast, dialect)
      else {
        const rest: Fields = {}
        writeKeys(fields, rest, object, cast, dialect)
        writeTarget(fields, targetPath, rest)
      }
      return true
    },
    mismatch: jsonMismatch
  }
}

/** Turns a value into what `@timestamp` takes; undefined where it is no time. */
function timestampReader(timezone: string | undefined): (value: Value | undefined) => string | undefined {
  const timeOf = anyTime(zone(timezone))
  const write = isoWriter()
  let lastValue: Value | undefined
  let last: string | undefined
  return value => {
    if (value === undefined) return undefined
    if (value === lastValue) return last
    const ms = timeOf(value)
    // A text in UTC says it best itself, to the nanosecond if need be.
    const isUtc = typeof value === 'string' && value.endsWith('Z') && value[10] === 'T'
    lastValue = value
    last = Number.isNaN(ms) ? undefined : isUtc ? value : write(ms)
    return last
  }
}

function writeRoles(fields: Fields, object: Fields, { level, message, logger }: Cast): void {
  if (message !== undefined) fields.message = String(object[message])
  if (level !== undefined) logOf(fields).level = levelOf(object[level])
  if (logger !== undefined) logOf(fields).logger = object[logger] ?? null
}

/** The `log` of a document, which every document has. */
function logOf(fields: Fields): Fields {
  fields.log ??= {}
  return fields.log as Fields
}

/** Writes all keys that have no role: those of which ECS knows the meaning to `fields`, the others to `rest`. */
function writeKeys(
  fields: Fields,
  rest: Fields,
  object: Fields,
  { time, level, message, logger }: Cast,
  dialect: Dialect | undefined
): void {
  for (const key in object) {
    if (key === time || key === level || key === message || key === logger) continue
    const value = object[key] ?? null
    const path = dialect?.pathOf(key, value)
    if (path !== undefined) place(fields, path, value)
    else if (writeError(fields, rest, key, value)) continue
    else if (rest === fields) merge(fields, key, value)
    else define(rest, key, value)
  }
  const log = own(object, 'log')
  const said = isFields(log) ? own(log, 'level') : undefined
  if (typeof said === 'string' || typeof said === 'number') logOf(fields).level = levelOf(said)
}

function writeTarget(fields: Fields, [first = '', ...path]: readonly string[], rest: Fields): void {
  if (Object.keys(rest).length === 0) return
  const nested = path.reduceRight<Fields>((inner, name) => ({ [name]: inner }), rest)
  merge(fields, first, nested)
}

function valueAt(object: Fields, path: readonly string[]): Value | undefined {
  let value: Value | undefined = object
  for (const name of path) value = isFields(value) ? own(value, name) : undefined
  return value
}
