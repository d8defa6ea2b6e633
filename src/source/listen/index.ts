// All sources that are listened to. Each is one file with its schema and `listen`; what it takes goes to the spool.

import type { Static } from 'typebox'
import type { Listener, RecordSink } from './contract.ts'
import { listen as http, schema as httpSchema } from './http.ts'
import { listen as python, schema as pythonSchema } from './python.ts'
import { listen as stdin, schema as stdinSchema } from './stdin.ts'
import { listen as syslog, schema as syslogSchema } from './syslog.ts'
import { listen as tcp, schema as tcpSchema } from './tcp.ts'
import { listen as udp, schema as udpSchema } from './udp.ts'

const sources = {
  tcp: { schema: tcpSchema, listen: tcp },
  udp: { schema: udpSchema, listen: udp },
  python: { schema: pythonSchema, listen: python },
  http: { schema: httpSchema, listen: http },
  syslog: { schema: syslogSchema, listen: syslog },
  stdin: { schema: stdinSchema, listen: stdin }
} as const

type Sources = typeof sources
/** A source that is listened to, told by its `type`. */
export type ListenOptions = { [Name in keyof Sources]: Static<Sources[Name]['schema']> }[keyof Sources]

export const listenSchemas = Object.values(sources).map(({ schema }) => schema)

/** Begins to listen; rejects with `E_SOURCE_LISTEN` where that cannot be. */
export function listen(options: ListenOptions, sink: RecordSink): Promise<Listener> {
  const begin = sources[options.type].listen as (options: ListenOptions, sink: RecordSink) => Promise<Listener>
  return begin(options, sink)
}
