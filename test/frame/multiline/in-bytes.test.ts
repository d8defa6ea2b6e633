// Presets look at the bytes of a line before its text: lines fall into the same groups as when each is asked of its text.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createFraming, createGrouping } from '#frame'
import { pushed, taken } from '../push.ts'
import { logs, presets } from './fixtures.ts'
import { grouped } from './grouped.ts'

const odd = [
  '',
  ' ',
  '\t',
  '\x1b[31m',
  '  x',
  '[2026',
  '2026-',
  '123456',
  '12345',
  '1:2',
  '20/Nov/2026',
  '2026년',
  '주문',
  'a'
]
const all = logs.flatMap(({ records }) => records.flat())

test.each(presets)('those of %s', preset => {
  const own = logs.filter(log => log.preset === preset).flatMap(({ records }) => records.flat())
  const line = fc.oneof(
    { weight: 6, arbitrary: fc.nat(own.length - 1).map(i => own.slice(i, i + 6)) },
    { weight: 2, arbitrary: fc.constantFrom(...odd).map(text => [text]) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...odd), fc.constantFrom(...all)).map(([a, b]) => [a + b]) }
  )
  const multiline = { preset, maxLines: 1_000, timeoutMs: 1_000 }
  const framing = createFraming({ maxLineBytes: 65_536 }, multiline)
  const log = fc.tuple(fc.array(line, { maxLength: 8 }), fc.nat(), fc.constantFrom('\n', '\r\n'))
  fc.assert(
    fc.property(log, ([pieces, pick, newline]) => {
      const lines = pieces.flat().map(text => text.replaceAll('\r', ''))
      const bytes = Buffer.from(lines.map(text => text + newline).join(''))
      const at = pick % (bytes.length + 1)
      const framer = framing({ isMidCut: false, forcedEnds: [] })
      const parts = [
        pushed(framer, bytes.subarray(0, at), 0),
        pushed(framer, bytes.subarray(at), at),
        taken(framer.end())
      ]
      const expected = grouped(createGrouping({ preset })(), lines).map(group => group.join('\n').replace(/\n+$/, ''))
      expect(parts.flatMap(part => part.lines.map(({ text }) => text))).toEqual(expected)
    }),
    { numRuns: 200 }
  )
})
