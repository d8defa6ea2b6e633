// Sends one batch until every item of it is delivered or refused, however long that takes. Items that were taken are not
// sent again, those that may have been are looked up first, and what may pass or be mended is tried again for ever.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@elastic/elasticsearch'
import type { Batch, GenerationId, Item, Offset, Receipt } from '#record'
import type { Backing } from './backing.ts'
import { backoffMs } from './backoff.ts'
import { classifyRequest, type Verdict } from './classify.ts'
import { lookUp } from './lookup.ts'
import type { BulkOptions } from './options.ts'
import type { Pace } from './pace.ts'
import { type Answer, type ItemVerdict, requestBulk, type WholeVerdict } from './request.ts'
import { fitting } from './split.ts'
import { createWay, type SentEarlier, type Way, type WayEvents } from './way.ts'

/** What a sender tells the world. */
export interface BulkEvents extends WayEvents {
  /** One request ended: with the HTTP status of its answer, or 0 where there was none. */
  answered(what: { status: number; durationMs: number }): void
  /** Documents wait `delayMs` and are sent again: it may work by itself. */
  retrying(what: { index: string; documents: number; attempt: number; delayMs: number; reason: string }): void
  /** Documents wait until a person has mended something; `status` is Elasticsearch's. */
  holding(what: { index: string; documents: number; status: number; delayMs: number; reason: string }): void
  /** One document alone is answered with 429 again and again, and waits on: others need not wait for it. */
  stuck(what: { index: string; id: string; bytes: number; status: number; delayMs: number; reason: string }): void
  /** What was held or retried has been taken. */
  recovered(what: { index: string; documents: number; attempts: number }): void
  /** Documents that may be there already are sent again, because it cannot be looked up. */
  unsure(what: { index: string; documents: number; reason: string }): void
}

export interface SenderDeps {
  readonly client: Client
  readonly pace: Pace
  readonly backing: Backing
  readonly events: BulkEvents
  /** Documents of a generation that begin before this may have been sent by an earlier process. */
  readonly sentBefore: (generation: GenerationId) => Offset
  /** The newest index of the destination that the earlier process knew before; undefined where that is not known. */
  readonly sentSince: (generation: GenerationId) => string | undefined
  /** Gives items new ids, of a generation prefix that was never used. */
  readonly renew: (items: readonly Item[]) => readonly Item[]
  /** Resolves when all that was noted of what is sent, and of its ids, is on the disk. */
  readonly noted: () => Promise<void>
  /** Ends all waiting; sends then reject with its reason. */
  readonly signal: AbortSignal
  /** A number from 0 to 1, for jitter. */
  readonly random: () => number
}

/** Attempts after which a document that is alone is no longer taken for one that waits for its turn. */
const PATIENT_ATTEMPTS = 8
/** What is said of a document that there is no room for; other 429 are about all documents alike. */
const NO_ROOM = new Set(['es_rejected_execution_exception', 'circuit_breaking_exception'])

/** Returns `send`, which resolves to the batch's receipt once nothing of it is left, or rejects when the signal fires. */
export function createSender(options: BulkOptions, deps: SenderDeps): (batch: Batch) => Promise<Receipt> {
  const { client, pace, backing, events, signal } = deps

  async function send(batch: Batch): Promise<Receipt> {
    const earlier = sentEarlier(batch)
    const way = createWay(batch, earlier, backing.newest(batch.index), events, deps.renew)
    const { index, body } = batch
    if ((body?.count ?? batch.items.length) === 0) return way.receipt()
    // Of most batches all is delivered by the first request, and nothing needs to be known of single items.
    const first =
      body === undefined || earlier.length > 0 ? undefined : await requestBody(index, body.count, () => body.bytes)
    if (first?.kind !== 'delivered') await deliver(way, batch.items, 0, first)
    return way.receipt()
  }

  /** The items that an earlier process may have sent; of most batches their runs alone rule that out. */
  function sentEarlier(batch: Batch): readonly SentEarlier[] {
    const { runs } = batch
    if (runs.length > 0 && !runs.some(({ generation, start }) => start < deps.sentBefore(generation))) return []
    return batch.items
      .filter(({ generation, start }) => start < deps.sentBefore(generation))
      .map(item => ({ item, since: deps.sentSince(item.generation) }))
  }

  /** Delivers or refuses all of the items, after so many attempts that failed, and one that was answered now. */
  async function deliver(way: Way, items: readonly Item[], attempts: number, answer?: Answer): Promise<void> {
    let left = await (answer === undefined ? attempt(way, items, attempts) : judge(way, items, answer, attempts))
    let made = attempts
    while (left !== undefined) {
      await wait(way.index, left, made)
      made += 1
      left = await attempt(way, left.items, made)
    }
    if (made > attempts) events.recovered({ index: way.index, documents: items.length, attempts: made + 1 })
  }

  /** Sends items once, in pieces where they are too much for one request; returns those that have to wait, and why. */
  async function attempt(way: Way, items: readonly Item[], made: number): Promise<Left | undefined> {
    const { missing, cause } = await lookUpDoubtful(way, items)
    if (cause !== undefined) return { items: missing, cause }
    if (missing.length === 0) return undefined
    return judge(way, missing, await requestBody(way.index, missing.length, () => way.body(missing)), made)
  }

  /** What the answer to a request for these items means for them. */
  async function judge(way: Way, items: readonly Item[], answer: Answer, made: number): Promise<Left | undefined> {
    if (answer.kind === 'delivered') {
      way.delivered(items)
      return undefined
    }
    if (answer.kind === 'whole') {
      if (answer.verdict === 'tooLarge') return tooLarge(way, items, answer, made)
      way.failed(items, answer.isInDoubt)
      return { items, cause: answer }
    }
    const again = way.judge(items, answer.items)
    if (again.items.length === 0) return undefined
    return again.isWaiting ? { items: again.items, cause: worst(answer.items) } : attempt(way, again.items, made)
  }

  /** One request when it is its turn. What is known to be too large is not sent. */
  async function requestBody(index: string, count: number, bytesOf: () => Buffer): Promise<Answer> {
    await deps.noted()
    return pace.run(async () => {
      const body = bytesOf()
      if (body.length > pace.requestBytes && count > 1) return TOO_LARGE
      const sentMs = performance.now()
      const answer = await requestBulk(client, { index, body, count }, options, signal)
      signal.throwIfAborted()
      const status = answer.kind === 'whole' ? answer.status : 200
      events.answered({ status, durationMs: performance.now() - sentMs })
      pace.learn({ bytes: body.length, answer, sentMs })
      return answer
    })
  }

  /** Sends pieces that fit by then, of half the items at most; a single document above the server's limit is refused. */
  async function tooLarge(way: Way, items: readonly Item[], why: WholeVerdict, made: number): Promise<undefined> {
    const [item] = items
    if (item !== undefined && items.length === 1) {
      const bytes = way.body(items).length
      const reason = `a request with this document alone has ${bytes} bytes, which is too much: ${why.reason}`
      way.refuse(item, { status: why.status, type: 'content_too_large', reason })
      return
    }
    for (let from = 0; from < items.length; ) {
      const count = Math.min(items.length >> 1, fitting(items, from, pace.requestBytes))
      await deliver(way, items.slice(from, from + count), made)
      from += count
    }
  }

  /** Leaves out what is there already, as far as that can be told. */
  async function lookUpDoubtful(
    way: Way,
    items: readonly Item[]
  ): Promise<{ readonly missing: readonly Item[]; readonly cause?: Cause }> {
    const doubts = way.doubtful(items)
    if (doubts === undefined) return { missing: items }
    const { index } = way
    const lookup = await pace.run(() => lookUp(client, backing, index, doubts, signal))
    signal.throwIfAborted()
    if (lookup.kind === 'known') return { missing: way.lookedUp(doubts, items) }
    const { reason } = lookup
    if (lookup.kind === 'failed') {
      const { status } = lookup
      const verdict = status === 0 ? 'retry' : classifyRequest({ status })
      return { missing: items, cause: { verdict, status, type: '', reason } }
    }
    way.untellable(doubts)
    events.unsure({ index, documents: doubts.ids.length, reason })
    return { missing: items }
  }

  async function wait(index: string, { items, cause }: Left, made: number): Promise<void> {
    const delayMs = backoffMs(made, options, deps.random, cause.retryAfterMs)
    const what = { index, documents: items.length, delayMs, reason: cause.reason }
    const [item] = items
    const hasNoRoom = cause.status === 429 && NO_ROOM.has(cause.type)
    if (item !== undefined && items.length === 1 && hasNoRoom && made >= PATIENT_ATTEMPTS) {
      const bytes = Buffer.byteLength(item.source)
      events.stuck({ index, id: item.id, bytes, status: 429, delayMs, reason: cause.reason })
    } else if (cause.verdict === 'hold') events.holding({ ...what, status: cause.status })
    else events.retrying({ ...what, attempt: made + 1 })
    await sleep(delayMs, undefined, { signal })
  }

  return send
}

/** Why documents have to wait. */
interface Cause {
  readonly verdict: Verdict
  readonly status: number
  /** Elasticsearch's own name of it; empty where it gave none. */
  readonly type: string
  readonly reason: string
  readonly retryAfterMs?: number
}

/** What is to be sent again, and why it has to wait. */
interface Left {
  readonly items: readonly Item[]
  readonly cause: Cause
}

/** What stands for an answer where the server has taught that it takes no request of that size. */
const TOO_LARGE: WholeVerdict = {
  kind: 'whole',
  verdict: 'tooLarge',
  status: 413,
  type: '',
  reason: 'above the size that Elasticsearch took',
  isInDoubt: false,
  isTimeout: false,
  retryAfterMs: 0
}

/** Why the verdicts make documents wait: what a person must mend goes before what may pass. */
function worst(verdicts: readonly ItemVerdict[]): Cause {
  const taken = { verdict: 'retry' as const, status: 409, type: '', reason: 'ids taken by documents never sent' }
  const waiting = verdicts.filter(({ verdict }) => verdict === 'hold' || verdict === 'retry')
  return waiting.find(({ verdict }) => verdict === 'hold') ?? waiting[0] ?? taken
}
