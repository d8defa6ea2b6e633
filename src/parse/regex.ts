// Lines by a regular expression, whose named groups become fields. A line that it does not match, or whose time is none, is
// not taken.

import Type, { type Static } from 'typebox'
import type { Mismatch } from '#pattern'
import { compileExpression, longestFit, patternError, anchored as wholeLine } from '#pattern'
import type { FieldTypes } from '#record'
import { timezoneDescription, zone } from '#time'
import { closed, type Parser } from './parser.ts'
import { bindGroups, type Group } from './regex-groups.ts'

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
          'How a date is written: `iso8601`, `epoch_s`, `epoch_ms` or the directives of strftime. Where it is left out: `iso8601`.'
      })
    )
  },
  { additionalProperties: false, description: 'The field of one group.' }
)

export const schema = Type.Object(
  {
    format: Type.Literal('regex', { description: 'Lines by a regular expression.' }),
    pattern: Type.String({
      minLength: 1,
      description:
        'A JavaScript regular expression, compiled with the flag `u` where it compiles so, with at least one named group. The name of a group is its field, `__` standing for a dot: `(?<http__request__method>[A-Z]+)`; `time` is `@timestamp`. `(?s:.*)` takes line breaks too, of which joined lines have some.'
    }),
    anchored: Type.Optional(
      Type.Boolean({
        default: true,
        description: 'Whether the pattern must take the whole line; otherwise it may match anywhere in it.'
      })
    ),
    fields: Type.Optional(
      Type.Record(Type.String(), groupSchema, {
        description:
          'By the name of a group, what becomes of it: `field`, its dotted name where the group’s is not it; `type`, one of `keyword`, `long`, `double`, `boolean` and `date`, where text that does not fit is kept as `<field>_text`; `format` of a date, `iso8601`, `epoch_s`, `epoch_ms` or the directives of strftime.'
      })
    ),
    timezone: Type.Optional(Type.String({ description: timezoneDescription }))
  },
  { additionalProperties: false, description: 'Lines by a regular expression, whose named groups become fields.' }
)
export type Options = Static<typeof schema>

/**
 * A parser for one regular expression.
 * @throws SluiceError E_PARSE_PATTERN where it is none, or has no named group; E_PARSE_OPTION for options that do not fit it
 */
export function regex({ pattern, anchored = true, fields = {}, timezone }: Options): Parser {
  const found = compileExpression(pattern, 'pattern')
  const expression = anchored ? wholeLine(found) : found
  // An alternative that is empty matches, and a match tells the names of all groups.
  const names = Object.keys(new RegExp(`${pattern}|`, found.flags).exec('')?.groups ?? {})
  if (names.length === 0)
    throw patternError(pattern, 'pattern', 0, 'has no named group; allowed: at least one, as (?<message>.*)')
  const groups = bindGroups(names, fields, zone(timezone))
  const writes: FieldTypes = Object.assign({}, ...groups.map(group => group.writes))
  const mustFit = groups.filter(({ setRest }) => setRest === undefined)
  return closed({
    format: 'regex',
    writes,
    read(text, values) {
      const found = expression.exec(text)?.groups
      if (found === undefined || misfit(mustFit, found) !== undefined) return false
      for (const { name, read, set, setRest } of groups) {
        const part = found[name]
        // A group that took no part in the match, or took nothing, has no value.
        if (part === undefined || part === '') continue
        const value = read(part)
        if (value !== undefined) set(values, value)
        else setRest?.(values, part)
      }
      return true
    },
    mismatch: text => whereItStops(text)
  })

  function whereItStops(text: string): Mismatch {
    const found = new RegExp(expression.source, `${expression.flags}d`).exec(text)
    const wrong = found?.groups === undefined ? undefined : misfit(mustFit, found.groups)
    if (wrong !== undefined) {
      return { column: found?.indices?.groups?.[wrong.name]?.[0] ?? 0, expected: `a time in the group "${wrong.name}"` }
    }
    const { column, rest } = longestFit(pattern, text, anchored)
    return { column, expected: rest === '' ? 'the end of the line' : `what matches ${rest}` }
  }
}

/** The first group whose text is there but does not fit. */
function misfit(groups: readonly Group[], found: Readonly<Record<string, string | undefined>>): Group | undefined {
  return groups.find(({ name, read }) => {
    const part = found[name]
    return part !== undefined && part !== '' && read(part) === undefined
  })
}
