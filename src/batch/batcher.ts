// Gathers items until a batch is full by count, bytes or age, together with the runs of bytes they stand in. What was
// dropped or skipped travels in the same runs, so that a receipt settles every byte in order.

import {
  addShare,
  type Batch,
  type Body,
  type Fate,
  type GenerationId,
  type Item,
  type Settled,
  type Share,
  type Span
} from '#record'
import type { BudgetShare } from './budget.ts'
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

/** A body that documents are added to. */
export interface GrowingBody extends Body {
  /** Whether it stays within its size with one more document. */
  hasRoomFor(source: string): boolean
  add(id: string, source: string): void
  /** Nothing more is added to it. */
  seal(): void
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
  readonly budget: BudgetShare
  /** Begins the body of a request. */
  readonly newBody: () => GrowingBody
  readonly onBatch: (batch: Batch) => void
}

type Run = { -readonly [K in keyof Settled]: Settled[K] } & { readonly shares: Share[] }

/** A batcher for one index. */
export function createBatcher(options: BatchOptions, { index, budget, newBody, onBatch }: Deps): Batcher {
  let items: Item[] = []
  let runs: Run[] = []
  let body = newBody()
  let costBytes = 0
  let current: Run | undefined
  let timer: NodeJS.Timeout | undefined

  function add(item: Item, isOpen = false): void {
    // Documents of one span stay in one batch: the receipt of either half would settle the span for both.
    const isFull = items.length >= options.maxCount || (items.length > 0 && !body.hasRoomFor(item.source))
    if (isFull && item.ordinal === 0) flush()
    const run = runFor(item)
    // Of several documents of one span the first settles its bytes.
    const isFirst = run.end < item.end
    run.isMidCut = isOpen
    run.end = item.end
    addShare(run.shares, 'acked', '', isFirst ? item.end - item.start : 0, isFirst ? 1 : 0, 1)
    items.push(new Written(item, body, items.length))
    body.add(item.id, item.source)
    take((isFirst ? item.end - item.start : 0) + item.source.length)
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
    body.seal()
    const batch: Batch = { index, items, body, runs, costBytes }
    items = []
    runs = []
    body = newBody()
    costBytes = 0
    current = undefined
    onBatch(batch)
  }

  return { add, pass, flush }
}

/** An item whose document is in the body already: its text is made again for the few that need it. */
class Written implements Item {
  readonly generation: Item['generation']
  readonly id: string
  readonly ordinal: number
  readonly start: Item['start']
  readonly end: Item['end']
  readonly raw: string
  readonly marks: Item['marks']
  readonly #body: Body
  readonly #index: number

  constructor({ generation, id, ordinal, start, end, raw, marks }: Item, body: Body, index: number) {
    this.generation = generation
    this.id = id
    this.ordinal = ordinal
    this.start = start
    this.end = end
    this.raw = raw
    this.marks = marks
    this.#body = body
    this.#index = index
  }

  get source(): string {
    return this.#body.source(this.#index)
  }
}
