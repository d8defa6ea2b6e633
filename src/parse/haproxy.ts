// Logs of HAProxy: what `option httplog`, `httpslog`, `tcplog` and no option at all write, with a syslog header or without.
// What is none of these, such as "Server app/s1 is DOWN", keeps its message.

import Type, { type Static } from 'typebox'
import type { FieldTypes } from '#record'
import { strptime, timestamps, timezoneDescription, zone } from '#time'
import { address } from './capture.ts'
import { customFormat } from './haproxy-custom.ts'
import { NAMED_FORMATS } from './haproxy-format.ts'
import { haproxyLine, haproxyTypes } from './haproxy-lines.ts'
import { requestLine, tlsVersion } from './http.ts'
import { closed, type Parser } from './parser.ts'
import { syslogMismatch } from './syslog.ts'
import { headerWriter, syslogTypes } from './syslog-fields.ts'
import { anySyslog, type Header, unindented } from './syslog-header.ts'
import { setter } from './values.ts'

export const schema = Type.Object(
  {
    format: Type.Literal('haproxy', { description: 'Logs of HAProxy.' }),
    pattern: Type.Optional(
      Type.String({
        minLength: 1,
        description: `The \`log-format\` of haproxy.cfg as one text, or the name of one of its options: ${[...NAMED_FORMATS.keys()].map(name => `\`${name}\``).join(', ')}. Where it is left out: those, and the log without any option. Samples that ECS has no field for, \`%[var(txn.user)]\`, become \`haproxy.samples.<expression>\`. What HAProxy says of its servers and of failed connections is understood beside it.`
      })
    ),
    timezone: Type.Optional(Type.String({ description: timezoneDescription }))
  },
  {
    additionalProperties: false,
    description:
      'Lines of `option httplog`, `option httpslog`, `option tcplog` and the default log of HAProxy, behind a syslog header or alone.'
  }
)
export type Options = Static<typeof schema>

const writes: FieldTypes = {
  ...syslogTypes,
  ...haproxyTypes,
  ...requestLine('').writes,
  ...tlsVersion('haproxy.tls_version').writes,
  ...address('source')('').writes,
  ...address('destination')('').writes
}
const setTimestamp = setter('@timestamp')

/** What a server's state or HAProxy's own is told with. */
const NOTICE =
  /^(?:(?:Backup )?Server|Backend|backend|Proxy|Health check for|(?:Re)?[Ss]tarting|Stopping|Pausing|Resuming|Enabling|Disabling|New worker|Loading) /

/**
 * A parser for the logs of HAProxy.
 * @throws SluiceError E_PARSE_PATTERN where the pattern is none, or could be read in two ways; E_PARSE_OPTION for a wrong zone
 */
export function haproxy({ pattern, timezone }: Options): Parser {
  const here = zone(timezone)
  const writeHeader = headerWriter(here)
  const timestamp = timestamps(strptime('%d/%b/%Y:%H:%M:%S.%f', here).read)
  const custom = pattern === undefined ? undefined : customFormat(pattern, here)
  return closed({
    format: 'haproxy',
    writes: { ...writes, ...custom?.writes },
    read(text, values, reading) {
      const header = headerOf(text)
      const message = header?.message ?? text
      const write = custom?.read(message)
      if (write !== undefined) {
        if (header !== undefined && !writeHeader(values, { ...header, message: '' }, reading)) return false
        write(values)
        return true
      }
      const found = haproxyLine(message)
      const at = found?.time === undefined ? undefined : timestamp(found.time)
      const isTimed = found !== undefined && (found.time === undefined || at !== undefined)
      const isOther = custom !== undefined && (found === undefined || found.isLogged)
      if (!isTimed || isOther) {
        const isNotice = custom === undefined || NOTICE.test(message)
        return isNotice && header?.time !== undefined && writeHeader(values, header, reading)
      }
      if (header !== undefined && !writeHeader(values, { ...header, message: found.message }, reading)) return false
      found.write(values)
      if (at !== undefined) setTimestamp(values, at)
      return true
    },
    mismatch(text) {
      const header = headerOf(text)
      const column = text.length - (header?.message ?? text).length
      if (custom !== undefined) {
        const found = custom.mismatch(text.slice(column))
        return { ...found, column: column + found.column }
      }
      if (header === undefined) return syslogMismatch(text)
      return { column, expected: 'a client and a time such as 192.0.2.1:51234 [20/Nov/2026:23:11:52.345]' }
    }
  })
}

/** The syslog header of a line, or the `haproxy[4711]: ` that is all that some leave of it. */
function headerOf(text: string): Header | undefined {
  const header = anySyslog(text)
  if (header !== undefined) return unindented(header)
  const tagged = /^(?<tag>[\w./-]{1,64})\[(?<process>\d{1,15})\]: /.exec(text)
  if (tagged === null) return undefined
  return { tag: tagged.groups?.tag, process: tagged.groups?.process, message: text.slice(tagged[0].length) }
}
