// Floods that no spool holds: what listeners take in memory is bounded, every packet is in the spool or counted, and what was
// acknowledged is delivered once.

import { createSocket, type Socket as Packets } from 'node:dgram'
import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { decodeMultiStream, encode } from '@msgpack/msgpack'
import { expect, onTestFinished, test } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { clientFor, settingsFor } from './connection.ts'
import type { Installation, Shipper } from './installation.ts'
import { listening } from './listening.ts'

const server = await elasticsearch()
const client = clientFor(server)
const settings = {
  elasticsearch: { nodes: ['http://127.0.0.1:1'] },
  metrics: { enabled: true, address: '127.0.0.1:0' },
  spool: { maxBytes: 16_777_216 },
  drainMs: 1_000
}
const FULL = 'spool has no room, senders wait or are refused'
/** More packets than the system holds for a process. */
const BURST = 100
const FILLING = 'x'.repeat(4_000)
/** More than a shipper takes with its buffers full, far less than a flood. */
const MAX_RESIDENT_BYTES = 512 * 1_048_576

const text = (i: number) => `${i} ${FILLING}`
const gelf = (i: number) => JSON.stringify({ version: '1.1', host: 'shop', short_message: text(i) })

test.each([
  ['packets', { type: 'udp' }, text],
  ['GELF', { type: 'gelf', protocols: ['udp'] }, gelf]
])('of a flood of %s each one is in the spool or counted', { timeout: 120_000 }, async (_, source, packetOf) => {
  const { installation, shipper, port } = await listening(source, {}, settings)
  const packets = await packetsTo(port)
  let sent = 0
  const send = async (count: number) => {
    for (const end = sent + count; sent < end; sent += 1) packets.send(packetOf(sent))
    await turn()
  }
  while (!shipper.log.some(({ message }) => message === FULL)) await send(BURST)
  for (let bursts = 0; bursts < 40; bursts += 1) await send(BURST)
  await expect
    .poll(async () => spooled(installation) + (await refused(shipper)), { timeout: 20_000, interval: 500 })
    .toBe(sent)
  const kept = spooled(installation)
  expect(kept).toBeGreaterThan(1_000)
  expect(kept).toBeLessThan(sent)
  expect(peakBytes(shipper)).toBeLessThan(MAX_RESIDENT_BYTES)
  const delivered = await deliver(installation, shipper)
  await expect.poll(async () => (await delivered()).length, { timeout: 30_000 }).toBe(kept)
})

test('messages in chunks that never become whole are given up, and take no more than their share', {
  timeout: 60_000
}, async () => {
  const { installation, shipper, port } = await listening({ type: 'gelf', protocols: ['udp'] }, {}, settings)
  const packets = await packetsTo(port)
  const id = Buffer.alloc(8)
  for (let i = 0; i < 20_000; i += 1) {
    id.writeUInt32BE(i)
    packets.send(Buffer.concat([Buffer.from([0x1e, 0x0f]), id, Buffer.from([0, 128]), Buffer.from(FILLING)]))
    if (i % 100 === 99) await turn()
  }
  await expect.poll(() => refused(shipper), { timeout: 20_000 }).toBeGreaterThan(0)
  const send = () => {
    packets.send(gelf(0))
    return spooled(installation)
  }
  await expect.poll(send, { timeout: 10_000 }).toBeGreaterThan(0)
  expect(peakBytes(shipper)).toBeLessThan(MAX_RESIDENT_BYTES)
})

test('of a flood of forwarded chunks all that are acknowledged are delivered once, and the rest waits with its senders', {
  timeout: 120_000
}, async () => {
  const { installation, shipper, port } = await listening({ type: 'forward', maxFrameBytes: 1_048_576 }, {}, settings)
  const acked: string[] = []
  for (let sender = 0; sender < 20; sender += 1) forward(port, `${sender}`, chunk => acked.push(chunk))
  await shipper.says(FULL)
  expect(acked.length).toBeGreaterThan(100)
  expect(peakBytes(shipper)).toBeLessThan(MAX_RESIDENT_BYTES)
  const sent = acked.flatMap(chunk => Array.from({ length: 10 }, (_, i) => `${chunk}/${i}`))
  const delivered = await deliver(installation, shipper)
  const missing = async () => {
    const found = new Set(await delivered())
    return sent.filter(serial => !found.has(serial))
  }
  await expect.poll(missing, { timeout: 30_000 }).toEqual([])
  // A chunk of which half had come when Sluice was stopped leaves a document that says so, and has no serial.
  const all = (await delivered()).filter(serial => serial !== '')
  expect(new Set(all).size).toBe(all.length)
})

/** Sends chunks of ten records, eight of them under way at a time, as long as the connection lives. */
function forward(port: number, sender: string, onAck: (chunk: string) => void): void {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  let count = 0
  const send = () => {
    const chunk = `${sender}-${count}`
    count += 1
    const entries = Array.from({ length: 10 }, (_, i) => [1_795_183_912, { serial: `${chunk}/${i}`, message: FILLING }])
    socket.write(encode(['app', entries, { chunk }]))
  }
  socket.once('connect', async () => {
    for (let i = 0; i < 8; i += 1) send()
    try {
      for await (const answer of decodeMultiStream(socket)) {
        onAck((answer as { ack: string }).ack)
        send()
      }
    } catch {
      // Sluice was stopped.
    }
  })
}

async function packetsTo(port: number): Promise<Packets> {
  const packets = createSocket('udp4')
  onTestFinished(() => void packets.close())
  packets.connect(port, '127.0.0.1')
  await once(packets, 'connect')
  return packets
}

/** Stops the shipper and starts another one that has an Elasticsearch; returns what asks for the serials that are there. */
async function deliver(installation: Installation, shipper: Shipper): Promise<() => Promise<string[]>> {
  await shipper.terminate()
  installation.settle({ ...settings, elasticsearch: settingsFor(server) })
  installation.run()
  const { index } = installation
  return async () => {
    await client.indices.refresh({ index }, { ignore: [404] })
    const serial = { excludes: ['message'] }
    const { hits } = await client.search({ index, size: 10_000, ignore_unavailable: true, _source: serial })
    return hits.hits.map(({ _source }) => /"(\d+-\d+\/\d+)"/.exec(JSON.stringify(_source))?.[1] ?? '')
  }
}

/** Records on the disk. */
function spooled({ stateDir }: Installation): number {
  const segments = globSync(join(stateDir, 'spool/*/*.log')).map(path => readFileSync(path))
  return segments.reduce((sum, bytes) => sum + bytes.reduce((lines, byte) => (byte === 10 ? lines + 1 : lines), 0), 0)
}

/** All that was not taken, for whatever reason. */
async function refused(shipper: Shipper): Promise<number> {
  const { url } = await shipper.says('metrics and health served')
  const page = await (await fetch(`${url}/metrics`)).text()
  const counts = [...page.matchAll(/^sluice_listener_refused_total\{.*\} (\d+)$/gm)]
  return counts.reduce((sum, [, times]) => sum + Number(times), 0)
}

/** The most that it ever had in memory. */
function peakBytes({ pid }: Shipper): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) * 1_024
}
