// Access logs of Apache httpd, by their own `LogFormat`. A line is taken apart as mod_log_config put it together: quotes,
// backslashes and all that is not printable ASCII escaped, and `-` where a directive has no value.

import Type, { type Static } from 'typebox'
import { compileScanner, findMismatch, plan } from '#pattern'
import { timezoneDescription, zone } from '#time'
import { directive } from './apache-directives.ts'
import { readLogFormat } from './apache-pattern.ts'
import { hideQuotes, withoutC } from './escapes.ts'
import { accessEvent, accessEventTypes } from './http.ts'
import { closed, type Parser } from './parser.ts'
import { bindVariables } from './variables.ts'

const COMMON = '%h %l %u %t "%r" %>s %b'
const COMBINED = `${COMMON} "%{Referer}i" "%{User-Agent}i"`
/** The formats that httpd.conf names as it is distributed. */
const NAMED = new Map([
  ['common', COMMON],
  ['combined', COMBINED],
  ['combinedio', `${COMBINED} %I %O`],
  ['vhost_common', `%v ${COMMON}`],
  ['vhost_combined', `%v:%p ${COMBINED}`]
])

export const schema = Type.Object(
  {
    format: Type.Literal('apache', { description: 'Access logs of Apache httpd.' }),
    pattern: Type.Optional(
      Type.String({
        minLength: 1,
        default: 'combined',
        description: `The \`LogFormat\` of httpd.conf, or the name of one that every httpd has: ${[...NAMED.keys()].map(name => `\`${name}\``).join(', ')}. Headers, cookies, notes and variables that ECS has no field for become \`apache.access.<kind>.<name>\`.`
      })
    ),
    timezone: Type.Optional(Type.String({ description: timezoneDescription }))
  },
  { additionalProperties: false, description: 'Lines of an access log of Apache httpd, by its `LogFormat`.' }
)
export type Options = Static<typeof schema>

/**
 * A parser for one `LogFormat`.
 * @throws SluiceError E_PARSE_PATTERN where it is none, or could be read in two ways; E_PARSE_OPTION for a wrong zone
 */
export function apache({ pattern = 'combined', timezone }: Options): Parser {
  const format = NAMED.get(pattern) ?? pattern
  const { literals, directives } = readLogFormat(format)
  const here = zone(timezone)
  const bound = bindVariables(directives.map(named => ({ ...named, ...directive(named, here) })))
  const captures = bound.map(({ capture }) => capture)
  const planned = plan({ pattern: format, literals, slots: bound.map(({ slot }) => slot) })
  const scan = compileScanner(planned)
  return closed({
    format: 'apache',
    always: accessEvent,
    writes: Object.assign({}, accessEventTypes, ...captures.map(({ writes }) => writes)),
    read(text, values) {
      const isEscaped = text.includes('\\')
      const found = scan(isEscaped ? hideQuotes(text) : text)
      if (found === undefined) return false
      for (let i = 0; i < found.length; i++) {
        const value = found[i] ?? ''
        // A user who sent an empty name is written as two quotes.
        if (value !== '' && value !== '-' && value !== '""') {
          captures[i]?.write(values, isEscaped ? withoutC(value) : value)
        }
      }
      return true
    },
    mismatch: text =>
      findMismatch(planned, hideQuotes(text)) ?? { column: text.length, expected: 'the end of the line' }
  })
}
