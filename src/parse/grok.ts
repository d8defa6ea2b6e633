// Lines by grok patterns, as Logstash and Elasticsearch have them. Every name of a pattern is a field; a line that none of
// the patterns matches, or whose time is none, is not taken.

import Type, { type Static } from 'typebox'
import { allowSlowDescription, compileGrok, type Grok, type GrokType } from '#pattern'
import type { FieldTypes } from '#record'
import { timezoneDescription, zone } from '#time'
import { bindGroups, type Group, groupsSchema, isOwned, writeGroups } from './groups.ts'
import { closed, type Parser } from './parser.ts'
import { traced, traceSchema } from './traced.ts'

export const schema = Type.Object(
  {
    format: Type.Literal('grok', { description: 'Lines by grok patterns.' }),
    pattern: Type.String({
      minLength: 1,
      description:
        'A grok pattern such as `%{IPORHOST:source.address} %{WORD:http.request.method} %{NUMBER:took:double}`, with the standard names of Logstash and Elasticsearch. It may match anywhere in the line; `^` and `$` hold it to the ends. `time` is `@timestamp`, and so is what `fields` says. What a standard definition calls as Sluice calls fields of its own, as the older ones do with `agent`, stands under `grok`.'
    }),
    definitions: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z0-9_]+$' }), Type.String(), {
        description: 'Names beside the standard ones, or in their place, with their patterns.'
      })
    ),
    ecsCompatibility: Type.Optional(
      Type.Union([Type.Literal('v1'), Type.Literal('disabled')], {
        default: 'v1',
        description:
          'Which of the standard definitions are meant: those that capture fields of ECS, or the older ones, with `disabled`.'
      })
    ),
    allowSlow: Type.Optional(
      Type.Boolean({
        default: false,
        description: allowSlowDescription
      })
    ),
    fields: groupsSchema,
    trace: traceSchema,
    timezone: Type.Optional(Type.String({ description: timezoneDescription }))
  },
  { additionalProperties: false, description: 'Lines by a grok pattern.' }
)
export type Options = Static<typeof schema>

const TYPES: Readonly<Record<GrokType, 'keyword' | 'long' | 'double' | 'boolean'>> = {
  string: 'keyword',
  int: 'long',
  long: 'long',
  float: 'double',
  double: 'double',
  boolean: 'boolean'
}

/**
 * A parser for one grok pattern.
 * @throws SluiceError E_PARSE_PATTERN where it is none, or names what is not defined; E_PARSE_OPTION for options that do
 * not fit it
 */
export function grok({
  pattern,
  definitions = {},
  ecsCompatibility = 'v1',
  allowSlow,
  fields = {},
  trace,
  timezone
}: Options): Parser {
  const compiled = compileGrok(pattern, { option: 'pattern', definitions, ecsCompatibility, allowSlow })
  const groups = bind(compiled, { ...elsewhere(compiled, pattern), ...fields }, timezone)
  const writes: FieldTypes = Object.assign({}, ...groups.map(group => group.writes))
  return closed(
    traced(
      {
        format: 'grok',
        writes,
        read(text, values, reading) {
          const texts = compiled.match(text)
          return texts !== undefined && writeGroups(groups, values, (_, index) => texts[index], reading)
        },
        mismatch: text => compiled.mismatch(text)
      },
      trace
    )
  )
}

/** Fields of standard definitions that Sluice writes itself, such as the legacy `agent`, stand under `grok`. */
function elsewhere({ fields: named }: Grok, pattern: string): NonNullable<Options['fields']> {
  const standard = named.filter(({ field }) => isOwned(field) && !pattern.includes(`:${field}`))
  return Object.fromEntries(standard.map(({ field }) => [field, { field: `grok.${field}` }]))
}

function bind({ fields: named }: Grok, fields: NonNullable<Options['fields']>, timezone: string | undefined): Group[] {
  const types = new Map(named.map(({ field, type }) => [field, TYPES[type]]))
  return bindGroups([...types.keys()], fields, zone(timezone), types)
}
