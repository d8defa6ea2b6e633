// Sends one batch until every item of it is delivered or refused, however long that takes. Items that were taken are not
// sent again; what may pass or be mended waits and is tried again for ever, with growing pauses.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@elastic/elasticsearch'
import { addShare, type Batch, type DeadLetter, type Item, type Receipt, type Settled, type Share } from '#record'
import type { BulkOptions } from './options.ts'
import { type Answer, type ItemVerdict, requestBulk } from './request.ts'

/** What a sender tells the world. */
export interface BulkEvents {
  /** One request ended: with the HTTP status of its answer, or 0 where there was none. */
  answered(what: { status: number; durationMs: number }): void
  /** Documents wait `delayMs` and are sent again: it may work by itself. */
  retrying(what: { index: string; documents: number; attempt: number; delayMs: number; reason: string }): void
  /** Documents wait until a person has mended something; `status` is Elasticsearch's. */
  holding(what: { index: string; documents: number; status: number; delayMs: number; reason: string }): void
  /** What was held or retried has been taken. */
  recovered(what: { index: string; documents: number; attempts: number }): void
  refused(letter: DeadLetter): void
  /** An id was taken before it was ever sent. */
  conflicting(items: readonly Item[]): void
}

export interface SenderDeps {
  readonly client: Client
  readonly events: BulkEvents
  /** Whether an earlier process may have sent this item. */
  readonly mayHaveBeenSent: (item: Item) => boolean
  /** Gives items new ids, of a generation prefix that was never used. */
  readonly renew: (items: readonly Item[]) => readonly Item[]
  /** Resolves when all that was noted of what is sent, and of its ids, is on the disk. */
  readonly noted: () => Promise<void>
  /** Ends all waiting; sends then reject with its reason. */
  readonly signal: AbortSignal
  /** A number from 0 to 1, for jitter. */
  readonly random: () => number
}

/** Returns `send`, which resolves to the batch's receipt once nothing of it is left, or rejects when the signal fires. */
export function createSender(options: BulkOptions, deps: SenderDeps): (batch: Batch) => Promise<Receipt> {
  const { client, events, signal } = deps

  async function send(batch: Batch): Promise<Receipt> {
    const deadLetters: DeadLetter[] = []
    if (batch.items.length > 0) await deliver(batch.index, batch.items, deadLetters)
    return { settled: settle(batch.runs, deadLetters), deadLetters }
  }

  async function deliver(
    index: string,
    items: readonly Item[],
    deadLetters: DeadLetter[],
    wasSent = false
  ): Promise<void> {
    let pending = items
    for (let attempt = 0; ; attempt += 1) {
      await deps.noted()
      const sentMs = performance.now()
      const answer = await requestBulk(client, index, pending, signal)
      signal.throwIfAborted()
      events.answered({ status: answer.kind === 'whole' ? answer.status : 200, durationMs: performance.now() - sentMs })
      if (answer.kind === 'whole' && answer.verdict === 'tooLarge') {
        await halve(index, pending, answer, deadLetters, wasSent || attempt > 0)
        return
      }
      const sent = pending
      const isKnown = (item: Item) => wasSent || attempt > 0 || deps.mayHaveBeenSent(item)
      pending =
        answer.kind === 'items'
          ? judge(index, sent, answer.items, isKnown, deadLetters)
          : answer.kind === 'whole'
            ? sent
            : []
      if (pending.length === 0) {
        if (attempt > 0) events.recovered({ index, documents: items.length, attempts: attempt + 1 })
        return
      }
      await wait(index, pending.length, attempt, answer)
    }
  }

  /** Sorts a request's items: returns those that are to be sent again. */
  function judge(
    index: string,
    items: readonly Item[],
    verdicts: readonly ItemVerdict[],
    isKnown: (item: Item) => boolean,
    deadLetters: DeadLetter[]
  ): readonly Item[] {
    const again: Item[] = []
    const taken: Item[] = []
    for (const [i, item] of items.entries()) {
      const { verdict, status, type, reason } = verdicts[i] as ItemVerdict
      if (verdict === 'delivered' || (verdict === 'conflict' && isKnown(item))) continue
      if (verdict === 'conflict') taken.push(item)
      else if (verdict === 'retry' || verdict === 'hold') again.push(item)
      else {
        const letter = { item, index, status, type, reason }
        events.refused(letter)
        deadLetters.push(letter)
      }
    }
    if (taken.length > 0) {
      events.conflicting(taken)
      again.push(...deps.renew(taken))
    }
    return again
  }

  /** The server takes no request of this size: sends the halves; a single document above its limit is refused. */
  async function halve(
    index: string,
    items: readonly Item[],
    { status, reason }: { status: number; reason: string },
    deadLetters: DeadLetter[],
    wasSent: boolean
  ): Promise<void> {
    const [item] = items
    if (item !== undefined && items.length === 1) {
      const letter = { item, index, status, type: 'content_too_large', reason }
      events.refused(letter)
      deadLetters.push(letter)
      return
    }
    const middle = items.length >> 1
    await deliver(index, items.slice(0, middle), deadLetters, wasSent)
    await deliver(index, items.slice(middle), deadLetters, wasSent)
  }

  async function wait(index: string, documents: number, attempt: number, answer: Answer): Promise<void> {
    const longest = Math.min(options.maxBackoffMs, options.minBackoffMs * 2 ** Math.min(attempt, 30))
    const delayMs = Math.round(longest * (0.5 + deps.random() / 2))
    const cause = worst(answer)
    if (cause.verdict === 'hold') {
      events.holding({ index, documents, status: cause.status, delayMs, reason: cause.reason })
    } else {
      events.retrying({ index, documents, attempt: attempt + 1, delayMs, reason: cause.reason })
    }
    await sleep(delayMs, undefined, { signal })
  }

  return send
}

/** Why the answer made documents wait: what a person must mend goes before what may pass. */
function worst(answer: Answer): { verdict: string; status: number; reason: string } {
  if (answer.kind === 'whole') return answer
  const waiting =
    answer.kind === 'items' ? answer.items.filter(item => item.verdict === 'hold' || item.verdict === 'retry') : []
  const taken = { verdict: 'retry', status: 409, reason: 'ids taken by documents never sent' }
  return waiting.find(item => item.verdict === 'hold') ?? waiting[0] ?? taken
}

/** The runs of a batch with the shares of refused items moved from acked to dead-lettered. */
function settle(runs: readonly Settled[], deadLetters: readonly DeadLetter[]): readonly Settled[] {
  if (deadLetters.length === 0) return runs
  const moved = runs.map(run => ({ ...run, shares: run.shares.map(share => ({ ...share })) }))
  const spans = new Set<string>()
  for (const { item } of deadLetters) {
    const { generation, start, end } = item
    const run = moved.find(other => other.generation === generation && other.start <= start && end <= other.end)
    if (run === undefined) continue
    // A span counts once, by its worst outcome, however many of its documents were refused.
    const isFirst = !spans.has(`${generation}:${start}`)
    spans.add(`${generation}:${start}`)
    moveShare(run.shares, isFirst ? end - start : 0, isFirst ? 1 : 0)
  }
  return moved
}

function moveShare(shares: Share[], bytes: number, lines: number): void {
  addShare(shares, 'acked', '', -bytes, -lines, -1)
  addShare(shares, 'deadLettered', '', bytes, lines, 1)
}
