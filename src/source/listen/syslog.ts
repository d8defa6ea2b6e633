// Syslog over UDP (RFC 5426) and over TCP or TLS (RFC 6587, RFC 5425), at one port. Nothing is answered.

import Type, { type Static } from 'typebox'
import { serveConnections } from './connections.ts'
import type { Listener, RecordSink } from './contract.ts'
import { connectionOptions, maxFrameBytes, networkOptions, tlsSchema } from './options.ts'
import { servePackets } from './packets.ts'
import { createSyslogFrames } from './syslog-frames.ts'
import { trimEnd } from './trim-end.ts'

export const schema = Type.Object(
  {
    type: Type.Literal('syslog', { description: 'Syslog over UDP, TCP and TLS.' }),
    ...networkOptions(5514),
    protocols: Type.Array(Type.Union([Type.Literal('udp'), Type.Literal('tcp')]), {
      default: ['udp', 'tcp'],
      minItems: 1,
      description: 'What to listen to: packets, connections (counted or ended by newlines, as each message is) or both.'
    }),
    tls: Type.Optional(tlsSchema),
    maxFrameBytes: maxFrameBytes(262_144, 'Longest message; of a longer one the beginning is shipped, tagged `_cut`,'),
    ...connectionOptions
  },
  { description: 'Loggers, routers and programs that speak syslog. Parse it with the format `syslog`.' }
)
type Options = Static<typeof schema>

export async function listen(options: Options, sink: RecordSink): Promise<Listener> {
  const listeners: Listener[] = []
  let { port } = options
  try {
    if (options.protocols.includes('tcp')) {
      const connections = await serveConnections(options, sink, () => createSyslogFrames(options.maxFrameBytes))
      listeners.push(connections)
      port ||= Number(/\d+$/.exec(connections.address)?.[0])
    }
    if (options.protocols.includes('udp')) {
      listeners.push(await servePackets({ ...options, port }, sink, packet => ({ records: [trimEnd(packet)] })))
    }
  } catch (error) {
    await Promise.all(listeners.map(listener => listener.close()))
    throw error
  }
  return {
    address: listeners.map(({ address }) => address).join(', '),
    ended: Promise.race(listeners.map(({ ended }) => ended)),
    async close() {
      await Promise.all(listeners.map(listener => listener.close()))
    }
  }
}
