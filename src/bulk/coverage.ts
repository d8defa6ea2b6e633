// What the documents of one generation cover, put together from what a search gives in order: spans without a gap become
// one, and a document that is there a second time is kept apart.

import { type Offset, offset, type Span } from '#record'

/** A span of which one document is there more than once. */
export interface Doubled extends Span {
  /** Documents beyond the first. */
  readonly surplus: number
  readonly indices: readonly string[]
}

/** What documents cover, in order and merged, and what is there more than once. */
export interface Coverage {
  readonly covered: readonly Span[]
  readonly doubled: readonly Doubled[]
  readonly documents: number
}

/** Gathers what is found of one generation, in the order of its bytes. */
export interface Found {
  /** Takes a span without a gap. */
  add(span: Span): void
  /** Takes one document; those that begin at the same byte come one after another. */
  see(span: Span, ordinal: number, index: string): void
  count(documents: number): void
  coverage(): Coverage
}

export function createFound(): Found {
  const covered: Span[] = []
  const doubled: { start: Offset; end: Offset; surplus: number; indices: string[] }[] = []
  let documents = 0
  let at = -1
  let seen = new Map<number, string>()

  function add(span: Span): void {
    const last = covered.at(-1)
    if (last === undefined || span.start > last.end) covered.push(span)
    else if (span.end > last.end) covered[covered.length - 1] = { start: last.start, end: span.end }
  }

  function see(span: Span, ordinal: number, index: string): void {
    documents += 1
    add(span)
    if (span.start !== at) {
      at = span.start
      seen = new Map()
    }
    const first = seen.get(ordinal)
    seen.set(ordinal, index)
    if (first !== undefined) double(span, [first, index])
  }

  /** Doubles that follow each other are one range. */
  function double({ start, end }: Span, indices: readonly string[]): void {
    const last = doubled.at(-1)
    if (last === undefined || start > last.end) doubled.push({ start, end, surplus: 1, indices: [...new Set(indices)] })
    else {
      last.end = offset(Math.max(last.end, end))
      last.surplus += 1
      for (const index of indices) if (!last.indices.includes(index)) last.indices.push(index)
    }
  }

  return {
    add,
    see,
    count: more => {
      documents += more
    },
    coverage: () => ({ covered, doubled, documents })
  }
}
