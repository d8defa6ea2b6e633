// Lines by a regular expression, whose named groups become fields. A line that it does not match, or whose time is none, is
// not taken.

import Type, { type Static } from 'typebox'
import type { Mismatch } from '#pattern'
import {
  allowSlowDescription,
  compileExpression,
  LIMIT_MS,
  limited,
  longestFit,
  patternError,
  refuseExponential,
  anchored as wholeLine
} from '#pattern'
import type { FieldTypes } from '#record'
import { timezoneDescription, zone } from '#time'
import { bindGroups, groupsSchema, misfit, writeGroups } from './groups.ts'
import { closed, type Parser } from './parser.ts'
import { traced, traceSchema } from './traced.ts'

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
  { additionalProperties: false, description: 'Lines by a regular expression, whose named groups become fields.' }
)
export type Options = Static<typeof schema>

/**
 * A parser for one regular expression.
 * @throws SluiceError E_PARSE_PATTERN where it is none, has no named group, or takes exponential time; E_PARSE_OPTION for options that do not fit it
 */
export function regex({ pattern, anchored = true, allowSlow, fields = {}, trace, timezone }: Options): Parser {
  const found = compileExpression(pattern, 'pattern')
  const expression = anchored ? wholeLine(found) : found
  const isSure = refuseExponential(expression, { pattern, option: 'pattern', allowSlow })
  const within = limited([pattern], isSure)
  // An alternative that is empty matches, and a match tells the names of all groups.
  const names = Object.keys(new RegExp(`${pattern}|`, found.flags).exec('')?.groups ?? {})
  if (names.length === 0)
    throw patternError(pattern, 'pattern', 0, 'has no named group; allowed: at least one, as (?<message>.*)')
  const groups = bindGroups(names, fields, zone(timezone))
  const writes: FieldTypes = Object.assign({}, ...groups.map(group => group.writes))
  const placed = new RegExp(expression.source, `${expression.flags}d`)
  const fitOf = longestFit(pattern, anchored)
  return closed(
    traced(
      {
        format: 'regex',
        writes,
        read(text, values, reading) {
          const match = within(text, () => expression.exec(text))
          const found = match === 'late' ? undefined : match?.groups
          return found !== undefined && writeGroups(groups, values, ({ name }) => found[name], reading)
        },
        mismatch(text) {
          const found = within(text, () => whereItStops(text))
          return found === 'late' ? { column: 0, expected: `a match within ${LIMIT_MS} ms` } : found
        }
      },
      trace
    )
  )

  function whereItStops(text: string): Mismatch {
    const found = placed.exec(text)
    const wrong = found?.groups === undefined ? undefined : misfit(groups, ({ name }) => found.groups?.[name])
    if (wrong !== undefined) {
      return { column: found?.indices?.groups?.[wrong.name]?.[0] ?? 0, expected: `a time in the group "${wrong.name}"` }
    }
    const { column, rest } = fitOf(text)
    return { column, expected: rest === '' ? 'the end of the line' : `what matches ${rest}` }
  }
}
