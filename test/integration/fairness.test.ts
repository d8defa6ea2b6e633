// Who has much to ship leaves room for who has little: files of one pipeline take turns, and pipelines have parts of the one
// budget of their own. Told by the order in which the real Elasticsearch took the documents, never by time.

import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { clientFor, settingsFor } from './connection.ts'
import { createDoor } from './door.ts'
import { type Installation, install, type Shipper } from './installation.ts'
import { readStore } from './store.ts'
import { countDocuments, untilShipped } from './verify.ts'
import { lineOf } from './writer.ts'

const server = await elasticsearch()
const client = clientFor(server)
afterAll(() => client.close())

const patient = { timeout: 300_000 }
const BACKLOG = 40_000
const BUDGET_BYTES = 1_048_576
/** Less than one chunk of the backlog fills what it may have of the budget. */
const settings = {
  budgetBytes: BUDGET_BYTES,
  batch: { maxCount: 500, maxBytes: 524_288, maxAgeMs: 100 },
  metrics: { enabled: true, address: '127.0.0.1:0' }
}

const textOf = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `${lineOf(from + i)}\n`).join('')

function append({ logs }: Installation, name: string, text: string): void {
  appendFileSync(join(logs, name), text)
}

async function ask(shipper: Shipper, path: string): Promise<string> {
  const { url } = await shipper.says('metrics and health served')
  return (await fetch(`${url}${path}`)).text()
}

/** The value of one series. */
async function metric(shipper: Shipper, series: string): Promise<number> {
  const page = await ask(shipper, '/metrics')
  return Number(
    page
      .split('\n')
      .find(line => line.startsWith(`${series} `))
      ?.slice(series.length)
  )
}

/** Waits until the backlog has all that it may have of the budget, so that nothing more is read of it. */
async function untilFull(shipper: Shipper): Promise<void> {
  const used = () => metric(shipper, 'sluice_budget_used_bytes')
  await expect.poll(used, { timeout: 60_000 }).toBeGreaterThanOrEqual(BUDGET_BYTES * 0.75)
}

async function untilFound({ log }: Shipper, name: string): Promise<void> {
  const found = () => log.some(({ message, path }) => message === 'file found' && String(path).endsWith(name))
  await expect.poll(found, { timeout: 30_000 }).toBe(true)
}

/** How many documents Elasticsearch had taken when it took that of a user. */
async function takenBefore({ index }: Installation, user: string): Promise<number | undefined> {
  await client.indices.refresh({ index })
  const query = { term: { 'user.name': user } }
  const { hits } = await client.search({ index, query, seq_no_primary_term: true })
  expect(hits.hits).toHaveLength(1)
  return hits.hits[0]?._seq_no
}

test(
  'a lone line of another file, or of another pipeline, does not wait for a backlog that fills the budget',
  patient,
  async () => {
    const door = await createDoor(server.url)
    const installation = install({
      elasticsearch: { ...settingsFor(server), nodes: [door.url], bulk: { timeoutMs: 300_000 } },
      settings,
      hasOther: true
    })
    const { dataset } = installation
    // To the same data stream, so that one order tells of both.
    const source = { type: 'file', paths: ['logs/other.log*'], sweepMs: 100 }
    const other = { name: 'other', source, parse: [{ format: 'nginx' }], destination: { dataset } }
    writeFileSync(join(installation.folder, 'other.json'), JSON.stringify(other))
    append(installation, 'access.log', textOf(0, BACKLOG))
    door.admit(3)
    const shipper = installation.run()
    await expect.poll(() => countDocuments(client, installation), { timeout: 60_000 }).toBeGreaterThan(0)
    await untilFull(shipper)

    append(installation, 'access.log.beside', `${lineOf(BACKLOG, 'beside')}\n`)
    append(installation, 'other.log', `${lineOf(BACKLOG + 1, 'other')}\n`)
    await untilFound(shipper, 'access.log.beside')
    await untilFound(shipper, 'other.log')
    const waiting = () => metric(shipper, 'sluice_batches_in_flight{pipeline="other"}')
    await expect.poll(waiting, { timeout: 30_000, message: 'the other pipeline has room' }).toBe(1)

    door.admit(Number.POSITIVE_INFINITY)
    await untilShipped(client, installation, BACKLOG + 2, 180_000)
    expect(await shipper.terminate()).toBe(0)
    const taken = { beside: await takenBefore(installation, 'beside'), other: await takenBefore(installation, 'other') }
    console.log(`of ${BACKLOG} lines, so many came before a lone one: ${JSON.stringify(taken)}`)
    expect(taken.other).toBeLessThan(BACKLOG / 4)
    expect(taken.beside).toBeLessThan(BACKLOG / 4)
    expect(await countDocuments(client, installation)).toBe(BACKLOG + 2)
  }
)

test('a pipeline whose data stream may not be made holds its backlog, and does not stop another', patient, async () => {
  const installation = install({ elasticsearch: settingsFor(server), settings, hasOther: true })
  const { index } = installation
  const other = { ...installation, index: index.replace('-default', '.other-default') }
  const mayBeMade = (allow_auto_create: boolean) =>
    client.indices.putIndexTemplate({
      name: `own-${index}`,
      index_patterns: [index],
      data_stream: {},
      priority: 500,
      allow_auto_create
    })
  await mayBeMade(false)
  append(installation, 'access.log', textOf(0, BACKLOG))
  const shipper = installation.run()
  expect(await shipper.says('documents held until this is mended')).toMatchObject({ pipeline: 'web', status: 404 })
  await untilFull(shipper)

  append(installation, 'other.log', textOf(0, 2_000))
  await untilShipped(client, other, 2_000, 120_000)
  expect(await countDocuments(client, installation)).toBe(0)
  expect(JSON.parse(await ask(shipper, '/health'))).toMatchObject({
    status: 'degraded',
    reasons: [{ code: 'documents_held', pipeline: 'web' }]
  })

  await mayBeMade(true)
  await untilShipped(client, installation, BACKLOG, 180_000)
  expect(await shipper.terminate()).toBe(0)
  expect(await countDocuments(client, installation)).toBe(BACKLOG)
  expect(await countDocuments(client, other)).toBe(2_000)
  expect(readStore(installation).sum('acked')).toMatchObject({ lines: BACKLOG + 2_000, documents: BACKLOG + 2_000 })
})
