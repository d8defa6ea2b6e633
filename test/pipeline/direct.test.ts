// The two ways from a line to its document say the same: whatever the interpreter makes of a line, the generated way makes
// too, or leaves it to the interpreter.

import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createBatcher } from '#batch'
import { createBodies } from '#bulk'
import { type ParseEntry, parsers } from '#parse'
import { type GenerationId, type Line, offset } from '#record'
import { createDirect, type Stretch } from '../../src/pipeline/direct.ts'
import { documentFor, type Place } from '../../src/pipeline/document.ts'
import { createProcess, newCounters } from '../../src/pipeline/process.ts'

const document = documentFor({
  dataset: 'a',
  namespace: 'default',
  shipper: '0123456789abcdef',
  agent: () => ({ type: 'sluice' }),
  host: () => ({ name: 'h "1"', ip: ['192.0.2.1'] })
})
const generation = { id: 'g' as GenerationId, path: '/a.log', inode: '1', deviceId: '2' }
const reading = { path: '/a.log', readMs: 0, modifiedMs: undefined }
const place: Place = { ...generation, generation: generation.id, fingerprint: '9:ab', pathFields: undefined, reading }

/** The documents of lines, by the interpreter or by whichever way is faster. */
function documents(
  entries: readonly ParseEntry[],
  lines: readonly Line[],
  way: 'both' | 'slow',
  { at = place, stretch }: { at?: Place; stretch?: Stretch | undefined } = {}
): unknown[] {
  const made: unknown[] = []
  const formats = parsers(entries)
  const counters = newCounters()
  const { batcher, flush } = gathering(made)
  const process = createProcess({
    parsers: formats,
    enrich: () => undefined,
    document,
    direct: way === 'both' ? createDirect(formats.parsers, document, batcher) : undefined,
    batcher,
    counters,
    now: () => 0
  })
  const stream = { generation, idPrefix: 'g', framedTo: offset(0) }
  process(stream, at, { lines, skips: [] }, stretch)
  flush()
  return [...made, stream.framedTo, counters]
}

/** A batcher whose batches are taken apart. */
function gathering(made: unknown[]) {
  const batcher = createBatcher(
    { maxCount: 3, maxBytes: 1_000_000, maxAgeMs: 60_000 },
    {
      index: 'logs-a-default',
      budget: { hasRoom: true, take() {}, give() {} },
      newBody: createBodies(1_000_000),
      onBatch({ items, runs, body }) {
        for (const { source, ...item } of items) made.push({ ...item, document: JSON.parse(source) })
        made.push(runs, body?.count)
      }
    }
  )
  return { batcher, flush: batcher.flush }
}

function lineOf(text: string, index: number): Line {
  return { text, start: offset(index * 100), end: offset(index * 100 + 99), ordinal: 0 }
}

const fixtures = join(import.meta.dirname, '..', 'fixtures')
const folders = globSync('*/pipeline.json', { cwd: fixtures }).map(dirname)
const samples = folders.map(name => ({
  name: basename(name),
  entries: (JSON.parse(readFileSync(join(fixtures, name, 'pipeline.json'), 'utf8')).parse ?? []) as ParseEntry[],
  texts: readFileSync(join(fixtures, name, 'input.log'), 'utf8').split(/\n(?=\S)/)
}))

/** Texts as lines of a file, and its bytes. */
function inFile(texts: readonly string[], newline: string): { lines: Line[]; stretch: Stretch } {
  const before = 7
  const bytes = Buffer.from(texts.map(text => text + newline).join(''))
  let start = before
  const lines = texts.map(text => {
    const end = start + Buffer.byteLength(text + newline)
    const line = { text, start: offset(start), end: offset(end), ordinal: 0 }
    start = end
    return line
  })
  return { lines, stretch: { start: before, bytes } }
}

describe('both ways say the same', () => {
  test.each(samples)('of the lines of $name', ({ entries, texts }) => {
    const lines = texts.map(lineOf)
    expect(documents(entries, lines, 'both')).toEqual(documents(entries, lines, 'slow'))
  })

  test.each(samples)('of the lines of $name, of whose bytes documents are made', ({ entries, texts }) => {
    for (const newline of ['\n', '\r\n']) {
      const { lines, stretch } = inFile(texts, newline)
      expect(documents(entries, lines, 'both', { stretch })).toEqual(documents(entries, lines, 'slow'))
    }
  })

  test('of lines that were tampered with, under every format', () => {
    const places: Place[] = [place, { ...place, pathFields: { service: { name: 'shop' }, host: { name: 'web"1' } } }]
    const tampered = fc.record({
      sample: fc.constantFrom(...samples),
      at: fc.constantFrom(...places),
      isInFile: fc.boolean(),
      picks: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(4), fc.string({ unit: 'binary', maxLength: 4 })), {
        maxLength: 6
      })
    })
    fc.assert(
      fc.property(tampered, ({ sample, at, isInFile, picks }) => {
        const texts = picks.map(([index, column, removed, added]) => {
          const text = sample.texts[index % sample.texts.length] ?? ''
          const cut = column % (text.length + 1)
          return (text.slice(0, cut) + added + text.slice(cut + removed)).toWellFormed()
        })
        const { lines, stretch } = inFile(texts, '\n')
        const made = documents(sample.entries, lines, 'both', { at, stretch: isInFile ? stretch : undefined })
        expect(made).toEqual(documents(sample.entries, lines, 'slow', { at }))
      }),
      { numRuns: 500 }
    )
  })
})

test('what was cut, damaged or wrapped is left to the interpreter', () => {
  const { parsers: formats } = parsers([{ format: 'python-logging' }])
  const direct = createDirect(formats, document, gathering([]).batcher)
  const stream = { generation, idPrefix: 'g', framedTo: offset(0) }
  const isTaken = (line: Line) => direct?.(line, stream, place, '', undefined)
  const line = lineOf('INFO:shop:started', 0)
  expect(isTaken(line)).toBe(true)
  expect(isTaken({ ...line, isCut: true })).toBe(false)
  expect(isTaken({ ...line, isDamaged: true })).toBe(false)
  expect(isTaken({ ...line, container: { stream: 'stdout', time: '' } })).toBe(false)
})
