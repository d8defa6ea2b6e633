// Batches on their way to Elasticsearch and back: a batch is sent only when the keeper has noted how far documents may be sent,
// and leaves room for the next one only once what became of it is stored.

import type { Client } from '@elastic/elasticsearch'
import PQueue from 'p-queue'
import { type Backing, type BulkOptions, createSender, type Pace } from '#bulk'
import type { Batch, GenerationId, Item } from '#record'
import { documentId } from './document.ts'
import type { Keeper } from './halves.ts'
import { withSpanFates } from './letter-room.ts'
import { randomId } from './random-id.ts'
import { knownStream, type Stream } from './stream.ts'

export interface Delivery {
  ship(batch: Batch): void
  /** Resolves when nothing is under way. */
  settled(): Promise<void>
  /** Batches that wait for their turn. */
  readonly queued: number
  readonly hasRoom: boolean
}

interface Deps {
  readonly keeper: Keeper
  readonly client: Client
  readonly pace: Pace
  readonly backing: Backing
  readonly bulk: BulkOptions
  readonly streams: ReadonlyMap<GenerationId, Stream>
  readonly isReady: Promise<unknown>
  readonly signal: AbortSignal
}

/** So many batches may wait before reading does: the next is made while those before it are on their way. */
const MOST_QUEUED = 1

export function createDelivery({ keeper, client, pace, backing, bulk, streams, isReady, signal }: Deps): Delivery {
  const queue = new PQueue({ concurrency: bulk.maxInFlight })
  /** Batches on their way, those among them that let others pass. */
  const under = new Set<Promise<void>>()

  /** Sends a batch when its turn comes, and makes room for the next where one of its documents is stuck. */
  function ship(batch: Batch): void {
    void queue.add(() => {
      keeper.moved()
      const leaving = Promise.withResolvers<void>()
      const work = deliver(batch, leaving.resolve)
        .catch(error => {
          if (!signal.aborted) keeper.broken(error)
        })
        .finally(() => under.delete(work))
      under.add(work)
      return Promise.race([work, leaving.promise])
    })
  }

  /** Sends a batch and has it stored what became of it. */
  async function deliver(batch: Batch, leave: () => void): Promise<void> {
    const { index, runs, body, costBytes } = batch
    const { events, settle } = keeper.deliver(body?.count ?? batch.items.length, leave)
    await isReady
    if (await keeper.note(runs, backing.newest(index))) {
      // For those that come: so seldom that it costs nothing, and often enough that little has to be looked into.
      void backing.refresh(index)
    }
    const send = createSender(bulk, {
      client,
      pace,
      backing,
      events,
      sentBefore: generation => knownStream(streams, generation).sentBefore,
      sentSince: generation => knownStream(streams, generation).sentSince,
      renew,
      noted: keeper.stored,
      signal,
      random: Math.random
    })
    const { settled, deadLetters } = await send(batch)
    const letters = deadLetters.length === 0 ? [] : withSpanFates(deadLetters, batch.items)
    await settle({ settled, deadLetters: letters }, costBytes)
    body?.release()
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
        keeper.renew(generation, prefix)
        knownStream(streams, generation).idPrefix = prefix
      }
      return { ...item, source: item.source, id: documentId(prefix, start, ordinal) }
    })
  }

  return {
    ship,
    async settled() {
      await queue.onIdle()
      await Promise.all(under)
    },
    get queued() {
      return queue.size
    },
    get hasRoom() {
      return queue.size < MOST_QUEUED
    }
  }
}
