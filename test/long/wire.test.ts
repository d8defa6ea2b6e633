// A million frames that no logger sent, through all that reads what comes over a network: none throws, none runs anything,
// and none takes more memory than its limits allow.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileParser } from '#parse'
import {
  datagramLine,
  defaultLimits,
  delimited,
  fluentHandshake,
  fluentMessage,
  formLine,
  gelfChunks,
  gelfLine,
  lengthPrefixed,
  msgpackFrames,
  recordLine,
  syslogFrames
} from '#wire'
import { answerTo } from '../../src/source/listen/http-answer.ts'

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

const LONGEST = 1_024
const limits = { ...defaultLimits, frameBytes: 65_536 }
const chunks = gelfChunks({ messages: 64, bytes: 65_536 })
const handshake = fluentHandshake('secret', new Uint8Array(16))
const syslog = compileParser({ format: 'syslog' })
const headers = ['application/json', 'application/x-www-form-urlencoded', 'text/plain']
const paths = ['/', '/_bulk', '/logs/_doc', '/log']

/** A connection's bytes, in two parts; what is held back is bounded. */
function cut(bytes: Buffer, at: number): void {
  const all = [lengthPrefixed(LONGEST), delimited(0, LONGEST), syslogFrames(LONGEST), msgpackFrames(LONGEST)]
  for (const cutter of all) {
    for (const part of [bytes.subarray(0, at), bytes.subarray(at)]) {
      for (const frame of cutter.push(part).frames) expect(frame.length).toBeLessThanOrEqual(LONGEST)
    }
    expect(cutter.heldBytes).toBeLessThanOrEqual(LONGEST + 16)
    cutter.end()
  }
}

test(`takes ${RUNS} of them`, () => {
  const before = process.memoryUsage().rss
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.nat(2 ** 16), (pieces, number) => {
      const text = pieces.join('')
      const frame = Buffer.from(`}(${text}u.`, 'latin1')
      for (const read of [recordLine, datagramLine, gelfLine, fluentMessage]) {
        const answer = read(frame, limits)
        if ('error' in answer) expect(answer.error).not.toBe('')
      }
      const bytes = Buffer.from(text, 'latin1')
      cut(bytes, number % (bytes.length + 1))
      chunks.push(Buffer.concat([Buffer.from([0x1e, 0x0f]), bytes]), String(number % 8), number)
      expect(handshake.check(bytes)).toHaveProperty('error')
      syslog.parse(`<${number % 200}>${text}`, {})
      const line = formLine(`msg=%25s&args=(${text}`, limits)
      if ('ok' in line) JSON.parse(line.ok)
      const asked = { method: 'POST', path: paths[number % 4] ?? '/', query: new URLSearchParams(), body: bytes }
      const { status } = answerTo({ ...asked, type: headers[number % 3] ?? '' }, '')
      expect([200, 201, 400]).toContain(status)
    }),
    { numRuns: RUNS }
  )
  expect(process.memoryUsage().rss - before).toBeLessThan(2 ** 29)
  expect(Object.keys(Object.prototype)).toEqual([])
})
