// Listeners in need: no Elasticsearch from the start, a spool that is full, and a disk that is.

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { limitFiles } from '../full-disk.ts'
import { settingsFor } from './connection.ts'
import type { Shipper } from './installation.ts'
import { documents, listening } from './listening.ts'

const server = await elasticsearch()
const AWAY = { nodes: ['http://127.0.0.1:1'] }
const metrics = { enabled: true, address: '127.0.0.1:0' }
const SMALL = { maxBytes: 16_777_216 }

const post = (port: number, body: string) =>
  fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body }).then(
    ({ status }) => status,
    () => 0
  )

/** How often something was refused, by why. */
async function refused(shipper: Shipper, why: string): Promise<number> {
  const { url } = await shipper.says('metrics and health served')
  const page = await (await fetch(`${url}/metrics`)).text()
  return Number(new RegExp(`^sluice_listener_refused_total\\{.*reason="${why}"\\} (\\d+)$`, 'm').exec(page)?.[1] ?? 0)
}

/** The reasons of `/health`. */
async function reasons(shipper: Shipper): Promise<{ code: string; message: string; advice: string }[]> {
  const { url } = await shipper.says('metrics and health served')
  const health = (await (await fetch(`${url}/health`)).json()) as { reasons: [] }
  return health.reasons
}

/** How full the spool is, by the metrics. */
async function filled(shipper: Shipper): Promise<number> {
  const { url } = await shipper.says('metrics and health served')
  const page = await (await fetch(`${url}/metrics`)).text()
  const [used, limit] = ['used', 'limit'].map(what =>
    Number(new RegExp(`^sluice_spool_${what}_bytes\\{.*\\} (\\d+)$`, 'm').exec(page)?.[1])
  )
  return (used ?? 0) / (limit ?? 0)
}

test('records are taken although Elasticsearch was never there, and outlast kill -9', { timeout: 60_000 }, async () => {
  const { installation, shipper, port } = await listening({ type: 'http' }, {}, { elasticsearch: AWAY })
  for (const body of ['one', 'two\nthree']) expect(await post(port, body)).toBe(200)
  await shipper.kill()
  installation.settle({ elasticsearch: settingsFor(server) })
  installation.run()
  const found = await documents(installation, 3)
  expect(found.map(({ message }) => message)).toEqual(['one', 'two', 'three'])
})

test('where the spool is full TCP waits, a stop does not, and what was taken is there afterwards', {
  timeout: 90_000
}, async () => {
  const settings = { elasticsearch: AWAY, spool: SMALL, metrics, drainMs: 1_000 }
  const source = { type: 'tcp', maxFrameBytes: 1_048_576 }
  const { installation, shipper, port } = await listening(source, {}, settings)
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  const line = (i: number) => `${i} ${'x'.repeat(1_000)}\n`
  for (let i = 0; i < 40_000; i += 1) socket.write(line(i))
  await shipper.says('spool has no room, senders wait or are refused')
  expect(socket.writableLength).toBeGreaterThan(0)
  expect(await filled(shipper)).toBeGreaterThan(0.9)
  expect(await reasons(shipper)).toContainEqual(
    expect.objectContaining({ code: 'spool_full', message: expect.stringContaining('the spool is full; 16') })
  )
  expect(await shipper.terminate()).toBe(0)
  installation.settle({ ...settings, elasticsearch: settingsFor(server) })
  const again = installation.run()
  await again.says('listening')
  const found = await documents(installation, 10_000)
  await expect.poll(() => filled(again), { timeout: 20_000 }).toBeLessThan(0.5)
  expect(await reasons(again)).toEqual([])
  const numbers = found.map(({ message }) => Number(String(message).split(' ')[0]))
  expect(numbers.slice(0, 10_000)).toEqual(Array.from({ length: 10_000 }, (_, i) => i))
})

test('on a full disk packets are dropped and counted, requests refused, and all goes on by itself', {
  timeout: 90_000
}, async () => {
  const settings = { metrics }
  const [http, udp] = await Promise.all([
    listening({ type: 'http' }, {}, settings),
    listening({ type: 'udp' }, {}, settings)
  ])
  expect(await post(http.port, 'before')).toBe(200)
  for (const { shipper } of [http, udp]) limitFiles(shipper.pid, 1)
  // The first one waits with its sender until the disk has room.
  const waiting = post(http.port, 'waiting')
  await http.shipper.says('spool takes no writes, trying again')
  expect(await post(http.port, 'refused')).toBe(429)

  const packets = createSocket('udp4')
  onTestFinished(() => void packets.close())
  const send = (text: string) => packets.send(text, udp.port, '127.0.0.1')
  send('taken before it is known')
  await udp.shipper.says('spool takes no writes, trying again')
  send('dropped')
  await expect.poll(() => refused(udp.shipper, 'spool full'), { timeout: 10_000 }).toBe(1)
  for (const { shipper } of [http, udp]) {
    expect(await reasons(shipper)).toContainEqual(
      expect.objectContaining({ code: 'spool_full', message: expect.stringContaining('takes no writes: EFBIG') })
    )
  }

  for (const { shipper } of [http, udp]) limitFiles(shipper.pid, 'unlimited')
  expect(await waiting).toBe(200)
  await expect.poll(() => post(http.port, 'after'), { timeout: 10_000 }).toBe(200)
  const posted = (await documents(http.installation, 3)).map(({ message }) => message)
  expect(posted).toEqual(['before', 'waiting', 'after'])
  await expect
    .poll(
      async () => {
        send('after')
        return (await documents(udp.installation, 1)).map(({ message }) => message)
      },
      { timeout: 20_000 }
    )
    .toEqual(expect.arrayContaining(['taken before it is known', 'after']))
  for (const { shipper } of [http, udp]) {
    await expect.poll(() => reasons(shipper), { timeout: 20_000, interval: 500 }).toEqual([])
  }
})
