// Lines of Loguru, by the format string of a sink or as the JSON of its `serialize=True`. Colours are taken out of a line,
// and the traceback behind it, bare or with the values of its variables, goes to `error`.

import Type, { type Static } from 'typebox'
import { localeDescription, timezoneDescription, zone } from '#time'
import type { Context } from './logger-attributes.ts'
import type { Field } from './logger-field.ts'
import { loggerParser, withoutAnsi } from './logger-parser.ts'
import * as shapes from './logger-shapes.ts'
import { readTimes, type Times } from './logger-times.ts'
import { attributeOf, ELAPSED } from './loguru-attributes.ts'
import { readFormat } from './loguru-format.ts'
import { records } from './loguru-record.ts'
import { readTime } from './loguru-time.ts'
import type { Parser } from './parser.ts'
import { pythonTraces } from './python-traceback.ts'

/** LOGURU_FORMAT of Loguru's defaults, without its colours. */
const DEFAULT = '{time:YYYY-MM-DD HH:mm:ss.SSS} | {level: <8} | {name}:{function}:{line} - {message}'

export const schema = Type.Object(
  {
    format: Type.Literal('loguru', { description: 'Lines of Loguru.' }),
    pattern: Type.Optional(
      Type.String({
        minLength: 1,
        description: `The \`format\` of the sink. Where it is left out: Loguru's own, \`${DEFAULT}\`. Tags of colours may stand in it. A value ends at the first separator behind it that such values do not usually hold. What is bound to the logger, \`{extra[user]}\`, becomes \`labels.user\`.`
      })
    ),
    serialize: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'Whether lines are records as JSON, as `serialize=True` has Loguru write them; `pattern` then says nothing.'
      })
    ),
    timezone: Type.Optional(Type.String({ description: timezoneDescription })),
    locale: Type.Optional(Type.String({ minLength: 1, description: localeDescription })),
    levels: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: 'Names of levels that the application adds with `logger.level`.'
      })
    )
  },
  { additionalProperties: false, description: 'Lines of Loguru, by its format string or as its JSON.' }
)
export type Options = Static<typeof schema>

/**
 * A parser for the lines of one sink.
 * @throws SluiceError E_PARSE_PATTERN where its format is none, or could be read in two ways; E_PARSE_OPTION for a wrong zone
 */
export function loguru({ pattern = DEFAULT, serialize = false, timezone, locale, levels = [] }: Options): Parser {
  if (serialize) return records()
  const layout = readFormat(pattern)
  const names = new Set(layout.fields.map(({ attribute }) => attribute))
  const times = readTimes(layout.fields, field => readTime(field, pattern), zone(timezone), locale)
  const context: Context = {
    pattern,
    namespace: 'loguru',
    attributeOf: name => attributeOf(name, names),
    timeOf: field => timeShape(field, times),
    levels
  }
  return loggerParser({
    format: 'loguru',
    layout,
    context,
    traces: pythonTraces,
    timeOf: fields => times.timeOf(fields),
    times: times.isDated ? ['time'] : [],
    clean: withoutAnsi
  })
}

/** The look of what is no plain text: a time, how long the program has run, or all that is bound to the logger. */
function timeShape(field: Field, times: Times): shapes.LoggerShape {
  if (field.attribute === 'extra') return shapes.dictionary
  if (field.attribute !== 'elapsed') return times.shapeOf(field)
  const end = (text: string, from: number): number => {
    ELAPSED.lastIndex = from
    return ELAPSED.test(text) ? ELAPSED.lastIndex : -1
  }
  return shapes.time('0:00:00.033096', undefined, end, text => end(text, 0) === text.length)
}
