// Lines that say how others are written make no document, and are accounted for by that reason.

import { expect, test } from 'vitest'
import type { WritingBatcher } from '#batch'
import { createFraming } from '#frame'
import { parsers } from '#parse'
import { type GenerationId, offset } from '#record'
import { createDirect } from '../../src/pipeline/direct.ts'
import { createProcess, newCounters } from '../../src/pipeline/process.ts'

const generation = { id: 'g' as GenerationId, path: '/u_ex.log', inode: '1', deviceId: '1' }

test.each([true, false])('a header is skipped, and read by the lines behind it (direct: %s)', isDirect => {
  const taken: unknown[] = []
  let bytes = Buffer.alloc(0)
  const batcher: WritingBatcher = {
    add: ({ source }) => void taken.push(JSON.parse(source).http),
    sheet(size) {
      bytes = Buffer.alloc(size)
      return { bytes, length: 0 }
    },
    wrote: to => void taken.push(JSON.parse(bytes.toString('utf8', 0, to).split('\n')[1] ?? '').http),
    pass: ({ fate, reason }) => void taken.push([fate, reason]),
    flush() {}
  }
  const all = parsers([{ format: 'w3c' }])
  const document = () => ({})
  const counters = newCounters()
  const direct = isDirect ? createDirect(all.parsers, document, [], batcher) : undefined
  const process = createProcess({
    parsers: all,
    enrich: () => undefined,
    document,
    direct,
    batcher,
    counters,
    now: () => 0
  })
  const framer = createFraming({ maxLineBytes: 1_000 }, undefined)({ isMidCut: false, forcedEnds: [] })
  const reading = { path: '', readMs: 0, modifiedMs: undefined }
  const place = { ...generation, generation: generation.id, fingerprint: '', pathFields: undefined, reading }
  const log = Buffer.from('#Version: 1.0\n#Fields: cs-method\nGET\n\n#Fields: sc-status\n200\n')
  const framed = framer.push({ generation, fingerprint: '', start: offset(0), bytes: log })
  process({ generation, idPrefix: 'g', framedTo: offset(0) }, place, framed)
  const header = ['skipped', 'header']
  const expected = [
    header,
    header,
    { request: { method: 'GET' } },
    ['skipped', 'blank'],
    header,
    { response: { status_code: 200 } }
  ]
  expect(taken).toEqual(expected)
  expect(counters).toMatchObject({ lines: 2, unmatched: 0 })
})
