// Lines by dissect patterns, as Elasticsearch and Beats have them: taken apart at fixed texts. Every key of a pattern is a
// field; a line that it does not fit, or whose time is none, is not taken.

import Type, { type Static } from 'typebox'
import { compileDissect, type Dissect, type DissectType } from '#pattern'
import type { FieldTypes } from '#record'
import { timezoneDescription, zone } from '#time'
import { bindGroups, type Group, groupsSchema, writeGroups } from './groups.ts'
import { closed, type Parser } from './parser.ts'
import { place } from './place.ts'
import { beforeTrace, traced, traceSchema } from './traced.ts'

export const schema = Type.Object(
  {
    format: Type.Literal('dissect', { description: 'Lines taken apart at fixed texts.' }),
    pattern: Type.String({
      minLength: 1,
      description:
        'A dissect pattern such as `%{source.address} [%{time}] %{http.response.status_code|integer}`, with the modifiers of Elasticsearch (`%{a->}`, `%{+a/2}`, `%{?a}`, `%{*a}` and `%{&a}`) and of Beats (`%{a|integer}`, `%{a#8}`).'
    }),
    appendSeparator: Type.Optional(
      Type.String({
        description:
          'What stands between values that are appended. Where it is left out, what stood before each of them in the line, as in Beats and Logstash; Elasticsearch puts nothing there, which is `""`.'
      })
    ),
    fields: groupsSchema,
    trace: traceSchema,
    timezone: Type.Optional(Type.String({ description: timezoneDescription }))
  },
  { additionalProperties: false, description: 'Lines by a dissect pattern.' }
)
export type Options = Static<typeof schema>

const TYPES: Readonly<Record<DissectType, 'keyword' | 'long' | 'double' | 'boolean'>> = {
  string: 'keyword',
  ip: 'keyword',
  integer: 'long',
  long: 'long',
  float: 'double',
  double: 'double',
  boolean: 'boolean'
}

/**
 * A parser for one dissect pattern.
 * @throws SluiceError E_PARSE_PATTERN where it is none; E_PARSE_OPTION for options that do not fit it
 */
export function dissect({ pattern, appendSeparator, fields = {}, trace, timezone }: Options): Parser {
  const compiled = compileDissect(pattern, { option: 'pattern', appendSeparator })
  const groups = bind(compiled, fields, timezone)
  const parser = closed(
    traced(
      {
        format: 'dissect',
        writes: Object.assign({}, ...groups.map(group => group.writes)) as FieldTypes,
        read(text, values, reading) {
          const found = compiled.match(text)
          return found !== undefined && writeGroups(groups, values, (_, index) => found.texts[index], reading)
        },
        mismatch: text => compiled.mismatch(text)
      },
      trace
    )
  )
  return compiled.isOpen ? naming(parser, text => compiled.match(beforeTrace(text, trace))) : parser
}

/** A parser for a pattern whose texts name fields of their own. */
function naming({ format, parse, mismatch }: Parser, match: Dissect['match']): Parser {
  return {
    format,
    mismatch,
    writes: 'open',
    parse(text, fields, reading) {
      if (!parse(text, fields, reading)) return false
      for (const [field, value] of match(text)?.named ?? []) place(fields, field.split('.'), value)
      return true
    }
  }
}

function bind(
  { fields: named }: Dissect,
  fields: NonNullable<Options['fields']>,
  timezone: string | undefined
): Group[] {
  const types = new Map(named.map(({ field, type }) => [field, TYPES[type]]))
  return bindGroups([...types.keys()], fields, zone(timezone), types)
}
