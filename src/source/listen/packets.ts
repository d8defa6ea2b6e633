// Serves packets, each on its own: who sends them cannot wait, so that what finds no room is dropped and counted.

import { createSocket, type RemoteInfo } from 'node:dgram'
import { isIP } from 'node:net'
import type { SpoolRecord } from '../spool/record.ts'
import { type Listener, NEVER, type RecordSink, type Taken } from './contract.ts'
import { createDrops } from './drops.ts'
import { cannotListen } from './listen-at.ts'
import { addressText, createAllowed } from './options.ts'
import { refusedFrame } from './refused-frame.ts'

/** What the system holds for a process that is busy; it may give less. */
const RECEIVE_BYTES = 8_388_608
/** How often the system is asked what it dropped. */
const DROPS_MS = 2_000

interface PacketOptions {
  readonly host: string
  readonly port: number
  readonly allow: readonly string[]
}

/** Listens; rejects with `E_SOURCE_LISTEN` where the address cannot be had. */
export async function servePackets(
  { host, port, allow }: PacketOptions,
  sink: RecordSink,
  read: (packet: Buffer, address: string) => Taken
): Promise<Listener> {
  const isAllowed = createAllowed(allow)
  const socket = createSocket({ type: isIP(host) === 6 ? 'udp6' : 'udp4' })
  socket.on('message', (packet: Buffer, { address: from, port: fromPort }: RemoteInfo) => {
    const address = addressText(from, fromPort)
    if (!isAllowed(from)) return sink.refused('not allowed', address)
    const { records, broken } = read(packet, address)
    if (broken !== undefined) sink.refused('bad frame', address, { reason: broken.reason })
    const all: readonly SpoolRecord[] = broken === undefined ? records : [...records, refusedFrame(broken)]
    if (!sink.put(all, address)) sink.refused('spool full', address, { records: all.length })
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind({ address: host, port }, () => {
      socket.off('error', reject)
      resolve()
    })
  }).catch(error => {
    throw cannotListen(`${host}:${port}`, error)
  })
  socket.on('error', error => sink.warn({ error }, 'cannot receive packets'))
  try {
    socket.setRecvBufferSize(RECEIVE_BYTES)
  } catch (error) {
    sink.warn({ error }, 'the system keeps its own size of the receive buffer')
  }
  const drops = createDrops(socket.address().port)
  const countDrops = () => {
    const packets = drops()
    if (packets > 0) sink.refused('dropped by the system', '-', { packets }, packets)
  }
  const counting = setInterval(countDrops, DROPS_MS)
  return {
    address: `${host}:${socket.address().port}/udp`,
    ended: NEVER,
    close() {
      clearInterval(counting)
      countDrops()
      return new Promise(resolve => socket.close(() => resolve()))
    }
  }
}
