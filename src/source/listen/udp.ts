// A record a packet over UDP. Nothing is answered; what finds no room in the spool is dropped and counted.

import Type, { type Static } from 'typebox'
import type { Listener, RecordSink } from './contract.ts'
import { networkOptions } from './options.ts'
import { servePackets } from './packets.ts'
import { trimEnd } from './trim-end.ts'

export const schema = Type.Object(
  {
    type: Type.Literal('udp', { description: 'Packets over UDP, a record each.' }),
    ...networkOptions(9001)
  },
  { description: 'Programs that send a packet for each record.' }
)
type Options = Static<typeof schema>

export const listen = (options: Options, sink: RecordSink): Promise<Listener> =>
  servePackets(options, sink, packet => ({ records: [trimEnd(packet)] }))
