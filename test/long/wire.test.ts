// A million frames that no logger sent: none throws, and none takes more memory than its limits allow.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultLimits, fluentMessage, formLine, gelfLine, recordLine } from '#wire'

const RUNS = 1_000_000
const opcodes = '(.012FIJKLMNRSTUVXabc}egh]qstu\x80\x81\x85\x86\x87\x88\x8a\x8c\x8f\x90\x91\x93\x94)'
const piece = fc.oneof(
  fc.constantFrom(...opcodes),
  fc.constantFrom(
    'X\x03\0\0\0msg',
    'X\x04\0\0\0args',
    "S'%5s %r'\n",
    'cbuiltins\nset\n',
    'cdatetime\ndatetime\n',
    'q\x01h\x01',
    ')R',
    '}('
  ),
  fc.string({ unit: fc.integer({ min: 0, max: 255 }).map(code => String.fromCharCode(code)), maxLength: 6 })
)

test(`takes ${RUNS} of them`, () => {
  const limits = { ...defaultLimits, frameBytes: 65_536 }
  const before = process.memoryUsage().rss
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), pieces => {
      const frame = Buffer.from(`}(${pieces.join('')}u.`, 'latin1')
      for (const read of [recordLine, gelfLine, fluentMessage]) {
        const answer = read(frame, limits)
        if ('error' in answer) expect(answer.error).not.toBe('')
      }
      const line = formLine(`msg=%25s&args=(${pieces.join('')}`, limits)
      if ('ok' in line) JSON.parse(line.ok)
    }),
    { numRuns: RUNS }
  )
  expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 29)
})
