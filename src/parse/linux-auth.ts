// What Linux writes to auth.log and secure: syslog messages, of which those of sshd, sudo, su, cron, PAM and the programs
// that change accounts say who did what from where, and whether it was let.

import Type, { type Static } from 'typebox'
import { timezoneDescription, zone } from '#time'
import { authTypes, writeAuth } from './linux-auth-rules.ts'
import { closed, type Parser } from './parser.ts'
import { syslogMismatch } from './syslog.ts'
import { headerWriter, syslogTypes } from './syslog-fields.ts'
import { anySyslog, unindented } from './syslog-header.ts'

export const schema = Type.Object(
  {
    format: Type.Literal('linux-auth', { description: 'The authentication log of Linux.' }),
    timezone: Type.Optional(Type.String({ description: timezoneDescription }))
  },
  {
    additionalProperties: false,
    description:
      'Lines of `auth.log` or `secure`, which are syslog messages. Logins, sessions, commands of sudo and changes of accounts get their category, outcome, user and source; all others are shipped as what syslog says of them.'
  }
)
export type Options = Static<typeof schema>

/**
 * A parser for authentication logs.
 * @throws SluiceError E_PARSE_OPTION for a wrong zone
 */
export function linuxAuth({ timezone }: Options): Parser {
  const write = headerWriter(zone(timezone))
  return closed({
    format: 'linux-auth',
    writes: { ...syslogTypes, ...authTypes },
    read(text, values, reading) {
      const found = anySyslog(text)
      const header = found && unindented(found)
      if (header === undefined || !write(values, header, reading)) return false
      writeAuth(values, header)
      return true
    },
    mismatch: text => syslogMismatch(text)
  })
}
