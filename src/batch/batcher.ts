// Gathers items until a batch is full by count, bytes or age, together with the runs of bytes they stand in. What was
// dropped or skipped travels in the same runs, so that a receipt settles every byte in order.

import {
  addShare,
  type Batch,
  type Fate,
  type GenerationId,
  type Item,
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
    // Documents of one span stay in one batch: the receipt of either half would settle the span for both.
    const isFull = items.length >= options.maxCount || (items.length > 0 && sourceBytes + bytes > options.maxBytes)
    if (isFull && item.ordinal === 0) flush()
    const run = runFor(item)
    // Of several documents of one span the first settles its bytes.
    const isFirst = run.end < item.end
    run.isMidCut = isOpen
    run.end = item.end
    addShare(run.shares, 'acked', '', isFirst ? item.end - item.start : 0, isFirst ? 1 : 0, 1)
    items.push(item)
    sourceBytes += bytes
    take((isFirst ? item.end - item.start : 0) + bytes)
    if (items.length === options.maxCount) flushSoon()
  }

  function pass(passed: Passed): void {
    const { start, end, fate, reason, lines, isOpen } = passed
    const run = runFor(passed)
    run.isMidCut = isOpen
    run.end = end
    addShare(run.shares, fate, reason, end - start, lines, 0)
    take(end - start)
  }

  function take(bytes: number): void {
    costBytes += bytes
    budget.take(bytes)
    timer ??= setTimeout(flush, options.maxAgeMs)
  }

  /** Sends a full batch once the documents that share its last span have had their turn. */
  function flushSoon(): void {
    clearTimeout(timer)
    timer = setTimeout(flush, 0)
  }

  /** The run that a span extends or lies at the end of, or a new one. */
  function runFor({ generation, start, end }: Span & { readonly generation: GenerationId }): Run {
    const fits = (run: Run) => run.generation === generation && (run.end === start || run.end === end)
    if (current !== undefined && fits(current)) return current
    current = runs.findLast(fits)
    if (current === undefined) {
      current = { generation, start, end: start, shares: [], isMidCut: false }
      runs.push(current)
    }
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
