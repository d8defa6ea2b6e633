// The gap between a document's arrival and its answer, held open on purpose: what was taken and never acknowledged is known
// again, and never taken for something else.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { clientFor, settingsFor } from './connection.ts'
import { createDoor } from './door.ts'
import { type Installation, install } from './installation.ts'
import { readStore } from './store.ts'
import { countDocuments, expectOnce, untilShipped } from './verify.ts'
import { lineOf } from './writer.ts'

const server = await elasticsearch()
const client = clientFor(server)
afterAll(() => client.close())

const textOf = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${lineOf(from + i)}\n`).join('')

/** Ships a file that was empty when it was found, and kills the shipper when all has arrived and nothing was answered. */
async function shipUnanswered(text: string, lines: number): Promise<{ installation: Installation; file: string }> {
  const door = await createDoor(server.url)
  const installation = install({ elasticsearch: { ...settingsFor(server), nodes: [door.url] } })
  const file = join(installation.logs, 'access.log')
  writeFileSync(file, '')
  const shipper = installation.run()
  await shipper.says('file found')
  door.isHolding = true
  writeFileSync(file, text)
  await untilShipped(client, installation, lines)
  await expect.poll(() => door.held, { timeout: 120_000 }).toBeGreaterThan(0)
  await shipper.kill()
  expect(readStore(installation).generations).toMatchObject([{ checkpoint: 0 }])
  door.isHolding = false
  return { installation, file }
}

test('lines that arrived without an answer are sent again and not doubled', { timeout: 120_000 }, async () => {
  const text = textOf(0, 800)
  const { installation, file } = await shipUnanswered(text, 800)
  const more = textOf(800, 801)
  writeFileSync(file, more, { flag: 'a' })
  const shipper = installation.run()
  await untilShipped(client, installation, 801)
  expect(await shipper.terminate()).toBe(0)
  await expectOnce(client, installation, { lines: 801, bytes: text.length + more.length })
})

test('lines that took their place meanwhile are not taken for them', { timeout: 120_000 }, async () => {
  const text = textOf(100, 200)
  const { installation, file } = await shipUnanswered(text, 100)
  writeFileSync(file, textOf(200, 300))
  const shipper = installation.run()
  await expect.poll(() => countDocuments(client, installation), { timeout: 30_000, message: 'documents' }).toBe(200)
  expect(await shipper.terminate()).toBe(0)
})

test('after a clean stop nothing is in doubt, and nothing is looked up', { timeout: 120_000 }, async () => {
  const door = await createDoor(server.url)
  const installation = install({ elasticsearch: { ...settingsFor(server), nodes: [door.url] } })
  const file = join(installation.logs, 'access.log')
  writeFileSync(file, textOf(0, 300))
  const first = installation.run()
  await untilShipped(client, installation, 300)
  expect(await first.terminate()).toBe(0)
  writeFileSync(file, textOf(300, 400), { flag: 'a' })
  const second = installation.run()
  await untilShipped(client, installation, 400)
  expect(await second.terminate()).toBe(0)
  expect(door.asked.filter(path => path.includes('_mget'))).toEqual([])
  await expectOnce(client, installation, { lines: 400, bytes: textOf(0, 400).length })
})

test('a lone line can be searched for without another that pushes it', { timeout: 120_000 }, async () => {
  const installation = install({
    elasticsearch: settingsFor(server),
    settings: { batch: { maxCount: 5_000, maxAgeMs: 1_000 } }
  })
  const file = join(installation.logs, 'access.log')
  writeFileSync(file, textOf(0, 1))
  const shipper = installation.run()
  await untilShipped(client, installation, 1)
  writeFileSync(file, textOf(1, 2), { flag: 'a' })
  const wroteMs = Date.now()
  // Nothing refreshes the index but Elasticsearch itself.
  const found = async () => (await client.count({ index: installation.index })).count
  await expect.poll(found, { timeout: 30_000, interval: 50 }).toBe(2)
  console.log(`a lone line could be searched for after ${Date.now() - wroteMs} ms`)
  expect(await shipper.terminate()).toBe(0)
})
