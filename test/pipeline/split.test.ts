// A line that is several events: a document for each, by ids of one place.

import { expect, test } from 'vitest'
import { parsers } from '#parse'
import { type GenerationId, type Item, offset } from '#record'
import { createProcess, newCounters } from '../../src/pipeline/process.ts'

test('a line of three JSON objects is three documents of one span, numbered', () => {
  const items: Item[] = []
  const process = createProcess({
    parsers: parsers([{ format: 'json' }]),
    enrich: () => undefined,
    document: () => ({}),
    batcher: { add: item => void items.push(item), pass() {}, flush() {} },
    counters: newCounters(),
    now: () => 0
  })
  const generation = { id: 'g' as GenerationId, path: '/a.log', inode: '1', deviceId: '1' }
  const reading = { path: '/a.log', readMs: 0, modifiedMs: undefined }
  const place = { ...generation, generation: generation.id, fingerprint: '', pathFields: undefined, reading }
  const text = '{"message":"one"}{"message":"two"} {"message":"three"}'
  const line = { text, start: offset(16), end: offset(16 + text.length + 1), ordinal: 0 }
  process({ generation, idPrefix: 'g', framedTo: offset(0) }, place, { lines: [line], skips: [] })
  expect(items.map(({ id }) => id)).toEqual(['g000000000010', 'g000000000010.1', 'g000000000010.2'])
  expect(items.map(({ source }) => JSON.parse(source).message)).toEqual(['one', 'two', 'three'])
  expect(new Set(items.map(({ start, end }) => `${start}-${end}`)).size).toBe(1)
})
