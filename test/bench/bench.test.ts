// The benchmark itself: that it measures the same work, and sees where the work is not the same. No figure is looked at.

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createTrial } from '#pipeline'
import type { Fields } from '#record'
import { compareSamples, host } from '../../bench/compare.ts'
import { contest, floor } from '../../bench/contest.ts'
import { type Endpoint, startEndpoint } from '../../bench/endpoint-process.ts'
import { inputFor } from '../../bench/generate.ts'
import { COMMANDS, configFor, shipper } from '../../bench/shipper.ts'
import { type Workload, workloads } from '../../bench/workload/index.ts'

const RECORDS = 2_000
const nginx = workloads.find(({ name }) => name === 'nginx') as Workload

/** A document on its way, as far as tests change it. */
interface Sent {
  id: string
  readonly document: Fields & { log: Fields & { file: Fields }; http: Fields; sluice: Fields }
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'sluice-bench-test-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

async function endpoint(): Promise<Endpoint> {
  const started = await startEndpoint()
  onTestFinished(() => started.close())
  return started
}

describe.each(workloads)('the workload $name', workload => {
  test('comes from the shipper and from the floor as the documents that try shows, each once', async () => {
    const target = await endpoint()
    const job = { workload, input: inputFor(workload, RECORDS, folder()), url: target.url }
    const rounds = await contest([shipper(COMMANDS.sources), floor], job, 1, target, () => {})
    expect(rounds).toHaveLength(1)
  }, 30_000)

  test('is the same log each time', () => {
    const [first, second] = [inputFor(workload, 300, folder()), inputFor(workload, 300, folder())]
    expect(readFileSync(first.path).equals(readFileSync(second.path))).toBe(true)
  })
})

describe('a log that was generated', () => {
  test('is written once', () => {
    const cache = folder()
    const before = statSync(inputFor(nginx, 10, cache).path).ino
    expect(statSync(inputFor(nginx, 10, cache).path).ino).toBe(before)
  })

  test('is written anew where it was changed', () => {
    const cache = folder()
    const { path } = inputFor(nginx, 10, cache)
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.replace('GET', 'PUT'))
    inputFor(nginx, 10, cache)
    expect(readFileSync(path, 'utf8')).toBe(text)
  })
})

describe('the endpoint', () => {
  const post = async ({ url }: Endpoint, query: string, documents: number) => {
    const body = Array.from({ length: documents }, (_, i) => `{"create":{"_id":"${i}"}}\n{"n":${i}}\n`).join('')
    const response = await fetch(`${url}/logs-a-b/_bulk${query}`, { method: 'POST', body })
    return response.json()
  }

  test('counts documents and keeps every n-th', async () => {
    const target = await endpoint()
    target.begin(3)
    await post(target, '', 5)
    await post(target, '', 2)
    const { documents, samples } = await target.report()
    expect(documents).toBe(7)
    expect(samples).toEqual([
      { action: '{"create":{"_id":"0"}}', source: '{"n":0}' },
      { action: '{"create":{"_id":"3"}}', source: '{"n":3}' },
      { action: '{"create":{"_id":"1"}}', source: '{"n":1}' }
    ])
  })

  test('passes over empty lines, as Elasticsearch does', async () => {
    const target = await endpoint()
    target.begin(1)
    await fetch(`${target.url}/_bulk`, { method: 'POST', body: '{"create":{}}\n{"n":1}\n\n{"create":{}}\n{"n":2}\n\n' })
    expect((await target.report()).samples.map(({ source }) => source)).toEqual(['{"n":1}', '{"n":2}'])
  })

  test('answers only what filter_path asks for', async () => {
    const target = await endpoint()
    const items = [{ create: { status: 201 } }, { create: { status: 201 } }]
    expect(await post(target, '', 2)).toEqual({ errors: false, took: 1, items })
    expect(await post(target, '?filter_path=errors,items.*.status', 2)).toEqual({ errors: false, items })
    expect(await post(target, '?filter_path=errors', 2)).toEqual({ errors: false })
  })
})

describe('a document that was delivered', () => {
  const first = '192.0.2.1 - - [20/Nov/2026:10:00:00 +0900] "GET /a HTTP/1.1" 200 5 "-" "curl/8"\n'
  const second = first.replace('/a', '/b')
  const place = { generation: 'abcdefghijklmnop', offset: first.length, end: first.length + second.length }

  /** Compares what would be sent for the second of two lines, with something changed. */
  async function comparedWith(change: (sent: Sent) => void): Promise<void> {
    const path = join(folder(), 'access.log')
    writeFileSync(path, first + second)
    const input = { path, records: 2, bytes: place.end }
    const [pipeline] = (await configFor({ workload: nginx, input, url: 'http://localhost:9200' })).pipelines
    if (pipeline === undefined) throw new Error('there is no pipeline')
    const [tried] = createTrial(pipeline, host(), Date.now).push(Buffer.from(second))
    if (tried?.kind !== 'document') throw new Error('the line made no document')
    const document = tried.fields as Sent['document']
    document.log.offset = place.offset
    document.sluice = { shipper: 'any', generation: place.generation, end_offset: place.end }
    const sent = { id: place.generation + place.offset.toString(16).padStart(12, '0'), document }
    change(sent)
    const action = JSON.stringify({ create: { _id: sent.id } })
    compareSamples([{ action, source: JSON.stringify(sent.document) }], pipeline, path)
  }

  test('is equal to what try shows, but for its place', async () => {
    await expect(comparedWith(() => {})).resolves.toBeUndefined()
  })

  test.each<[string, (sent: Sent) => void]>([
    ['a value', ({ document }) => Object.assign(document.http, { version: '2' })],
    ['a field that is missing', ({ document }) => Reflect.deleteProperty(document, 'user_agent')],
    ['a field too many', ({ document }) => Object.assign(document, { extra: 1 })],
    ['where its record ends', ({ document }) => Object.assign(document.sluice, { end_offset: place.end + 1 })],
    ['a field of its place that is missing', ({ document }) => Reflect.deleteProperty(document.log.file, 'inode')],
    ['its id', sent => Object.assign(sent, { id: `${sent.id}0` })]
  ])('is seen to differ in %s', async (_, change) => {
    await expect(comparedWith(change)).rejects.toThrow('strictly deep-equal')
  })
})
