// Where the text of each value that a pattern names goes: to the field that its name or the options say, as a value of that field's type.
// Text that does not fit the type is kept as `<field>_text`.

import Type, { type Static } from 'typebox'
import { SluiceError } from '#errors'
import type { FieldType, FieldTypes, Value } from '#record'
import {
  anyTime,
  epoch,
  javaDirectives,
  localeDescription,
  looseIso8601,
  type Reading,
  strptime,
  type TimeReader,
  timestamps,
  type Zone
} from '#time'
import { type Setter, setter, type Values } from './values.ts'

const groupSchema = Type.Object(
  {
    field: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'The field, by its dotted name, where the name of the group is not it.'
      })
    ),
    type: Type.Optional(
      Type.Union(
        [
          Type.Literal('keyword'),
          Type.Literal('long'),
          Type.Literal('double'),
          Type.Literal('boolean'),
          Type.Literal('date')
        ],
        {
          description:
            'The type of the value; where it is left out `keyword`, and `date` with a `format` or for `@timestamp`. Text that does not fit is kept as `<field>_text`.'
        }
      )
    ),
    format: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'How a date is written: `iso8601`, `epoch_s`, `epoch_ms`, `epoch_us`, `epoch_ns`, the directives of strftime, or Java’s letters as Elasticsearch’s date processor has them. Where it is left out: ISO 8601, or the time since 1970 in whichever unit.'
      })
    ),
    locale: Type.Optional(Type.String({ minLength: 1, description: localeDescription }))
  },
  { additionalProperties: false, description: 'The field of one group.' }
)
export type GroupOptions = Static<typeof groupSchema>

export const groupsSchema = Type.Optional(
  Type.Record(Type.String(), groupSchema, {
    description:
      'By the name that a value has in the pattern, what becomes of it: `field`, its dotted name where that is another; `type`, one of `keyword`, `long`, `double`, `boolean` and `date`, where text that does not fit is kept as `<field>_text`; `format` of a date, `iso8601`, `epoch_s`, `epoch_ms`, `epoch_us`, `epoch_ns`, the directives of strftime or Java’s letters; and `locale`, the language of the names in it.'
  })
)

/** A named group and what becomes of its text. */
export interface Group {
  readonly name: string
  readonly field: string
  readonly writes: FieldTypes
  /** The value; undefined where the text does not fit the type. */
  readonly read: (text: string, reading?: Reading) => Value | undefined
  readonly set: Setter
  /** Takes what does not fit; where it is undefined the line does not match. */
  readonly setRest: Setter | undefined
}

/**
 * Gives each group its field.
 * @param types what the pattern itself says of the groups' types
 * @throws SluiceError E_PARSE_OPTION for options of a group that is not there, two groups for one place, a format of what
 * is no date, or a field that no group can write; E_PARSE_PATTERN for a wrong directive in a format
 */
export function bindGroups(
  names: readonly string[],
  fields: Readonly<Record<string, GroupOptions>>,
  zone: Zone,
  types: ReadonlyMap<string, GroupOptions['type']> = new Map()
): Group[] {
  for (const name of Object.keys(fields)) {
    if (!names.includes(name)) throw wrongOption(['fields', name], `names no group; allowed: ${names.join(', ')}`)
  }
  const groups = names.map(name => bind(name, fields[name] ?? {}, zone, types.get(name)))
  for (const [index, group] of groups.entries()) {
    const other = groups.slice(0, index).find(earlier => wantSame(earlier, group))
    if (other === undefined) continue
    const problem = `the groups "${other.name}" and "${group.name}" would write "${other.field}" and "${group.field}"; allowed: each a field of its own`
    throw wrongOption(['fields'], problem)
  }
  return groups
}

function bind(
  name: string,
  { field = fieldOf(name), type, format, locale }: GroupOptions,
  zone: Zone,
  known?: FieldType
): Group {
  refuseUnwritable(name, field)
  const isTimestamp = field === '@timestamp'
  const chosen = type ?? (isTimestamp || format !== undefined ? 'date' : (known ?? 'keyword'))
  if (isTimestamp && chosen !== 'date') {
    throw wrongOption(['fields', name, 'type'], `is "${chosen}"; allowed for @timestamp: "date"`, chosen)
  }
  if (format !== undefined && chosen !== 'date') {
    throw wrongOption(
      ['fields', name, 'format'],
      `stands beside the type "${chosen}"; allowed: the type "date"`,
      format
    )
  }
  const read = field === 'log.level' ? (text: string) => text.toLowerCase() : reader(chosen, name, format, zone, locale)
  const hasRest = chosen !== 'keyword' && !isTimestamp
  return {
    name,
    field,
    writes: { [field]: mapped(field, chosen), ...(hasRest && { [`${field}_text`]: 'keyword' as const }) },
    read,
    set: setter(field),
    setRest: isTimestamp ? undefined : setter(`${field}_text`)
  }
}

/** Writes what the groups' texts say; false, with nothing written, where one of them does not fit that must. */
export function writeGroups(groups: readonly Group[], values: Values, textOf: TextOf, reading?: Reading): boolean {
  if (misfit(groups, textOf, reading) !== undefined) return false
  for (const [index, group] of groups.entries()) {
    const text = textOf(group, index)
    // A group that took no part in the match, or took nothing, has no value.
    if (text === undefined || text === '') continue
    const value = group.read(text, reading)
    if (value !== undefined) group.set(values, value)
    else group.setRest?.(values, text)
  }
  return true
}

/** The first group whose text is there and must fit, but does not. */
export function misfit(groups: readonly Group[], textOf: TextOf, reading = now()): Group | undefined {
  return groups.find((group, index) => {
    if (group.setRest !== undefined) return false
    const text = textOf(group, index)
    return text !== undefined && text !== '' && group.read(text, reading) === undefined
  })
}

function now(): Reading {
  return { path: '', readMs: Date.now(), modifiedMs: undefined }
}

/** Finds the text of a group, of which the number is given too. */
export type TextOf = (group: Group, index: number) => string | undefined

function fieldOf(group: string): string {
  return group === 'time' ? '@timestamp' : group.replaceAll('__', '.')
}

function mapped(field: string, type: FieldType): FieldType {
  return field === 'message' && type === 'keyword' ? 'match_only_text' : type
}

function reader(
  type: FieldType,
  name: string,
  format: string | undefined,
  zone: Zone,
  locale: string | undefined
): Group['read'] {
  if (type === 'date') return timestamps(timeReader(name, format, zone, locale))
  if (type === 'long') return text => wholeNumber(text)
  if (type === 'double') return text => fraction(text)
  return type === 'boolean' ? text => BOOLEANS.get(text.toLowerCase()) : text => text
}

const BOOLEANS = new Map([
  ['true', true],
  ['false', false]
])

function wholeNumber(text: string): number | undefined {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(value) ? value : undefined
}

function fraction(text: string): number | undefined {
  const value = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(value) ? value : undefined
}

/** Names of formats that are the time since 1970, by how many digits behind the seconds. */
const EPOCHS: ReadonlyMap<string, number> = new Map([
  ['epoch_s', 0],
  ['epoch_ms', 3],
  ['epoch_us', 6],
  ['epoch_ns', 9]
])

function timeReader(name: string, format: string | undefined, zone: Zone, locale: string | undefined): TimeReader {
  if (format === undefined) return anyTime(zone)
  if (format === 'iso8601') return looseIso8601(zone)
  const places = EPOCHS.get(format)
  if (places !== undefined) return epoch(places)
  const compiled = strptime(format.includes('%') ? format : javaDirectives(format), zone, locale)
  if (compiled.isDatable) return compiled.read
  const problem = `is ${JSON.stringify(format)}, which says neither month and day nor the hour; allowed: directives or letters for them, "iso8601", ${[...EPOCHS.keys()].map(known => `"${known}"`).join(', ')}`
  throw wrongOption(['fields', name, 'format'], problem, format)
}

/** Fields that Sluice writes itself. */
const OWNED = ['agent', 'data_stream', 'ecs', 'event.dataset', 'host.name', 'log.file', 'log.offset', 'sluice', 'tags']

/** Whether it is a field that Sluice writes itself, or one that holds such or is within it. */
export function isOwned(field: string): boolean {
  return OWNED.some(owned => collide(owned, field))
}

function refuseUnwritable(name: string, field: string): void {
  const names = field.split('.')
  const isName = names.every(part => part.trim() !== '' && !(part in Object.prototype))
  if (isName && !isOwned(field)) return
  const problem = isName ? `is "${field}", which Sluice writes itself` : `is "${field}", which is no field's name`
  throw wrongOption(['fields', name, 'field'], `${problem}; allowed: another dotted name`, field)
}

function wantSame(one: Group, other: Group): boolean {
  return Object.keys(one.writes).some(field => Object.keys(other.writes).some(wanted => collide(field, wanted)))
}

/** Whether two fields are one, or one of them is an object that holds the other. */
export function collide(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`)
}

export function wrongOption(path: readonly string[], problem: string, found?: string): SluiceError {
  const context = { option: path.at(-1), ...(found !== undefined && { found }) }
  return new SluiceError('E_PARSE_OPTION', `"${path.join('.')}" ${problem}`, { context })
}
