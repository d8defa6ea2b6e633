// Logs of HAProxy: what `option httplog`, `httpslog`, `tcplog` and no option at all write, with a syslog header or without.
// What is none of these, such as "Server app/s1 is DOWN", keeps its message.

import Type, { type Static } from 'typebox'
import type { FieldTypes } from '#record'
import { strptime, timestamps, timezoneDescription, zone } from '#time'
import { address } from './capture.ts'
import { haproxyLine, haproxyTypes } from './haproxy-lines.ts'
import { requestLine, tlsVersion } from './http.ts'
import { closed, type Parser } from './parser.ts'
import { syslogMismatch } from './syslog.ts'
import { headerWriter, syslogTypes } from './syslog-fields.ts'
import { type Header, rfc3164, rfc5424 } from './syslog-header.ts'
import { setter } from './values.ts'

export const schema = Type.Object(
  {
    format: Type.Literal('haproxy', { description: 'Logs of HAProxy.' }),
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

/**
 * A parser for the logs of HAProxy.
 * @throws SluiceError E_PARSE_OPTION for a wrong zone
 */
export function haproxy({ timezone }: Options): Parser {
  const here = zone(timezone)
  const writeHeader = headerWriter(here)
  const timestamp = timestamps(strptime('%d/%b/%Y:%H:%M:%S.%f', here).read)
  return closed({
    format: 'haproxy',
    writes,
    read(text, values, reading) {
      const header = headerOf(text)
      const found = haproxyLine(header?.message ?? text)
      const at = found?.time === undefined ? undefined : timestamp(found.time)
      const isTimed = found !== undefined && (found.time === undefined || at !== undefined)
      if (!isTimed) return header?.time !== undefined && writeHeader(values, header, reading)
      if (header !== undefined && !writeHeader(values, { ...header, message: found.message }, reading)) return false
      found.write(values)
      if (at !== undefined) setTimestamp(values, at)
      return true
    },
    mismatch(text) {
      const header = headerOf(text)
      if (header === undefined) return syslogMismatch(text)
      return {
        column: text.length - header.message.length,
        expected: 'a client and a time such as 192.0.2.1:51234 [20/Nov/2026:23:11:52.345]'
      }
    }
  })
}

/** The syslog header of a line, or the `haproxy[4711]: ` that is all that some leave of it. */
function headerOf(text: string): Header | undefined {
  const header = rfc5424(text) ?? rfc3164(text)
  if (header !== undefined) return header
  const tagged = /^(?<tag>[\w./-]{1,64})\[(?<process>\d{1,15})\]: /.exec(text)
  if (tagged === null) return undefined
  return { tag: tagged.groups?.tag, process: tagged.groups?.process, message: text.slice(tagged[0].length) }
}
