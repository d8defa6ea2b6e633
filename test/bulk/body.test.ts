// The bodies of bulk requests: byte for byte what their documents are, however large, and none seen in another.

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createBodies } from '#bulk'

const documents = fc.array(fc.string({ unit: 'grapheme', maxLength: 40_000 }), { maxLength: 12 })

describe('a body', () => {
  test('holds its documents as they were added', () => {
    fc.assert(
      fc.property(documents, fc.integer({ min: 1, max: 100_000 }), (texts, limit) => {
        const body = createBodies()(limit)()
        const sources = texts.map(text => JSON.stringify({ text }))
        for (const [i, source] of sources.entries()) body.add(`g${i}`, source)
        const expected = sources.map((source, i) => `{"create":{"_id":"g${i}"}}\n${source}\n`).join('')
        expect(body.bytes.toString()).toBe(expected)
        expect(sources.map((_, i) => body.source(i))).toEqual(sources)
      }),
      { numRuns: 50 }
    )
  })

  test('says by bytes of UTF-8 whether there is room', () => {
    const body = createBodies()(1_000)()
    expect(body.hasRoomFor('가'.repeat(333))).toBe(true)
    expect(body.hasRoomFor('가'.repeat(334))).toBe(false)
    body.add('g', '가'.repeat(300))
    expect(body.hasRoomFor('가'.repeat(20))).toBe(true)
    expect(body.hasRoomFor('가'.repeat(30))).toBe(false)
  })

  test('is written where another was that is needed no more', () => {
    const begin = createBodies()(1_000)
    const first = begin()
    first.add('a', '{"n":1}')
    const { buffer } = first.bytes
    const second = begin()
    second.add('b', '{"n":2}')
    expect(second.bytes.buffer).not.toBe(buffer)
    first.release()
    const third = begin()
    third.add('c', '{}')
    expect(third.bytes.buffer).toBe(buffer)
    expect(third.bytes.toString()).toBe('{"create":{"_id":"c"}}\n{}\n')
  })

  test('keeps no more memory than it has bytes once it is sealed, and is what it was', () => {
    const begin = createBodies()(1_000_000)
    const body = begin()
    body.add('a', '{"n":1}')
    const { buffer } = body.bytes
    body.seal()
    expect(body.bytes.toString()).toBe('{"create":{"_id":"a"}}\n{"n":1}\n')
    expect(body.bytes.buffer.byteLength).toBe(body.bytes.length)
    expect(body.source(0)).toBe('{"n":1}')
    const next = begin()
    next.add('b', '{}')
    expect(next.bytes.buffer).toBe(buffer)
    expect(body.source(0)).toBe('{"n":1}')
  })

  test('takes no memory before it is written to, and shares what it takes with the bodies of other pipelines', () => {
    const bodies = createBodies()
    const first = bodies(1_000)()
    expect(first.bytes.buffer.byteLength).toBe(0)
    first.add('a', '{}')
    const { buffer } = first.bytes
    const [other, larger] = [bodies(1_000)(), bodies(2_000)()]
    first.release()
    larger.add('b', '{}')
    expect(larger.bytes.buffer).not.toBe(buffer)
    other.add('c', '{}')
    expect(other.bytes.buffer).toBe(buffer)
  })
})
