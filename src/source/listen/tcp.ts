// Lines over TCP or a Unix socket, each ended by a newline. Nothing is answered; a sender waits where the spool is full.

import Type, { type Static } from 'typebox'
import { serveConnections } from './connections.ts'
import type { Listener, RecordSink } from './contract.ts'
import { createLines } from './lines.ts'
import { connectionOptions, maxFrameBytes, networkOptions, pathOption, tlsSchema } from './options.ts'

export const schema = Type.Object(
  {
    type: Type.Literal('tcp', { description: 'Lines over TCP, TLS or a Unix socket.' }),
    ...networkOptions(9000),
    path: pathOption,
    tls: Type.Optional(tlsSchema),
    maxFrameBytes: maxFrameBytes(1_048_576, 'Longest line; of a longer one the beginning is shipped, tagged `_cut`,'),
    ...connectionOptions
  },
  { description: 'Programs that write lines to a socket.' }
)
type Options = Static<typeof schema>

export const listen = (options: Options, sink: RecordSink): Promise<Listener> =>
  serveConnections(options, sink, () => createLines(options.maxFrameBytes))
