// What `sluice audit` says while everything goes wrong: of lines that are delivered, rescued, refused, dropped and skipped the
// sums hold at every moment, in the middle of retries and right after kill -9, and in the end every line is where it belongs.

import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { createRandom } from '../../src/cli/selftest/random.ts'
import { elasticsearch } from '../elasticsearch.ts'
import { clientFor, settingsFor } from './connection.ts'
import { createFaultyDoor } from './faulty-door.ts'
import { install } from './installation.ts'
import { readStore } from './store.ts'
import { untilShipped } from './verify.ts'

const server = await elasticsearch()
const client = clientFor(server)
afterAll(() => client.close())

const line = (path: string, user: string, agent: string) =>
  `192.0.2.1 - ${user} [20/Nov/2026:23:11:52 +0900] "GET ${path} HTTP/1.1" 200 12 "-" "${agent}"\n`
/** What a line may be; users and agents are numbers for this index. */
const KINDS = [
  { kind: 'delivered', text: line('/items', '-', '8') },
  { kind: 'delivered', text: line('/items', '-', '8') },
  { kind: 'rescued', text: line('/items', 'admin', '8') },
  // A second field that does not fit is one too many.
  { kind: 'refused', text: line('/items', 'admin', 'curl') },
  { kind: 'dropped', text: line('/healthz', '-', '8') },
  { kind: 'skipped', text: '\n' }
] as const

const LIVES = 4
const LIFE_MS = 4_000
const TICK_MS = 50

test('the sums hold at every moment, whatever lines meet and however often the shipper dies', {
  timeout: 240_000
}, async () => {
  const random = createRandom(7)
  const door = await createFaultyDoor(() => server.url, createRandom(8))
  const installation = install({
    elasticsearch: { ...settingsFor(server), nodes: [door.url] },
    settings: { batch: { maxCount: 200, maxAgeMs: 50 } },
    pipeline: { enrich: [{ drop: { if: "ctx.url?.path == '/healthz'" } }] }
  })
  await client.indices.putIndexTemplate({
    name: `own-${installation.dataset}`,
    index_patterns: [`logs-${installation.dataset}-*`],
    data_stream: {},
    priority: 500,
    template: {
      mappings: {
        properties: {
          user: { properties: { name: { type: 'integer' } } },
          user_agent: { properties: { original: { type: 'integer' } } }
        }
      }
    }
  })
  const written = { delivered: 0, rescued: 0, refused: 0, dropped: 0, skipped: 0 }
  const ending = new AbortController()
  const writing = (async () => {
    while (!ending.signal.aborted) {
      for (let i = 0; i < 2; i += 1) {
        const { kind, text } = KINDS[Math.floor(random() * KINDS.length)] ?? KINDS[0]
        appendFileSync(join(installation.logs, 'access.log'), text)
        written[kind] += 1
      }
      await sleep(TICK_MS)
    }
  })()
  onTestFinished(async () => {
    ending.abort()
    await writing
  })

  /** What `audit` says of the one file, and that its sum holds; undefined while nothing is known of it. */
  async function audit(): Promise<string | undefined> {
    const { code, stdout, stderr } = await installation.sluice('audit')
    expect(code, stdout + stderr).toBe(0)
    const row = stdout.split('\n').find(text => text.includes('access.log'))
    if (row !== undefined) expect(row).toContain(' holds ')
    return row
  }

  let audits = 0
  for (let life = 0; life < LIVES; life += 1) {
    const shipper = installation.run()
    await shipper.says('sluice started')
    for (const endMs = Date.now() + LIFE_MS * (0.5 + random()); Date.now() < endMs; ) {
      if ((await audit()) !== undefined) audits += 1
    }
    await shipper.kill()
    await audit()
  }
  expect(audits).toBeGreaterThan(0)
  ending.abort()
  await writing
  door.mend()

  const shipper = installation.run()
  await untilShipped(client, installation, written.delivered + written.rescued)
  await expect.poll(() => readStore(installation).deadLetters.length, { timeout: 30_000 }).toBe(written.refused)
  const sums = () => {
    const { sum } = readStore(installation)
    return { acked: sum('acked'), dropped: sum('dropped').lines, skipped: sum('skipped').bytes }
  }
  const documents = written.delivered + written.rescued
  await expect
    .poll(sums, { timeout: 30_000 })
    .toMatchObject({ acked: { lines: documents, documents }, dropped: written.dropped, skipped: written.skipped })
  expect(await shipper.terminate()).toBe(0)
  await audit()
  const { generations, sum } = readStore(installation)
  expect(sum('deadLettered')).toMatchObject({ lines: written.refused, documents: written.refused })
  const rescued = generations.flatMap(({ shares }) => shares.filter(({ reason }) => reason === 'rescued'))
  // A document that was there already when it was looked up is not known to have been rescued.
  expect(rescued.reduce((lines, share) => lines + share.lines, 0)).toBeLessThanOrEqual(written.rescued)
  expect(rescued).not.toEqual([])
})
