// The sums hold at every moment: whatever Elasticsearch answers, whenever the process ends and begins again, and whatever
// becomes of dead letters meanwhile.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type BudgetShare, createBatcher, createBudget } from '#batch'
import { createBacking, createBodies, createClient, createPace } from '#bulk'
import { createFraming } from '#frame'
import { type GenerationId, offset, type Position } from '#record'
import type { FileSource } from '#source'
import { type LetterFate, openLetters, openState, readState, type State } from '#state'
import type { Log, Tally } from '#telemetry'
import { type Account, createAccount } from '../../src/pipeline/account.ts'
import { createDelivery } from '../../src/pipeline/deliver.ts'
import { documentId } from '../../src/pipeline/document.ts'
import type { Lane } from '../../src/pipeline/halves.ts'
import { createKeeper } from '../../src/pipeline/keeper.ts'
import { createStream } from '../../src/pipeline/stream.ts'
import { busy, conflict, endpoint, half, items, page, refused, reset, type Step, taken } from '../bulk/endpoint.ts'

const generation = 'aaaabbbbccccdddd' as GenerationId
const place = { path: '/a.log', head: { bytes: 3, hash: 'abc' }, proof: Buffer.alloc(0), waymarks: [] }
const begun: Position = {
  ...{ ...place, generation: { id: generation, path: '/a.log', inode: '7', deviceId: '9' }, birthMs: 0, size: 0 },
  ...{ checkpoint: offset(0), isMidCut: false, isEnded: false }
}
const bulk = { maxInFlight: 3, compression: 'none' as const, timeoutMs: 5_000, minBackoffMs: 1, maxBackoffMs: 2 }

/** What a span becomes: some documents, of which some are refused at first, or none for a reason. */
const span = fc.record({
  bytes: fc.integer({ min: 1, max: 60 }),
  documents: fc.array(fc.boolean(), { maxLength: 3 }),
  passed: fc.constantFrom('dropped' as const, 'skipped' as const)
})
type Spans = readonly (typeof span extends fc.Arbitrary<infer S> ? S : never)[]

/** Takes every call, and answers with something that does so too. */
const quiet: unknown = new Proxy(() => quiet, { get: () => quiet, apply: () => quiet })

/** A server that holds documents by id, refuses those it is told to, and goes wrong by chance. */
function createServer(chances: Iterator<number>) {
  const documents = new Set<string>()
  const refusing = new Set<string>()
  const chance = () => chances.next().value as number
  let onRequest = () => {}
  const store = (id: string, mayBeBusy: boolean) => {
    if (documents.has(id)) return conflict
    if (refusing.has(id)) return refused
    if (mayBeBusy && chance() < 30) return busy
    documents.add(id)
    return taken
  }
  const step: Step = (response, request) => {
    onRequest()
    const kind = chance()
    if (kind < 10) return reset(response, request)
    if (kind < 20) return page(kind < 15 || request.ids.length === 1 ? 502 : 413)(response, request)
    const answers = request.ids.map(id => store(id, kind > 50))
    return kind < 40 ? (kind < 30 ? reset : half)(response, request) : items(...answers)(response, request)
  }
  return {
    documents,
    refusing,
    step,
    onRequest(listener: () => void) {
      onRequest = listener
    }
  }
}

/** That all shares add up to the checkpoint, and that there are as many letters as the ledger has. */
function expectBalanced(folder: string): Record<string, number> {
  const reader = readState(folder)
  const [audited] = reader.audit()
  const kept = reader.deadLetters({}, 10_000).length
  reader.close()
  const documents: Record<string, number> = {}
  for (const { fate, reason, documents: count } of audited?.shares ?? []) documents[`${fate}${reason}`] = count
  expect(audited?.shares.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0).toBe(audited?.position.checkpoint ?? 0)
  expect(documents.deadLettered ?? 0).toBe(kept)
  return documents
}

/** One life of a process: ships what is behind the checkpoint until all is settled, or until the server is asked too often. */
async function live(folder: string, url: string, spans: Spans, server: ReturnType<typeof createServer>, asks: number) {
  const state = watched(
    openState(folder, () => new Date()),
    folder
  )
  const [position] = state.known('web').all()
  if (position === undefined) state.begin('web', [begun])
  const from = position ?? begun
  const ending = new AbortController()
  const { promise: failed, reject } = Promise.withResolvers<never>()
  let asked = 0
  server.onRequest(() => {
    asked += 1
    if (asked === asks) ending.abort()
  })
  const client = createClient({ nodes: [url] }, bulk.timeoutMs)
  const resume = { isMidCut: false, forcedEnds: [] }
  const framer = createFraming({ maxLineBytes: 1_000 } as never, undefined)(resume)
  const sent = state.sent(generation)
  const accounts = new Map<GenerationId, Account>([[generation, createAccount(from, quiet as Lane, sent, false)]])
  const stream = createStream({ ...from, resume, sent }, framer)
  const [budget] = createBudget(1_000_000, 1).shares as [BudgetShare]
  const keeper = createKeeper({
    ...{ name: 'web', state, budget, accounts, log: quiet as Log, tally: quiet as Tally },
    counters: { acked: 0, deadLettered: 0, settledBytes: 0 },
    source: { standing: () => ({ ...place, size: 0 }), acked() {}, resume() {} } as unknown as FileSource,
    letterRoom: () => Promise.resolve(),
    forget() {},
    onFatal: reject
  })
  const delivery = createDelivery({
    ...{ keeper, client, bulk, streams: new Map([[generation, stream]]) },
    pace: createPace(bulk.maxInFlight, () => performance.now()),
    backing: createBacking(client, ending.signal),
    isReady: Promise.resolve(),
    signal: ending.signal
  })
  const batching = { maxCount: 7, maxBytes: 1_000_000, maxAgeMs: 60_000 }
  const batcher = createBatcher(batching, {
    index: 'logs-a-default',
    budget,
    newBody: createBodies()(batching.maxBytes),
    onBatch: delivery.ship
  })
  feed(batcher, spans, from.checkpoint)
  batcher.flush()
  await Promise.race([delivery.settled().then(keeper.settled), failed])
  await client.close()
  state.close()
  return !ending.signal.aborted
}

function feed(batcher: ReturnType<typeof createBatcher>, spans: Spans, checkpoint: number): void {
  let end = 0
  for (const { bytes, documents, passed } of spans) {
    const start = offset(end)
    end += bytes
    if (start < checkpoint) continue
    const at = { generation, start, end: offset(end) }
    if (documents.length === 0) batcher.pass({ ...at, fate: passed, reason: passed, lines: 1, isOpen: false })
    for (const ordinal of documents.keys()) {
      batcher.add({ ...at, id: documentId(generation, start, ordinal), ordinal, raw: 'raw', source: '{}' })
    }
  }
}

/** The state, which is looked at after every change. */
function watched(state: State, folder: string): State {
  return {
    ...state,
    advance(...args) {
      state.advance(...args)
      expectBalanced(folder)
    }
  }
}

test('every byte has one fate after every change, and every document is delivered or a dead letter', {
  timeout: 60_000
}, async () => {
  const chances = fc.infiniteStream(fc.integer({ min: 0, max: 99 }))
  const lives = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 3 })
  const spans = fc.array(span, { minLength: 1, maxLength: 40 })
  const fates = fc.array(fc.constantFrom('acked' as const, 'dropped' as const, 'discarded' as const), { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(spans, lives, chances, fates, async (all, crashes, stream, ends) => {
      const folder = mkdtempSync(join(tmpdir(), 'sluice-accounting-'))
      const server = createServer(stream)
      const { url } = await endpoint(Array<Step>(2_000).fill(server.step))
      let end = 0
      let total = 0
      for (const { bytes, documents } of all) {
        for (const [ordinal, isRefused] of documents.entries()) {
          if (isRefused) server.refusing.add(documentId(generation, offset(end), ordinal))
        }
        total += documents.length
        end += bytes
      }
      for (const asks of crashes) await live(folder, url, all, server, asks)
      expect(await live(folder, url, all, server, Number.POSITIVE_INFINITY)).toBe(true)
      const documents = expectBalanced(folder)
      expect({ acked: documents.acked ?? 0, letters: documents.deadLettered ?? 0 }).toEqual({
        acked: server.documents.size,
        letters: server.refusing.size
      })
      expect(server.documents.size + server.refusing.size).toBe(total)

      const letters = openLetters(folder, () => new Date())
      const met = new Map<string, LetterFate>([...server.documents].map(id => [id, 'acked']))
      for (const [i, id] of letters.ids({}).entries()) {
        const fate = ends[i % ends.length] ?? 'acked'
        met.set(id, fate)
        letters.settle([id], fate)
        expectBalanced(folder)
      }
      letters.close()
      expect(bytesByFate(folder)).toEqual(expectedBytes(all, met))
      rmSync(folder, { recursive: true })
    }),
    { numRuns: 40 }
  )
})

/** Bytes of each fate that has any, as the ledger has them. */
function bytesByFate(folder: string): Record<string, number> {
  const reader = readState(folder)
  const shares = reader.audit()[0]?.shares ?? []
  reader.close()
  const bytes = shares.map(({ fate, reason, bytes: count }) => [`${fate}${reason}`, count] as const)
  return Object.fromEntries(bytes.filter(([, count]) => count > 0))
}

/** The same as it must be: every span once, by the worst that its documents met. */
function expectedBytes(spans: Spans, met: ReadonlyMap<string, LetterFate>): Record<string, number> {
  const names = { discarded: 'deadLettereddiscarded', acked: 'acked', dropped: 'droppeddrop' }
  const worstFirst = ['discarded', 'acked', 'dropped'] as const
  const expected: Record<string, number> = {}
  let start = 0
  for (const { bytes, documents, passed } of spans) {
    const fates = documents.map((_, ordinal) => met.get(documentId(generation, offset(start), ordinal)))
    const worst = worstFirst.find(fate => fates.includes(fate))
    const name = worst === undefined ? `${passed}${passed}` : names[worst]
    expected[name] = (expected[name] ?? 0) + bytes
    start += bytes
  }
  return expected
}
