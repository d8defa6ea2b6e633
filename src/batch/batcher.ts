// Gathers items until a batch is full by count, bytes or age, together with the runs of bytes they stand in. What was
// dropped or skipped travels in the same runs, so that a receipt settles every byte in order.

import {
  addShare,
  type Batch,
  type Fate,
  type GenerationId,
  type Item,
  type Offset,
  type Settled,
  type Share,
  type Span
} from '#record'
import type { Budget } from './budget.ts'
import type { BatchOptions } from './options.ts'

/** Bytes that became no document, and why. */
export interface Passed extends Span {
  readonly generation: GenerationId
  readonly fate: Exclude<Fate, 'acked' | 'deadLettered'>
  readonly reason: string
  readonly lines: number
  /** Whether the line goes on behind these bytes and the rest of it is passed over too. */
  readonly isOpen: boolean
}

export interface Batcher {
  /** Takes a document. Of one generation, spans come in order and without gaps. `isOpen`: its line was cut and goes on. */
  add(item: Item, isOpen?: boolean): void
  /** Takes bytes that became no document. */
  pass(passed: Passed): void
  /** Sends what is gathered, however little. */
  flush(): void
}

interface Deps {
  readonly index: string
  readonly budget: Budget
  readonly onBatch: (batch: Batch) => void
}

type Run = { -readonly [K in keyof Settled]: Settled[K] } & { readonly shares: Share[] }

/** A batcher for one index. */
export function createBatcher(options: BatchOptions, { index, budget, onBatch }: Deps): Batcher {
  let items: Item[] = []
  let runs: Run[] = []
  let sourceBytes = 0
  let costBytes = 0
  let current: Run | undefined
  let timer: NodeJS.Timeout | undefined

  function add(item: Item, isOpen = false): void {
    const bytes = Buffer.byteLength(item.source)
    if (items.length > 0 && sourceBytes + bytes > options.maxBytes) flush()
    // The second and later documents of a span settle no bytes of their own.
    const span = item.ordinal === 0 ? item.end - item.start : 0
    const run = runFor(item.generation, item.start, item.end)
    run.isMidCut = isOpen
    addShare(run.shares, 'acked', '', span, item.ordinal === 0 ? 1 : 0, 1)
    items.push(item)
    sourceBytes += bytes
    take(span + bytes)
    if (items.length >= options.maxCount) flush()
  }

  function pass({ generation, start, end, fate, reason, lines, isOpen }: Passed): void {
    const run = runFor(generation, start, end)
    run.isMidCut = isOpen
    addShare(run.shares, fate, reason, end - start, lines, 0)
    take(end - start)
  }

  function take(bytes: number): void {
    costBytes += bytes
    budget.take(bytes)
    timer ??= setTimeout(flush, options.maxAgeMs)
  }

  /** The run that these bytes extend, or a new one. */
  function runFor(generation: GenerationId, start: Offset, end: Offset): Run {
    if (current === undefined || current.generation !== generation || current.end < start) {
      current = runs.findLast(run => run.generation === generation && run.end >= start)
      if (current === undefined) {
        current = { generation, start, end, shares: [], isMidCut: false }
        runs.push(current)
      }
    }
    current.end = end
    current.isMidCut = false
    return current
  }

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (runs.length === 0) return
    const batch: Batch = { index, items, runs, costBytes }
    items = []
    runs = []
    sourceBytes = 0
    costBytes = 0
    current = undefined
    onBatch(batch)
  }

  return { add, pass, flush }
}
