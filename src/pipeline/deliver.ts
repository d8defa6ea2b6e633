// Batches on their way to Elasticsearch and back: a batch is sent only when the store knows how far documents may have been
// sent, and its receipt moves checkpoints only once it is stored.

import type { Client } from '@elastic/elasticsearch'
import PQueue from 'p-queue'
import type { BudgetShare } from '#batch'
import { type Backing, type BulkOptions, createSender, type Pace } from '#bulk'
import type { Batch, DeadLetter, GenerationId, Item, Receipt } from '#record'
import type { FileSource } from '#source'
import type { Advance, Reservation, State } from '#state'
import { createSeldom, type Log, type Tally } from '#telemetry'
import { documentId } from './document.ts'
import { observeBulk } from './events.ts'
import { type LetterRoom, withSpanFates } from './letter-room.ts'
import { randomId } from './random-id.ts'
import { isSettled, knownStream, reserve, type Stream } from './stream.ts'

export interface Delivery {
  ship(batch: Batch): void
  /** Forgets those streams that have ended and of which everything is settled. */
  finish(streams: Iterable<Stream>): void
  /** Resolves when nothing is under way. Of what is settled then, the next process has no doubts. */
  settled(): Promise<void>
  /** Batches that wait for their turn. */
  readonly queued: number
  /** Whether more may be read: what waits for its turn is not sent sooner by being read earlier, and takes memory. */
  readonly hasRoom: boolean
}

interface Deps {
  readonly name: string
  readonly client: Client
  readonly pace: Pace
  readonly backing: Backing
  readonly state: State
  readonly budget: BudgetShare
  readonly bulk: BulkOptions
  readonly log: Log
  readonly tally: Tally
  readonly streams: Map<GenerationId, Stream>
  readonly counters: { acked: number; deadLettered: number; settledBytes: number }
  readonly source: FileSource
  readonly letterRoom: LetterRoom
  readonly isReady: Promise<unknown>
  readonly signal: AbortSignal
  readonly onFatal: (error: unknown) => void
}

/** So many batches may wait before reading does: the next is made while those before it are on their way. */
const MOST_QUEUED = 1

export function createDelivery({
  name,
  client,
  pace,
  backing,
  state,
  budget,
  bulk,
  log,
  tally,
  streams,
  counters,
  source,
  ...deps
}: Deps): Delivery {
  const seldom = createSeldom(Date.now)
  const queue = new PQueue({ concurrency: bulk.maxInFlight })
  /** Batches on their way, those among them that let others pass. */
  const under = new Set<Promise<void>>()

  /** Sends a batch when its turn comes, and makes room for the next where one of its documents is stuck. */
  function ship(batch: Batch): void {
    void queue.add(() => {
      source.resume()
      const leaving = Promise.withResolvers<void>()
      const work = deliver(batch, leaving.resolve)
        .catch(error => {
          if (!deps.signal.aborted) deps.onFatal(error)
        })
        .finally(() => under.delete(work))
      under.add(work)
      return Promise.race([work, leaving.promise])
    })
  }

  /** Sends a batch and stores what became of it. */
  async function deliver(batch: Batch, leave: () => void): Promise<void> {
    const delivery = tally.deliver(batch.body?.count ?? batch.items.length)
    await deps.isReady
    note(batch)
    const send = createSender(bulk, {
      client,
      pace,
      backing,
      events: observeBulk(log, delivery, seldom, leave),
      sentBefore: generation => knownStream(streams, generation).sentBefore,
      sentSince: generation => knownStream(streams, generation).sentSince,
      renew,
      noted: state.stored,
      signal: deps.signal,
      random: Math.random
    })
    const { settled, deadLetters } = await send(batch)
    if (deadLetters.length > 0) await deps.letterRoom(deadLetters.length, delivery)
    await settle({ settled, deadLetters: deadLetters.length === 0 ? [] : withSpanFates(deadLetters, batch.items) })
    delivery.done()
    batch.body?.release()
    budget.give(batch.costBytes)
  }

  /** Notes how far documents may be sent, before they are: a conflict below it is a delivery. */
  function note(batch: Batch): void {
    const reservations: Reservation[] = []
    for (const { generation, end: to, shares } of batch.runs) {
      if (!shares.some(({ fate }) => fate === 'acked')) continue
      const stream = knownStream(streams, generation)
      const standing = source.standing(generation, stream.ledger.checkpoint) ?? stream.begun
      const reservation = reserve(stream, to, standing, backing.newest(batch.index))
      if (reservation !== undefined) reservations.push(reservation)
    }
    if (reservations.length === 0) return
    state.reserve(reservations)
    // For those that come: so seldom that it costs nothing, and often enough that little has to be looked into.
    void backing.refresh(batch.index)
  }

  async function settle({ settled, deadLetters }: Receipt): Promise<void> {
    const touched = new Set<Stream>()
    for (const run of settled) {
      const stream = knownStream(streams, run.generation)
      stream.ledger.settle(run)
      touched.add(stream)
      for (const share of run.shares) if (share.fate === 'acked') counters.acked += share.documents
    }
    for (const letter of deadLetters) knownStream(streams, letter.item.generation).letters.push(letter)
    counters.deadLettered += deadLetters.length
    if (deadLetters.length > 0) tally.deadLettered(deadLetters)
    const advances = [...touched].map(advanceOf).filter(advance => advance !== undefined)
    if (advances.length > 0) state.advance(name, advances, [...touched].flatMap(passedLetters))
    await state.stored()
    for (const { generation, checkpoint } of advances) source.acked(generation, checkpoint)
    finish(touched)
  }

  function advanceOf({ generation: { id }, ledger, begun }: Stream): Advance | undefined {
    const progress = ledger.take()
    if (progress === undefined) return undefined
    tally.settled(progress.shares)
    for (const { bytes } of progress.shares) counters.settledBytes += bytes
    // A file that was gone before it could be followed stands where it was last seen.
    const { path, head, size, proof, waymarks } = source.standing(id, progress.checkpoint) ?? begun
    return { generation: id, ...progress, path, head, size, proof, waymarks }
  }

  /** Takes the letters that the checkpoint has passed: those beyond are sent again after a crash, and may be taken then. */
  function passedLetters(stream: Stream): readonly DeadLetter[] {
    const { checkpoint } = stream.ledger
    const passed = stream.letters.filter(({ item }) => item.end <= checkpoint)
    if (passed.length > 0) stream.letters = stream.letters.filter(({ item }) => item.end > checkpoint)
    return passed
  }

  /** Forgets the streams of which everything is settled. */
  function finish(ending: Iterable<Stream>): void {
    const done = [...ending].filter(({ isEnding, ledger, framedTo }) => isEnding && ledger.checkpoint >= framedTo)
    if (done.length === 0) return
    const ids = done.map(({ generation }) => generation.id)
    state.setEnded(ids, true)
    for (const id of ids) streams.delete(id)
  }

  /** An id was taken by something that this store never sent: its generation's documents get ids of a new prefix. */
  function renew(items: readonly Item[]): readonly Item[] {
    const prefixes = new Map<GenerationId, string>()
    return items.map(item => {
      const { generation, start, ordinal } = item
      let prefix = prefixes.get(generation)
      if (prefix === undefined) {
        prefix = randomId()
        prefixes.set(generation, prefix)
        state.renew(generation, prefix)
        knownStream(streams, generation).idPrefix = prefix
      }
      return { ...item, source: item.source, id: documentId(prefix, start, ordinal) }
    })
  }

  return {
    ship,
    finish,
    async settled() {
      await queue.onIdle()
      await Promise.all(under)
      const clean = [...streams.values()].filter(isSettled)
      if (clean.length > 0) state.unreserve(clean.map(({ generation }) => generation.id))
      await state.stored()
    },
    get queued() {
      return queue.size
    },
    get hasRoom() {
      return queue.size < MOST_QUEUED
    }
  }
}
