// One document that Elasticsearch never has room for, and all the others behind it: they arrive, and nothing is given up.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type BudgetShare, createBudget } from '#batch'
import { createBacking, createClient, createPace } from '#bulk'
import { createFraming } from '#frame'
import { type Batch, type GenerationId, offset, type Position } from '#record'
import type { FileSource } from '#source'
import { openState } from '#state'
import type { Log, Tally } from '#telemetry'
import { createAccount } from '../../src/pipeline/account.ts'
import { createDelivery } from '../../src/pipeline/deliver.ts'
import type { Lane } from '../../src/pipeline/halves.ts'
import { createKeeper } from '../../src/pipeline/keeper.ts'
import { createStream } from '../../src/pipeline/stream.ts'
import { busy, endpoint, items, type Step, taken } from '../bulk/endpoint.ts'

const bulk = { maxInFlight: 1, compression: 'none' as const, timeoutMs: 5_000, minBackoffMs: 1, maxBackoffMs: 2 }
const place = { path: '/a.log', head: { bytes: 3, hash: 'abc' }, proof: Buffer.alloc(0), waymarks: [], size: 0 }

/** Takes every call, and answers with something that does so too. */
const quiet: unknown = new Proxy(() => quiet, { get: () => quiet, apply: () => quiet })

function positionOf(id: GenerationId): Position {
  const generation = { id, path: '/a.log', inode: id, deviceId: '9' }
  return { ...place, generation, birthMs: 0, checkpoint: offset(0), isMidCut: false, isEnded: false }
}

/** A batch of one document. */
function batchOf(generation: GenerationId): Batch {
  const span = { start: offset(0), end: offset(10) }
  const shares = [{ fate: 'acked' as const, reason: '', bytes: 10, lines: 1, documents: 1 }]
  return {
    index: 'logs-a-default',
    items: [{ ...span, generation, id: generation, ordinal: 0, raw: 'raw', source: '{}' }],
    runs: [{ ...span, generation, shares, isMidCut: false }],
    costBytes: 10
  }
}

test('a document that is answered with 429 for ever lets others pass, is named with its size, and is delivered in the end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-stuck-'))
  let isRoomy = false
  const step: Step = (response, { ids, ...request }) =>
    items(...ids.map(id => (id === 'stuck' && !isRoomy ? busy : taken)))(response, { ...request, ids })
  const { url } = await endpoint(Array<Step>(10_000).fill(step))
  const client = createClient({ nodes: [url] }, bulk.timeoutMs)
  const state = openState(folder, () => new Date())
  onTestFinished(async () => {
    await client.close()
    state.close()
    rmSync(folder, { recursive: true })
  })
  const ids = ['stuck', 'second', 'third'].map(id => id as GenerationId)
  state.begin('web', ids.map(positionOf))
  const accounts = new Map(ids.map(id => [id, createAccount(positionOf(id), quiet as Lane, state.sent(id), false)]))
  const streams = new Map(
    ids.map(id => {
      const resume = { isMidCut: false, forcedEnds: [] }
      const framer = createFraming({ maxLineBytes: 1_000 } as never, undefined)(resume)
      return [id, createStream({ ...positionOf(id), resume, sent: state.sent(id) }, framer)]
    })
  )
  const said: object[] = []
  const log = { warn() {}, info() {}, error: (what: object) => said.push(what) } as unknown as Log
  const counters = { acked: 0, deadLettered: 0, settledBytes: 0 }
  const { promise: failed, reject } = Promise.withResolvers<never>()
  const { signal } = new AbortController()
  const keeper = createKeeper({
    ...{ name: 'web', state, accounts, log, tally: quiet as Tally, counters, onFatal: reject },
    budget: createBudget(1_000_000, 1).shares[0] as BudgetShare,
    source: { standing: () => place, acked() {}, resume() {} } as unknown as FileSource,
    letterRoom: () => Promise.resolve(),
    forget() {}
  })
  const delivery = createDelivery({
    ...{ keeper, client, bulk, streams, signal, isReady: Promise.resolve() },
    pace: createPace(bulk.maxInFlight, () => performance.now()),
    backing: createBacking(client, signal)
  })
  for (const id of ids) delivery.ship(batchOf(id))
  await Promise.race([expect.poll(() => counters.acked, { timeout: 10_000 }).toBe(2), failed])
  expect(said[0]).toMatchObject({ id: 'stuck', bytes: 2, status: 429, advice: expect.stringContaining('memory.limit') })
  expect(accounts.get(ids[0] as GenerationId)?.ledger.checkpoint).toBe(0)
  isRoomy = true
  await Promise.race([delivery.settled().then(keeper.settled), failed])
  expect(counters).toMatchObject({ acked: 3, deadLettered: 0 })
  expect(ids.map(id => state.sent(id).through)).toEqual([10, 10, 10])
})
