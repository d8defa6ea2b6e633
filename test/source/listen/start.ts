// Listeners with short bounds, begun at real sockets with a sink that remembers.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { type ListenOptions, listen, type RecordSink } from '#source'

const network = { host: '127.0.0.1', port: 0, allow: [] }
const connections = { maxConnections: 4_096, idleTimeoutMs: 60_000, maxHeldBytes: 67_108_864 }
type Options<Type> = Extract<ListenOptions, { readonly type: Type }>
export const tcp: Options<'tcp'> = { type: 'tcp', ...network, ...connections, maxFrameBytes: 1_024 }
export const python: Options<'python'> = { ...tcp, type: 'python', protocols: ['udp', 'tcp'] }
export const syslog: Options<'syslog'> = { ...tcp, type: 'syslog', protocols: ['udp', 'tcp'], delimiter: 'newline' }
export const http: Options<'http'> = {
  type: 'http',
  ...network,
  maxFrameBytes: 4_096,
  maxConnections: 100,
  idleTimeoutMs: 60_000
}
export const gelf: Options<'gelf'> = { ...tcp, type: 'gelf', protocols: ['udp', 'tcp'] }
export const forward: Options<'forward'> = { ...tcp, type: 'forward' }

/** A listener at a port that was free; it is closed after the test. */
export async function start(options: ListenOptions) {
  const records: string[] = []
  const refusals: string[] = []
  let isFull = false
  let roomy = Promise.withResolvers<void>()
  const sink: RecordSink = {
    put(all) {
      if (isFull) return false
      for (const record of all) records.push(Buffer.from(record instanceof Uint8Array ? record : record.cut).toString())
      return true
    },
    stored: () => Promise.resolve(),
    room: () => roomy.promise,
    refused: refusal => refusals.push(refusal),
    warn: () => {}
  }
  const listener = await listen(options, sink)
  onTestFinished(() => listener.close())
  const port = Number(/:(\d+)/.exec(listener.address.replace(/^https?:\/\//, ''))?.[1])
  const fill = (full: boolean) => {
    isFull = full
    if (!full) roomy.resolve()
    roomy = Promise.withResolvers()
  }
  return { records, refusals, listener, port, fill }
}

export async function dial(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}
