// All sources that are listened to. Each is one file with its schema and `listen`; what it takes goes to the spool. `format` is
// what reads its records where a pipeline does not say.

import type { Static } from 'typebox'
import type { Listener, RecordSink } from './contract.ts'
import { listen as forward, schema as forwardSchema } from './forward.ts'
import { listen as gelf, schema as gelfSchema } from './gelf.ts'
import { listen as http, schema as httpSchema } from './http.ts'
import { listen as python, schema as pythonSchema } from './python.ts'
import { listen as stdin, schema as stdinSchema } from './stdin.ts'
import { listen as syslog, schema as syslogSchema } from './syslog.ts'
import { listen as tcp, schema as tcpSchema } from './tcp.ts'
import { listen as udp, schema as udpSchema } from './udp.ts'

const sources = {
  tcp: { schema: tcpSchema, listen: tcp },
  udp: { schema: udpSchema, listen: udp },
  python: { schema: pythonSchema, listen: python, format: 'python-record' },
  http: { schema: httpSchema, listen: http, format: 'json' },
  syslog: { schema: syslogSchema, listen: syslog, format: 'syslog' },
  gelf: { schema: gelfSchema, listen: gelf, format: 'gelf' },
  forward: { schema: forwardSchema, listen: forward, format: 'json' },
  stdin: { schema: stdinSchema, listen: stdin }
} as const

type Sources = typeof sources
/** A source that is listened to, told by its `type`. */
export type ListenOptions = { [Name in keyof Sources]: Static<Sources[Name]['schema']> }[keyof Sources]

export const listenSchemas = Object.values(sources).map(({ schema }) => schema)

/** What reads the records of a source where its pipeline does not say; undefined where they can be anything. */
export function formatOf({ type }: ListenOptions): 'python-record' | 'syslog' | 'gelf' | 'json' | undefined {
  const source = sources[type]
  return 'format' in source ? source.format : undefined
}

/** Begins to listen; rejects with `E_SOURCE_LISTEN` where that cannot be. */
export function listen(options: ListenOptions, sink: RecordSink): Promise<Listener> {
  const begin = sources[options.type].listen as (options: ListenOptions, sink: RecordSink) => Promise<Listener>
  return begin(options, sink)
}
