// Writes an object that a logger made into a document: time, level, message, logger and error go where ECS has them;
// everything else stays under its own name, and nothing of it is lost.

import Type from 'typebox'
import { type Fields, isFields, type Value } from '#record'
import { anyTime, isoWriter, timezoneDescription, zone } from '#time'
import { writeError } from './json-error.ts'
import { type Cast, castOf, type Dialect, dialectOf, levelOf } from './json-keys.ts'
import { merge } from './json-merge.ts'
import { define, own, place } from './place.ts'

export interface RoleOptions {
  /** The key of the event's time, dotted or not; where it is left out, the first of the known ones that holds a time. */
  readonly timeKey?: string | undefined
  readonly timezone?: string | undefined
  /** The dotted name of the field that takes all keys without a role. */
  readonly target?: string | undefined
}

/** The options of a format whose keys may have a role, with words on how the time is found. */
export const roleOptions = (timeKeyDescription: string) => ({
  timeKey: Type.Optional(Type.String({ minLength: 1, description: timeKeyDescription })),
  timezone: Type.Optional(Type.String({ description: timezoneDescription })),
  target: Type.Optional(
    Type.String({
      pattern: '^[^.\\s]+(?:\\.[^.\\s]+)*$',
      patternErrorMessage: 'the dotted name of a field',
      description:
        'The field under which keys are put that are no time, level, message, logger or error. Where it is left out they stay where they are.'
    })
  )
})

/**
 * What writes objects into documents.
 * @throws SluiceError E_PARSE_OPTION for a wrong zone
 */
export function roleWriter({ timeKey, timezone, target }: RoleOptions): (fields: Fields, object: Fields) => void {
  const timestamp = timestampReader(timezone)
  const timePath = timeKey?.split('.')
  const targetPath = target?.split('.')
  const isTime = (value: Value | undefined): boolean => timePath === undefined && timestamp(value) !== undefined
  return (fields, object) => {
    const dialect = dialectOf(object)
    const cast = castOf(object, isTime, dialect)
    const at = timestamp(timePath === undefined ? object[cast.time ?? ''] : valueAt(object, timePath))
    if (at !== undefined) fields['@timestamp'] = at
    if (at !== undefined && timeKey !== undefined) cast.time = timeKey
    writeRoles(fields, object, cast, dialect)
    if (targetPath === undefined) writeKeys(fields, fields, object, cast, dialect)
    else {
      const rest: Fields = {}
      writeKeys(fields, rest, object, cast, dialect)
      writeTarget(fields, targetPath, rest)
    }
  }
}

/** Turns a value into what `@timestamp` takes; undefined where it is no time. */
export function timestampReader(timezone: string | undefined): (value: Value | undefined) => string | undefined {
  const timeOf = anyTime(zone(timezone))
  const write = isoWriter()
  let lastValue: Value | undefined
  let last: string | undefined
  return held => {
    // As MongoDB's extended JSON has it.
    const value = isFields(held) ? own(held, '$date') : held
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

function writeRoles(
  fields: Fields,
  object: Fields,
  { level, message, logger }: Cast,
  dialect: Dialect | undefined
): void {
  if (message !== undefined) fields.message = String(object[message])
  if (level !== undefined) logOf(fields).level = levelOf(object[level], dialect)
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
