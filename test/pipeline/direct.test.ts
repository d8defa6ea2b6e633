// The two ways from a line to its document say the same: whatever the interpreter makes of a line, the generated way makes
// too, or leaves it to the interpreter.

import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ParseEntry, parsers } from '#parse'
import { type Fields, type GenerationId, type Line, offset } from '#record'
import { createDirect } from '../../src/pipeline/direct.ts'
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
function documents(entries: readonly ParseEntry[], lines: readonly Line[], way: 'both' | 'slow', at = place): Fields[] {
  const made: Fields[] = []
  const formats = parsers(entries)
  const process = createProcess({
    parsers: formats,
    enrich: () => undefined,
    document,
    direct: way === 'both' ? createDirect(formats.parsers, document) : undefined,
    batcher: { add: ({ source }) => void made.push(JSON.parse(source)), pass() {}, flush() {} },
    counters: newCounters(),
    now: () => 0
  })
  process({ generation, idPrefix: 'g', framedTo: offset(0) }, at, { lines, skips: [] })
  return made
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

describe('both ways say the same', () => {
  test.each(samples)('of the lines of $name', ({ entries, texts }) => {
    const lines = texts.map(lineOf)
    expect(documents(entries, lines, 'both')).toEqual(documents(entries, lines, 'slow'))
  })

  test('of lines that were tampered with, under every format', () => {
    const places: Place[] = [place, { ...place, pathFields: { service: { name: 'shop' }, host: { name: 'web"1' } } }]
    const tampered = fc.record({
      sample: fc.constantFrom(...samples),
      at: fc.constantFrom(...places),
      picks: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(4), fc.string({ unit: 'binary', maxLength: 4 })), {
        maxLength: 6
      })
    })
    fc.assert(
      fc.property(tampered, ({ sample, at, picks }) => {
        const lines = picks.map(([index, column, removed, added], i) => {
          const text = sample.texts[index % sample.texts.length] ?? ''
          const cut = column % (text.length + 1)
          return lineOf(text.slice(0, cut) + added + text.slice(cut + removed), i)
        })
        expect(documents(sample.entries, lines, 'both', at)).toEqual(documents(sample.entries, lines, 'slow', at))
      }),
      { numRuns: 500 }
    )
  })
})

test('what was cut, damaged or wrapped is left to the interpreter', () => {
  const { parsers: formats } = parsers([{ format: 'python-logging' }])
  const direct = createDirect(formats, document)
  const line = lineOf('INFO:shop:started', 0)
  expect(direct?.(line, place, '')).toBeDefined()
  expect(direct?.({ ...line, isCut: true }, place, '')).toBeUndefined()
  expect(direct?.({ ...line, isDamaged: true }, place, '')).toBeUndefined()
  expect(direct?.({ ...line, container: { stream: 'stdout', time: '' } }, place, '')).toBeUndefined()
})
