// Lines of log4j, log4j2 and logback, by the pattern of their layout, and Spring Boot's with them. The trace of an exception
// behind a line goes to `error`.

import Type, { type Static } from 'typebox'
import type { FieldTypes } from '#record'
import { localeDescription, timezoneDescription, zone } from '#time'
import { javaTraces } from './java-trace.ts'
import { readLayout } from './log4j-format.ts'
import { readTime } from './log4j-time.ts'
import { attributeOf, contextShape } from './log4j-words.ts'
import type { Format } from './logger-field.ts'
import { loggerParser, withoutAnsi } from './logger-parser.ts'
import { readTimes } from './logger-times.ts'
import { type Closed, closed, type Parser } from './parser.ts'

export const schema = Type.Object(
  {
    format: Type.Literal('log4j', { description: 'Lines of log4j, log4j2 and logback.' }),
    pattern: Type.String({
      minLength: 1,
      description:
        'The pattern of the layout, as in `%d %-5level [%t] %logger{36} - %msg%n`. Colours, `%clr(…)` and `%highlight{…}` among them, may stand in it; of `${NAME:-value}` the value is taken. A value ends at the first separator behind it that such values do not usually hold. `%X{user}` becomes `labels.user`.'
    }),
    timezone: Type.Optional(Type.String({ description: timezoneDescription })),
    locale: Type.Optional(Type.String({ minLength: 1, description: localeDescription })),
    levels: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), { description: 'Names of levels that the application adds.' })
    )
  },
  { additionalProperties: false, description: 'Lines of log4j, log4j2 and logback, by the pattern of their layout.' }
)
export type Options = Static<typeof schema>

/** Levels as `%p{lowerCase=true}` writes them. */
const LOWER_CASE = ['fatal', 'error', 'warn', 'info', 'debug', 'trace']

/**
 * A parser for one layout.
 * @throws SluiceError E_PARSE_PATTERN where its pattern is none, or could be read in two ways; E_PARSE_OPTION for a wrong zone
 */
export function log4j(options: Options): Parser {
  const [first, ...others] = readLayout(options.pattern).map(layout => ofFormat(layout, options))
  if (first === undefined) throw new RangeError('a layout has at least one format')
  if (others.length === 0) return first
  const all = [first, ...others]
  return closed({
    format: 'log4j',
    writes: Object.assign({}, ...all.map(({ writes }) => writes)) as FieldTypes,
    read: (text, values, reading) => all.some(({ read }) => read(text, values, reading)),
    mismatch: text =>
      all
        .map(({ mismatch }) => mismatch(text))
        .reduce((furthest, other) => (other.column > furthest.column ? other : furthest))
  })
}

function ofFormat(layout: Format, { pattern, timezone, locale, levels = [] }: Options): Closed & Parser {
  const times = readTimes(layout.fields, readTime, zone(timezone), locale)
  return loggerParser({
    format: 'log4j',
    layout,
    context: {
      pattern,
      namespace: 'log4j',
      attributeOf,
      timeOf: field => (field.attribute === 'date' ? times.shapeOf(field) : contextShape(field.attribute)),
      levels: [...levels, ...LOWER_CASE]
    },
    traces: javaTraces,
    timeOf: fields => times.timeOf(fields),
    times: times.isDated ? ['date'] : [],
    clean: withoutAnsi
  })
}
