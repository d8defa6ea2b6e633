// When a batch is full, and that its runs cover every byte.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type BudgetShare, createBatcher, createBudget } from '#batch'
import { createBodies } from '#bulk'
import { type Batch, type GenerationId, type Item, offset } from '#record'

const options = { maxCount: 3, maxBytes: 1_024, maxAgeMs: 1_000 }

function setUp(bounds: Partial<typeof options> = {}) {
  const batches: Batch[] = []
  const budget = createBudget(100_000, 1)
  const [share] = budget.shares as [BudgetShare]
  const onBatch = (batch: Batch) => void batches.push(batch)
  const newBody = createBodies()(1_024)
  const batcher = createBatcher({ ...options, ...bounds }, { index: 'logs-a-default', budget: share, newBody, onBatch })
  return { batches, batcher, budget, share }
}

function item(start: number, end: number, { generation = 'g', source = '{}', ordinal = 0 } = {}): Item {
  const span = { start: offset(start), end: offset(end) }
  return { generation: generation as GenerationId, id: `${generation}${start}`, ordinal, raw: 'raw', source, ...span }
}

function passed(start: number, end: number, fate: 'dropped' | 'skipped' = 'skipped') {
  const span = { start: offset(start), end: offset(end) }
  return { generation: 'g' as GenerationId, fate, reason: 'blank', lines: 1, isOpen: false, ...span }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a batch is sent', () => {
  test('when it has the most documents', () => {
    const { batches, batcher } = setUp()
    for (let i = 0; i < 7; i += 1) batcher.add(item(i, i + 1))
    expect(batches.map(({ items }) => items.length)).toEqual([3, 3])
  })

  test('before it has too many bytes, counted in UTF-8', () => {
    const { batches, batcher } = setUp({ maxCount: 100 })
    for (let i = 0; i < 5; i += 1) batcher.add(item(i, i + 1, { source: '가'.repeat(150) }))
    expect(batches.map(({ items }) => items.length)).toEqual([2, 2])
  })

  test('with one document that is larger than a batch by itself', () => {
    const { batches, batcher } = setUp()
    batcher.add(item(0, 1, { source: 'x'.repeat(5_000) }))
    batcher.add(item(1, 2))
    batcher.flush()
    expect(batches.map(({ items }) => items.length)).toEqual([1, 1])
  })

  test('when its first document has waited long enough', () => {
    const { batches, batcher } = setUp()
    batcher.add(item(0, 1))
    vi.advanceTimersByTime(600)
    batcher.add(item(1, 2))
    vi.advanceTimersByTime(399)
    expect(batches).toEqual([])
    vi.advanceTimersByTime(1)
    expect(batches.map(({ items }) => items.length)).toEqual([2])
  })

  test('without documents, so that what was passed over is settled too', () => {
    const { batches, batcher } = setUp()
    batcher.pass(passed(0, 9))
    vi.advanceTimersByTime(1_000)
    expect(batches).toMatchObject([{ items: [], runs: [{ start: 0, end: 9 }] }])
  })
})

describe('the runs of a batch', () => {
  test('join what follows each other, with shares that add up to its length', () => {
    const { batches, batcher } = setUp()
    batcher.add(item(0, 10))
    batcher.pass(passed(10, 11))
    batcher.pass(passed(11, 15, 'dropped'))
    batcher.add(item(15, 20))
    batcher.flush()
    const shares = [
      { fate: 'acked', reason: '', bytes: 15, lines: 2, documents: 2 },
      { fate: 'skipped', reason: 'blank', bytes: 1, lines: 1, documents: 0 },
      { fate: 'dropped', reason: 'blank', bytes: 4, lines: 1, documents: 0 }
    ]
    expect(batches[0]?.runs).toEqual([{ generation: 'g', start: 0, end: 20, shares, isMidCut: false }])
  })

  test('keep generations apart that take turns', () => {
    const { batches, batcher } = setUp({ maxCount: 4 })
    for (const generation of ['a', 'b', 'a', 'b']) {
      const start = batches.length
      batcher.add(item(start, start + 1, { generation }))
    }
    vi.advanceTimersByTime(0)
    expect(batches[0]?.runs.map(({ generation }) => generation)).toEqual(['a', 'b'])
  })

  test('count the bytes of a span once, however many documents it makes', () => {
    const { batches, batcher } = setUp()
    batcher.add(item(0, 10))
    batcher.add(item(0, 10, { ordinal: 1 }))
    batcher.flush()
    expect(batches[0]?.runs[0]?.shares).toEqual([{ fate: 'acked', reason: '', bytes: 10, lines: 1, documents: 2 }])
  })

  test('keep the documents of one span in one batch', () => {
    const { batches, batcher } = setUp({ maxCount: 2 })
    batcher.add(item(0, 10))
    for (const ordinal of [0, 1, 2]) batcher.add(item(10, 20, { ordinal }))
    batcher.add(item(20, 30))
    batcher.flush()
    expect(batches.map(({ items, runs }) => [items.length, runs[0]?.end])).toEqual([
      [4, 20],
      [1, 30]
    ])
  })

  test('remember that they end within a cut line', () => {
    const { batches, batcher } = setUp()
    batcher.pass({ ...passed(0, 10), isOpen: true })
    batcher.flush()
    batcher.pass(passed(10, 20))
    batcher.flush()
    expect(batches.map(({ runs }) => runs[0]?.isMidCut)).toEqual([true, false])
  })
})

describe('the budget', () => {
  test('is taken by what is gathered and given back by whoever settles it', () => {
    const { batches, batcher, budget, share } = setUp()
    batcher.add(item(0, 10, { source: 'x'.repeat(90) }))
    batcher.flush()
    expect(budget.usedBytes).toBe(100)
    share.give(batches[0]?.costBytes ?? 0)
    expect(budget.usedBytes).toBe(0)
  })
})

describe('a document that is written to the sheet', () => {
  const line = (start: number, text: string) => ({
    ...{ text, start: offset(start), end: offset(start + text.length + 1), ordinal: 0 }
  })

  /** Writes documents with these texts, each of the line that says it. */
  function written(texts: readonly string[], maxBytes: number, isInBytes: boolean) {
    const { batches, batcher, budget } = setUp({ maxCount: 3, maxBytes })
    const bytes = Buffer.from(texts.map(text => `${text}\n`).join(''))
    let from = 0
    for (const text of texts) {
      const sheet = batcher.sheet(2_000)
      const document = `{"create":{"_id":"g${from}"}}\n{"message":"${text}"}\n`
      const to = sheet.length + sheet.bytes.write(document, sheet.length)
      const place = isInBytes ? { bytes, from, to: from + text.length } : {}
      batcher.wrote(to, { ...line(from, text), ...place }, 'g' as GenerationId)
      from += text.length + 1
    }
    batcher.flush()
    return { batches, budget, bytes }
  }

  test.each([true, false])('is an item with its place, its line and its text (in the bytes: %s)', isInBytes => {
    const { batches } = written(['a', 'bc', 'd'], 1_024, isInBytes)
    expect(batches.flatMap(({ items }) => items.map(item => ({ ...item, source: item.source })))).toEqual([
      { generation: 'g', id: 'g0', ordinal: 0, start: 0, end: 2, raw: 'a', source: '{"message":"a"}' },
      { generation: 'g', id: 'g2', ordinal: 0, start: 2, end: 5, raw: 'bc', source: '{"message":"bc"}' },
      { generation: 'g', id: 'g5', ordinal: 0, start: 5, end: 7, raw: 'd', source: '{"message":"d"}' }
    ])
    const shares = [{ fate: 'acked', reason: '', bytes: 7, lines: 3, documents: 3 }]
    expect(batches[0]?.runs).toEqual([{ generation: 'g', start: 0, end: 7, shares, isMidCut: false }])
  })

  test('begins the next batch where it makes one too large, whose bytes it takes along', () => {
    const texts = ['a', 'b'.repeat(600), 'c'.repeat(600), 'd'.repeat(2_000), 'e']
    const { batches, budget } = written(texts, 1_024, true)
    expect(batches.map(({ items }) => items.map(({ raw }) => raw.charAt(0)))).toEqual([['a', 'b'], ['c'], ['d'], ['e']])
    expect(batches.map(({ body, items }) => body?.count === items.length)).toEqual([true, true, true, true])
    expect(batches.flatMap(({ items }) => items.map(({ source }) => JSON.parse(source).message))).toEqual(texts)
    const ends = batches.flatMap(({ runs }) => runs.map(({ start, end }) => [start, end]))
    expect(ends.slice(1).every(([start], i) => start === ends[i]?.[1])).toBe(true)
    expect(batches.reduce((sum, { costBytes }) => sum + costBytes, 0)).toBe(budget.usedBytes)
  })

  test('waits with those before it until there are as many as a batch has', () => {
    const { batches } = written(['a', 'b', 'c', 'd'], 1_024, true)
    expect(batches.map(({ items }) => items.length)).toEqual([3, 1])
  })
})
