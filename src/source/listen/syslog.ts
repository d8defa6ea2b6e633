// Syslog over UDP (RFC 5426) and over TCP or TLS (RFC 6587, RFC 5425), at one port. Nothing is answered.

import Type, { type Static } from 'typebox'
import { delimited, syslogFrames } from '#wire'
import { protocolsOption, serveBoth } from './both.ts'
import type { Listener, RecordSink } from './contract.ts'
import { createFrames } from './frames.ts'
import { connectionOptions, maxFrameBytes, networkOptions, tlsSchema } from './options.ts'
import { trimEnd } from './trim-end.ts'

export const schema = Type.Object(
  {
    type: Type.Literal('syslog', { description: 'Syslog over UDP, TCP and TLS.' }),
    ...networkOptions(5514),
    protocols: protocolsOption,
    delimiter: Type.Union([Type.Literal('newline'), Type.Literal('nul')], {
      default: 'newline',
      description:
        "What ends messages on a connection that are not counted. Python's `SysLogHandler` ends them with NUL, and leaves newlines in them."
    }),
    tls: Type.Optional(tlsSchema),
    maxFrameBytes: maxFrameBytes(262_144, 'Longest message; a longer one closes its connection,'),
    ...connectionOptions
  },
  {
    description:
      'Loggers, routers and programs that speak syslog. Messages on a connection are counted or ended by newlines, as each one is. Where `parse` is left out, they are read by the format `syslog`.'
  }
)
type Options = Static<typeof schema>

export function listen(options: Options, sink: RecordSink): Promise<Listener> {
  const { delimiter, maxFrameBytes: most } = options
  const newCutter = () => (delimiter === 'nul' ? delimited(0, most) : syslogFrames(most))
  return serveBoth(options, sink, {
    newIntake: () => createFrames(newCutter(), frame => ({ ok: trimEnd(frame) })),
    read: packet => ({ records: [trimEnd(packet)] })
  })
}
