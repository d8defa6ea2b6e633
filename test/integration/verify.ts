// Holds what is in Elasticsearch and in the state store against what was written: every line one document, no more.

import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, errors } from '@elastic/elasticsearch'
import { expect } from 'vitest'
import type { Installation } from './installation.ts'
import { readStore } from './store.ts'

interface Found {
  readonly id: string
  readonly path: string
  readonly generation: string
  readonly offset: number
}

interface Stored {
  readonly url: { readonly path: string }
  readonly log: { readonly offset: number }
  readonly sluice: { readonly generation: string }
}

const PAGE = 10_000
/** A server that is short of memory, as one with hundreds of backing indices is, says so until it has collected garbage. */
const PATIENT_ROUNDS = 30
const ROUND_MS = 2_000

async function patiently<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let round = 1; ; round += 1) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof errors.ResponseError) || error.statusCode !== 429 || round === PATIENT_ROUNDS) throw error
      await sleep(ROUND_MS)
    }
  }
}

/** Documents that can be found now. */
export async function countDocuments(client: Client, { index }: Installation): Promise<number> {
  const target = { index, ignore_unavailable: true, allow_no_indices: true }
  await client.indices.refresh(target)
  return (await client.count(target)).count
}

/** Waits until there are as many documents as lines, or more. */
export async function untilShipped(
  client: Client,
  installation: Installation,
  lines: number,
  timeout = 60_000
): Promise<void> {
  const count = () => countDocuments(client, installation)
  await expect.poll(count, { timeout, interval: 250, message: 'documents' }).toBeGreaterThanOrEqual(lines)
}

/**
 * Every serial from 0 up is in exactly one document, whose id is where its line stands; and the store accounts for every
 * byte of every generation, up to its checkpoint and as often as there are documents.
 */
export async function expectOnce(
  client: Client,
  installation: Installation,
  { lines, bytes }: { readonly lines: number; readonly bytes: number }
): Promise<void> {
  const found = await findAll(client, installation)
  expect(missing(found, lines)).toEqual([])
  expect(found).toHaveLength(lines)
  const store = readStore(installation)
  const prefixes = new Map(store.generations.map(({ id, idPrefix }) => [id, idPrefix]))
  for (const { id, generation, offset } of found) {
    const expected = `${prefixes.get(generation)}${offset.toString(16).padStart(12, '0')}`
    if (id !== expected) expect(id).toBe(expected)
  }
  for (const { checkpoint, size, shares } of store.generations) {
    expect(shares.reduce((sum, share) => sum + share.bytes, 0)).toBe(checkpoint)
    expect(checkpoint).toBe(size)
  }
  expect(store.generations.reduce((sum, { checkpoint }) => sum + checkpoint, 0)).toBe(bytes)
  expect(store.sum('acked')).toEqual({ bytes, lines, documents: lines })
  expect(store.sum('lost').bytes).toBe(0)
}

/** The first serials of which no document tells. */
function missing(found: readonly Found[], lines: number): number[] {
  const paths = new Set(found.map(({ path }) => path))
  const serials = Array.from({ length: lines }, (_, serial) => serial)
  return serials.filter(serial => !paths.has(`/items/${serial}`)).slice(0, 20)
}

async function findAll(client: Client, { index }: Installation): Promise<Found[]> {
  await client.indices.refresh({ index })
  const { id } = await client.openPointInTime({ index, keep_alive: '2m' })
  const found: Found[] = []
  let after: (string | number)[] | undefined
  for (;;) {
    const query = {
      size: PAGE,
      pit: { id, keep_alive: '2m' },
      sort: ['_shard_doc'],
      _source: ['url.path', 'log.offset', 'sluice.generation'],
      track_total_hits: false,
      ...(after && { search_after: after })
    }
    const { hits } = await patiently(() => client.search<Stored>(query))
    for (const { _id = '', _source } of hits.hits) {
      if (_source === undefined) continue
      const { url, log, sluice } = _source
      found.push({ id: _id, path: url.path, generation: sluice.generation, offset: log.offset })
    }
    after = hits.hits.at(-1)?.sort as typeof after
    if (hits.hits.length < PAGE) break
  }
  await client.closePointInTime({ id })
  return found
}
