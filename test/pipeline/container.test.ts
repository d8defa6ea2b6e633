// What a container runtime says beside a line, in the document, and where its file is read on from.

import { describe, expect, test } from 'vitest'
import type { Batcher } from '#batch'
import { createFraming } from '#frame'
import { parsers } from '#parse'
import { type GenerationId, offset } from '#record'
import { createProcess, newCounters } from '../../src/pipeline/process.ts'

const generation = { id: 'g' as GenerationId, path: '/a.log', inode: '1', deviceId: '1' }

/** What reaches the batcher: documents, and whether each span ends within a line that goes on. */
function run(text: string, maxLineBytes = 1_000) {
  const taken: { fields: Record<string, unknown> | undefined; end: number; isOpen: boolean }[] = []
  const batcher: Batcher = {
    add: ({ source, end }, isOpen = false) => void taken.push({ fields: JSON.parse(source), end, isOpen }),
    pass: ({ end, isOpen }) => void taken.push({ fields: undefined, end, isOpen }),
    flush() {}
  }
  const process = createProcess({
    parsers: parsers([]),
    enrich: () => undefined,
    document: () => ({}),
    batcher,
    counters: newCounters(),
    now: () => 0
  })
  const framer = createFraming({ maxLineBytes, container: 'cri' }, undefined)({ isMidCut: false, forcedEnds: [] })
  const reading = { path: '', readMs: 0, modifiedMs: undefined }
  const place = { ...generation, generation: generation.id, fingerprint: '', pathFields: undefined, reading }
  const chunk = { generation, fingerprint: '', start: offset(0), bytes: Buffer.from(text) }
  process({ generation, idPrefix: 'g', framedTo: offset(0) }, place, framer.push(chunk))
  return taken
}

describe('the time of a container runtime', () => {
  test.each([
    ['2026-01-02T03:04:05.678901234Z', '2026-01-02T03:04:05.678Z'],
    ['2026-01-02T03:04:05.678901234+09:00', '2026-01-01T18:04:05.678Z'],
    ['2026-13-02T03:04:05Z', '1970-01-01T00:00:00.000Z']
  ])('%s becomes %s, in UTC, or the time of reading where it is none', (time, expected) => {
    expect(run(`${time} stdout F a\n`)).toMatchObject([{ fields: { '@timestamp': expected, stream: 'stdout' } }])
  })
})

test('behind streams of which one was cut, a position is in the middle of its line', () => {
  const head = (stream: string, tag: string) => `2026-01-02T03:04:05Z ${stream} ${tag} `
  const lines = [`${head('stdout', 'P')}a`, `${head('stderr', 'F')}b`, `${head('stdout', 'F')}${'x'.repeat(400)}`]
  const taken = run(lines.map(line => `${line}\n`).join(''), 256)
  const documents = taken.filter(({ fields }) => fields !== undefined)
  expect(documents.map(({ fields }) => fields?.stream)).toEqual(['stdout', 'stderr'])
  expect(documents.map(({ isOpen }) => isOpen)).toEqual([true, true])
  expect(taken.at(-1)).toMatchObject({ fields: undefined, isOpen: false })
})
