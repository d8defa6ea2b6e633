// A lane in another thread as its pipeline sees it. Bytes that were posted and not yet taken count in the budget, and only few
// of them are under way.

import type { BudgetShare } from '#batch'
import type { Keeper, Lane } from '../halves.ts'
import { newCounters } from '../process.ts'
import { call, createAsks, type FromThread, type LaneCall, type Load, type Said, type ToThread } from './messages.ts'

/** So many bytes of chunks may be under way to a lane: enough that it never waits for the next one. */
const MOST_BYTES = 1_048_576
/** A chunk counts as so many at least, which is what a message costs. */
const LEAST_BYTES = 16_384

export interface RemoteLane {
  readonly lane: Lane
  readonly hear: (message: FromThread) => void
}

interface Deps {
  readonly pipeline: number
  readonly keeper: Keeper
  readonly budget: Pick<BudgetShare, 'take' | 'give'>
  readonly post: (message: ToThread, transfer?: readonly ArrayBuffer[]) => void
  readonly onFatal: (error: unknown) => void
}

const UNLOADED: Omit<Load, 'pace'> = {
  counters: newCounters(),
  queued: 0,
  hasRoom: true,
  chunks: 0,
  tookBytes: 0
}

export function createRemoteLane({ pipeline, keeper, budget, post, onFatal }: Deps): RemoteLane {
  const { ask, answer } = createAsks()
  /** What the chunks cost that are under way, in order. */
  const under: number[] = []
  const batches = new Map<number, ReturnType<Keeper['deliver']>>()
  let underBytes = 0
  let isUsed = false
  let load = UNLOADED
  const tell = (call: LaneCall, transfer?: readonly ArrayBuffer[]) => post({ pipeline, kind: 'call', call }, transfer)
  const hasRoom = () => load.hasRoom && underBytes < MOST_BYTES

  function take(now: Load): void {
    const had = hasRoom()
    budget.take(now.tookBytes - load.tookBytes)
    for (const bytes of under.splice(0, now.chunks - load.chunks)) {
      underBytes -= bytes
      budget.give(bytes)
    }
    load = now
    if (!had && hasRoom()) keeper.moved()
  }

  function reply(number: number | undefined, answered: unknown): void {
    if (number === undefined) return
    Promise.resolve(answered).then(value => post({ pipeline, kind: 'answer', ask: number, value }), onFatal)
  }

  function hear(said: Said): void {
    if (said.kind === 'call') reply(said.ask, call(keeper, said.call))
    else if (said.kind === 'answer') answer(said.ask, said.value)
    else if (said.kind === 'deliver') {
      // The lane lets others pass by itself.
      batches.set(
        said.batch,
        keeper.deliver(said.documents, () => {})
      )
    } else if (said.kind === 'event') call(batches.get(said.batch)?.events ?? {}, said.call)
    else {
      const { batch, receipt, costBytes } = said
      reply(said.ask, batches.get(batch)?.settle(receipt, costBytes))
      batches.delete(batch)
    }
  }

  const lane: Lane = {
    open(...args) {
      isUsed = true
      tell({ name: 'open', args })
    },
    chunk(chunk, preceded) {
      const bytes = Buffer.from(new ArrayBuffer(chunk.bytes.length))
      chunk.bytes.copy(bytes)
      const cost = Math.max(LEAST_BYTES, bytes.length)
      under.push(cost)
      underBytes += cost
      budget.take(cost)
      tell({ name: 'chunk', args: [{ ...chunk, bytes }, preceded] }, [bytes.buffer])
    },
    release: (...args) => tell({ name: 'release', args }),
    end: (...args) => tell({ name: 'end', args }),
    close: (...args) => tell({ name: 'close', args }),
    async drain() {
      if (isUsed) await ask(number => post({ pipeline, kind: 'call', call: { name: 'drain', args: [] }, ask: number }))
    },
    get counters() {
      return load.counters
    },
    get queued() {
      return load.queued
    },
    get hasRoom() {
      return hasRoom()
    }
  }
  return {
    lane,
    hear(message) {
      take(message.load)
      for (const said of message.said) hear(said)
    }
  }
}
