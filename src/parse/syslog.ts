// Syslog messages as daemons write them to files and send them over sockets, by RFC 5424 or in the manner of RFC 3164.

import Type, { type Static } from 'typebox'
import type { Mismatch } from '#pattern'
import { timezoneDescription, zone } from '#time'
import { closed, type Parser } from './parser.ts'
import { headerWriter, syslogTypes } from './syslog-fields.ts'
import { anySyslog, type Header, rfc3164, rfc5424 } from './syslog-header.ts'

export const schema = Type.Object(
  {
    format: Type.Literal('syslog', { description: 'Syslog messages.' }),
    rfc: Type.Optional(
      Type.Union([Type.Literal('auto'), Type.Literal('3164'), Type.Literal('5424')], {
        default: 'auto',
        description:
          'The form of the messages. Of `3164` the priority, the host, the tag and its process may be missing, and the time be one of ISO 8601, or have a year, a fraction or a zone. `auto` takes both.'
      })
    ),
    timezone: Type.Optional(Type.String({ description: timezoneDescription }))
  },
  {
    additionalProperties: false,
    description:
      'Syslog messages of RFC 5424 and RFC 3164. Facility, severity and the other parts become `log.syslog`, and the severity the level.'
  }
)
export type Options = Static<typeof schema>

/**
 * A parser for syslog messages.
 * @throws SluiceError E_PARSE_OPTION for a wrong zone
 */
export function syslog({ rfc = 'auto', timezone }: Options): Parser {
  const header = headerOf(rfc)
  const write = headerWriter(zone(timezone))
  return closed({
    format: 'syslog',
    writes: syslogTypes,
    read(text, values, reading) {
      const found = header(text)
      return found !== undefined && write(values, found, reading)
    },
    mismatch: text => syslogMismatch(text, rfc)
  })
}

function headerOf(rfc: NonNullable<Options['rfc']>): (text: string) => Header | undefined {
  if (rfc === '3164') return rfc3164
  return rfc === '5424' ? rfc5424 : anySyslog
}

/** Says of a line that is no message what its head lacks. */
export function syslogMismatch(text: string, rfc: Options['rfc'] = 'auto'): Mismatch {
  const priority = /^<\d{1,3}>(?:[1-9]\d? )?/.exec(text)?.[0] ?? ''
  const found = rfc === '5424' ? undefined : rfc3164(text)
  if (found?.time !== undefined) {
    return { column: text.indexOf(found.time), expected: 'a time such as Nov 20 23:11:52 that there is' }
  }
  const expected = {
    auto: 'a priority such as <34>, or a time such as Nov 20 23:11:52 or 2026-11-20T23:11:52+09:00',
    3164: 'a priority such as <34>, or a time such as Nov 20 23:11:52',
    5424:
      priority === ''
        ? 'a priority and a version such as <34>1'
        : 'a time, a host, an application, a process, an id and structured data, or - for each'
  }[rfc]
  return { column: priority.length, expected }
}
