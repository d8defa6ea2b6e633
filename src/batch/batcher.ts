// Gathers items until a batch is full by count, bytes or age, together with the runs of bytes they stand in. What was
// dropped or skipped travels in the same runs, so that a receipt settles every byte in order.

import {
  addShare,
  type Batch,
  type Body,
  type Fate,
  type GenerationId,
  type GrowingBody,
  type Item,
  type Line,
  type Settled,
  type Share,
  type Sheet,
  type Span
} from '#record'
import type { BudgetShare } from './budget.ts'
import { Items } from './items.ts'
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

/** A batcher whose body may be written directly. */
export interface WritingBatcher extends Batcher {
  sheet(bytes: number): Sheet
  /** Takes the only document of a line, which was written to the sheet up to this place. */
  wrote(to: number, line: Line, generation: GenerationId): void
}

interface Deps {
  readonly index: string
  readonly budget: Pick<BudgetShare, 'take'>
  /** Begins the body of a request. */
  readonly newBody: () => GrowingBody
  readonly onBatch: (batch: Batch) => void
}

type Run = { -readonly [K in keyof Settled]: Settled[K] } & { readonly shares: Share[] }

/** A batcher for one index. */
export function createBatcher(options: BatchOptions, { index, budget, newBody, onBatch }: Deps): WritingBatcher {
  let items = new Items()
  let runs: Run[] = []
  let body = newBody()
  let written: Sheet = body.sheet(0)
  /** The run of the document that was written last, and its share of delivered documents. */
  let counted: Run | undefined
  let share: Share = { fate: 'acked', reason: '', bytes: 0, lines: 0, documents: 0 }
  let costBytes = 0
  let current: Run | undefined
  let timer: NodeJS.Timeout | undefined

  function add(item: Item, isOpen = false): void {
    // Documents of one span stay in one batch: the receipt of either half would settle the span for both.
    const isFull = items.count >= options.maxCount || (items.count > 0 && !body.hasRoomFor(item.source))
    if (isFull && item.ordinal === 0) flush()
    const run = runFor(item)
    // Of several documents of one span the first settles its bytes.
    const isFirst = run.end < item.end
    run.isMidCut = isOpen
    run.end = item.end
    const counts = { bytes: isFirst ? item.end - item.start : 0, lines: isFirst ? 1 : 0, documents: 1 }
    addShare(run.shares, { fate: 'acked', reason: '', ...counts })
    items.add(item.generation, item.start, item.end, item.raw)
    if (item.ordinal > 0 || item.marks !== undefined) items.mark(item.ordinal, item.marks)
    body.add(item.id, item.source)
    take((isFirst ? item.end - item.start : 0) + item.source.length)
    if (items.count === options.maxCount) flushSoon()
  }

  function sheet(bytes: number): Sheet {
    if (items.count >= options.maxCount) flush()
    written = body.sheet(bytes)
    return written
  }

  function wrote(to: number, line: Line, generation: GenerationId): void {
    const { start, end, bytes, from = 0, to: ends = 0 } = line
    const length = to - written.length
    if (!body.wrote(to) && items.count > 0) flushBefore()
    const run = runFor({ generation, start, end })
    run.isMidCut = false
    run.end = end
    if (run !== counted) {
      addShare(run.shares, { fate: 'acked', reason: '', bytes: 0, lines: 0, documents: 0 })
      share = run.shares.find(({ fate, reason }) => fate === 'acked' && reason === '') as Share
      counted = run
    }
    share.bytes += end - start
    share.lines += 1
    share.documents += 1
    if (bytes === undefined) items.add(generation, start, end, line.text)
    else items.addAt(generation, start, end, bytes, from, ends - from)
    take(end - start + length)
    if (items.count === options.maxCount) flushSoon()
  }

  /** Sends all that was gathered before what was written last. */
  function flushBefore(): void {
    const next = newBody()
    body.moveLast(next)
    flush(next)
  }

  function pass(passed: Passed): void {
    const { start, end, fate, reason, lines, isOpen } = passed
    const run = runFor(passed)
    run.isMidCut = isOpen
    run.end = end
    addShare(run.shares, { fate, reason, bytes: end - start, lines, documents: 0 })
    take(end - start)
  }

  function take(bytes: number): void {
    costBytes += bytes
    budget.take(bytes)
    timer ??= setTimeout(flush, options.maxAgeMs, undefined)
  }

  /** Sends a full batch once the documents that share its last span have had their turn. */
  function flushSoon(): void {
    clearTimeout(timer)
    timer = setTimeout(flush, 0, undefined)
  }

  /** The run that a span extends or lies at the end of, or a new one. */
  function runFor({ generation, start, end }: Span & { readonly generation: GenerationId }): Run {
    if (current !== undefined && current.generation === generation && current.end === start) return current
    const fits = (run: Run) => run.generation === generation && (run.end === start || run.end === end)
    if (current !== undefined && fits(current)) return current
    current = runs.findLast(fits)
    if (current === undefined) {
      current = { generation, start, end: start, shares: [], isMidCut: false }
      runs.push(current)
    }
    return current
  }

  function flush(next?: GrowingBody): void {
    clearTimeout(timer)
    timer = undefined
    if (runs.length === 0) return
    body.seal()
    const batch = new Gathered(index, items, body, runs, costBytes)
    items = new Items()
    runs = []
    body = next ?? newBody()
    costBytes = 0
    current = undefined
    onBatch(batch)
  }

  return { add, sheet, wrote, pass, flush: () => flush() }
}

/** A batch whose items are made when they are asked for. */
class Gathered implements Batch {
  readonly index: string
  readonly body: Body
  readonly runs: readonly Settled[]
  readonly costBytes: number
  readonly #items: Items
  #list: readonly Item[] | undefined

  constructor(index: string, items: Items, body: Body, runs: readonly Settled[], costBytes: number) {
    this.index = index
    this.body = body
    this.runs = runs
    this.costBytes = costBytes
    this.#items = items
  }

  get items(): readonly Item[] {
    this.#list ??= this.#items.list(this.body)
    return this.#list
  }
}
