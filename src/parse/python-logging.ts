// Lines of Python's logging, by the format string of its Formatter. What Python appends to a line, the traceback of an
// exception and the stack, goes to `error`; the message keeps what the logger was given.

import Type, { type Static } from 'typebox'
import { localeDescription, strptime, timestamps, timezoneDescription, zone } from '#time'
import { loggerParser } from './logger-parser.ts'
import { timeShape } from './logger-times.ts'
import type { Parser } from './parser.ts'
import { attributeOf } from './python-logging-attributes.ts'
import { formatOptions, readFormat } from './python-logging-format.ts'
import { TIMES, timestampOf } from './python-logging-time.ts'
import { pythonTraces } from './python-traceback.ts'

/** What logging.basicConfig() uses where no format is given: BASIC_FORMAT of CPython's logging. */
const BASIC_FORMAT = '%(levelname)s:%(name)s:%(message)s'
/** Formatter.default_time_format and default_msec_format of CPython's logging. */
const DEFAULT_TIME = '%Y-%m-%d %H:%M:%S,%3f'

export const schema = Type.Object(
  {
    format: Type.Literal('python-logging', { description: 'Lines of the logging module of Python.' }),
    pattern: Type.Optional(
      Type.String({
        minLength: 1,
        description: `The format string of the Formatter, or \`format\` of basicConfig. Where it is left out: \`${BASIC_FORMAT}\`. A value ends at the first separator behind it that such values do not usually hold, and a text before a level at the first name of a level. What \`extra=\` adds becomes \`labels.<name>\`.`
      })
    ),
    ...formatOptions,
    timezone: Type.Optional(Type.String({ description: timezoneDescription })),
    locale: Type.Optional(Type.String({ minLength: 1, description: localeDescription })),
    levels: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        description: 'Names of levels that the application adds with logging.addLevelName.'
      })
    )
  },
  { additionalProperties: false, description: 'Lines of Python’s logging, by its format string.' }
)
export type Options = Static<typeof schema>

/**
 * A parser for one format string.
 * @throws SluiceError E_PARSE_PATTERN where it is none, or could be read in two ways; E_PARSE_OPTION for a wrong zone
 */
export function pythonLogging({
  pattern = BASIC_FORMAT,
  style,
  datefmt,
  timezone,
  locale,
  levels = []
}: Options): Parser {
  const layout = readFormat(pattern, style)
  const format = strptime(datefmt || DEFAULT_TIME, zone(timezone), locale)
  const moment = timestamps(format.read)
  const names = new Set(layout.fields.map(({ attribute }) => attribute))
  return loggerParser({
    format: 'python-logging',
    layout,
    context: {
      pattern,
      namespace: 'python',
      attributeOf: name => attributeOf(name, names),
      timeOf: () => timeShape(format, moment),
      levels
    },
    traces: pythonTraces,
    timeOf: fields => timestampOf(fields, format, moment),
    times: TIMES.filter(name => format.isDated || name !== 'asctime')
  })
}
