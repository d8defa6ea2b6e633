// Serves packets and connections at one port, as what speaks either of them is sent.

import Type from 'typebox'
import { type ConnectionOptions, serveConnections } from './connections.ts'
import type { Intake, Listener, RecordSink, Taken } from './contract.ts'
import { servePackets } from './packets.ts'

export const protocolsOption = Type.Array(Type.Union([Type.Literal('udp'), Type.Literal('tcp')]), {
  default: ['udp', 'tcp'],
  minItems: 1,
  description: 'Whether to take packets (`udp`), connections (`tcp`) or both.'
})

interface BothOptions extends ConnectionOptions {
  readonly protocols: readonly ('udp' | 'tcp')[]
}

/** Listens; with port 0 both are at the one that was free. */
export async function serveBoth(
  options: BothOptions,
  sink: RecordSink,
  { newIntake, read }: { readonly newIntake: () => Intake; readonly read: (packet: Buffer, address: string) => Taken }
): Promise<Listener> {
  const listeners: Listener[] = []
  const close = async () => void (await Promise.all(listeners.map(listener => listener.close())))
  let { port } = options
  try {
    if (options.protocols.includes('tcp')) {
      const connections = await serveConnections(options, sink, newIntake)
      listeners.push(connections)
      port ||= Number(/\d+$/.exec(connections.address)?.[0])
    }
    if (options.protocols.includes('udp')) listeners.push(await servePackets({ ...options, port }, sink, read))
  } catch (error) {
    await close()
    throw error
  }
  const ended = Promise.race(listeners.map(listener => listener.ended))
  return { address: listeners.map(({ address }) => address).join(', '), ended, close }
}
