// What a running shipper says of itself, held against its state store and against Elasticsearch.

import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { healthFields } from '#telemetry'
import { elasticsearch } from '../elasticsearch.ts'
import { parseExposition } from '../telemetry/exposition.ts'
import { clientFor, settingsFor } from './connection.ts'
import { install, type Shipper } from './installation.ts'
import { readStore } from './store.ts'
import { untilShipped } from './verify.ts'
import { createWriter } from './writer.ts'

const server = await elasticsearch()
const client = clientFor(server)
afterAll(() => client.close())

const installed = (settings: object) => install({ elasticsearch: settingsFor(server), settings })

/** Where a shipper serves its state. */
const addressOf = async (shipper: Shipper) => String((await shipper.says('metrics and health served')).url)

test('the metrics add up to the ledger, and everything is well', { timeout: 60_000 }, async () => {
  const installation = installed({ metrics: { enabled: true, address: '127.0.0.1:0' } })
  const writer = createWriter(installation.logs, Math.random)
  writer.write(3_000)
  writer.finish()
  const shipper = installation.run()
  const url = await addressOf(shipper)
  await untilShipped(client, installation, writer.lines)
  appendFileSync(join(installation.logs, 'access.log'), 'a line without its end')
  const samples = async () => {
    const families = parseExposition(await (await fetch(`${url}/metrics`)).text())
    return new Map([...families.values()].flatMap(family => [...family.samples]))
  }
  await expect
    .poll(async () => (await samples()).get('sluice_read_bytes_total{pipeline="web"}'))
    .toBe(writer.bytes + 'a line without its end'.length)
  const found = await samples()
  const acked = readStore(installation).sum('acked')
  expect(acked).toMatchObject({ bytes: writer.bytes, documents: writer.lines })
  expect(found.get('sluice_settled_bytes_total{pipeline="web",fate="acked",reason=""}')).toBe(acked.bytes)
  expect(found.get('sluice_documents_acked_total{pipeline="web"}')).toBe(acked.documents)
  expect(found.get('sluice_lines_read_total{pipeline="web"}')).toBe(writer.lines)
  expect(found.get('sluice_batch_documents_sum{pipeline="web"}')).toBe(writer.lines)
  expect(found.get('sluice_bulk_request_duration_seconds_count{pipeline="web",status="200"}')).toBeGreaterThan(0)
  expect(found.get('sluice_batches_in_flight{pipeline="web"}')).toBe(0)
  expect(found.get('sluice_budget_used_bytes')).toBe(0)
  expect(found.get('sluice_lag_bytes{pipeline="web"}')).toBe(0)
  const [health, ready] = await Promise.all([fetch(`${url}/health`), fetch(`${url}/ready`)])
  expect(await health.json()).toEqual({ status: 'ok', reasons: [] })
  expect(ready.status).toBe(200)
  expect(await shipper.terminate()).toBe(0)
})

test('its own state arrives as documents of the declared types, one for itself and one for each pipeline', {
  timeout: 60_000
}, async () => {
  const namespace = `test.${process.pid}.${Date.now()}`
  const index = `logs-sluice.health-${namespace}`
  const pipelines = ['pipeline.json', 'listener.json']
  const installation = installed({ pipelines, health: { ship: true, intervalMs: 1_000, namespace } })
  // Some fields are of listeners alone.
  const source = { type: 'tcp', port: 0 }
  const listener = { name: 'ear', source, destination: { dataset: `${installation.dataset}.ear` } }
  writeFileSync(join(installation.folder, 'listener.json'), JSON.stringify(listener))
  const writer = createWriter(installation.logs, Math.random)
  writer.write(100)
  writer.finish()
  const shipper = installation.run()
  await untilShipped(client, installation, writer.lines)
  const newest = async (metricset: string, pipeline?: string) => {
    const target = { index, ignore_unavailable: true, allow_no_indices: true }
    await client.indices.refresh(target)
    const terms = { 'sluice.metricset': metricset, ...(pipeline && { 'sluice.pipeline.name': pipeline }) }
    const filter = Object.entries(terms).map(([name, value]) => ({ term: { [name]: value } }))
    const query = { bool: { filter } }
    const { hits } = await client.search({
      ...target,
      query,
      sort: [{ '@timestamp': { order: 'desc', unmapped_type: 'date' } }]
    })
    return hits.hits[0]?._source
  }
  await expect
    .poll(() => newest('pipeline', 'web'), { timeout: 20_000 })
    .toMatchObject({
      message: 'web is ok; 100 documents acked, 0 B behind',
      sluice: {
        pipeline: { name: 'web', index: installation.index },
        lines: { read: 100 },
        bytes: { acked: writer.bytes }
      }
    })
  expect(await newest('process')).toMatchObject({ process: { pid: shipper.pid }, sluice: { health: { status: 'ok' } } })
  await expect
    .poll(() => newest('pipeline', 'ear'), { timeout: 20_000 })
    .toMatchObject({ sluice: { lines: { read: 0 } } })
  const { fields } = await client.fieldCaps({ index, fields: Object.keys(healthFields) })
  const numbers = Object.entries(healthFields).filter(([, { type }]) => type === 'long')
  expect(numbers.filter(([name]) => fields[name]?.long === undefined)).toEqual([])
  expect(await shipper.terminate()).toBe(0)
})

test('an address that is taken ends the start with a sentence, and leaves the state folder free', {
  timeout: 60_000
}, async () => {
  const first = installed({ metrics: { enabled: true, address: '127.0.0.1:0' } }).run()
  const { host } = new URL(await addressOf(first))
  const second = installed({ metrics: { enabled: true, address: host } })
  for (const attempt of ['first', 'second']) {
    const start = second.run()
    expect(await start.ended, `${attempt} attempt`).toBe(1)
    expect(start.log.map(({ message }) => message)).toContainEqual(
      expect.stringContaining(`metrics.address is ${host}: another program listens there`)
    )
  }
  await first.terminate()
})
