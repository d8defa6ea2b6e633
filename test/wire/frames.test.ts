// Streams of frames are cut alike wherever their packets end, and what no sender should send ends them.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Cutter, delimited, lengthPrefixed, syslogFrames } from '#wire'

const MAX = 300

const withLength = (frame: Buffer): Buffer => {
  const header = Buffer.alloc(4)
  header.writeUInt32BE(frame.length)
  return Buffer.concat([header, frame])
}
const ended = (frame: Buffer): Buffer => Buffer.from(`${text(frame)}\n`, 'latin1')
const counted = (frame: Buffer): Buffer => Buffer.concat([Buffer.from(`${frame.length + 3} <1>`), frame])
/** Nothing that a line cannot hold. */
const text = (frame: Buffer): string => frame.toString('latin1').replace(/[\r\n]/g, '.')

const KINDS: readonly [string, () => Cutter, (frame: Buffer) => Buffer, (frame: Buffer) => string][] = [
  ['a length in four bytes', () => lengthPrefixed(MAX), withLength, frame => frame.toString('latin1')],
  ['a newline', () => delimited(0x0a, MAX), ended, text],
  ['octet counting', () => syslogFrames(MAX + 3), counted, frame => `<1>${frame.toString('latin1')}`],
  [
    'newlines of syslog',
    () => syslogFrames(MAX + 3),
    frame => ended(Buffer.concat([Buffer.from('<1>'), frame])),
    frame => `<1>${text(frame)}`
  ]
]

describe.each(KINDS)('frames by %s', (_, create, write, read) => {
  test('come whole wherever the stream is cut', () => {
    const frame = fc.uint8Array({ minLength: 0, maxLength: MAX }).map(bytes => Buffer.from(bytes))
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), fc.array(fc.nat(40), { minLength: 1 }), (frames, sizes) => {
        const stream = Buffer.concat(frames.map(write))
        const cutter = create()
        const found: string[] = []
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = 1 + (sizes[i % sizes.length] ?? 0)
          const cut = cutter.push(stream.subarray(at, at + size))
          expect(cut.error).toBeUndefined()
          found.push(...cut.frames.map(bytes => bytes.toString('latin1')))
          at += size
        }
        expect(found).toEqual(frames.map(read))
        expect(cutter.heldBytes).toBe(0)
        expect(cutter.end()).toEqual({ frames: [] })
      }),
      { numRuns: 300 }
    )
  })
})

describe('what ends a stream', () => {
  test.each<[string, Cutter, string, string[], string]>([
    [
      'a frame too long',
      lengthPrefixed(10),
      '\0\0\0\x02ab\0\0\0\x0bxx',
      ['ab'],
      'a frame of 11 bytes is announced; at most 10 are allowed'
    ],
    ['a line too long', delimited(10, 5), 'ab\r\nabcdef', ['ab'], 'more than 5 bytes came without a newline'],
    ['a message too long', delimited(0, 5), 'ab\0abcdef', ['ab'], 'more than 5 bytes came without a byte 0x00'],
    [
      'a count too large',
      syslogFrames(50),
      '5 <1>ab51 <1>',
      ['<1>ab'],
      'a message of 51 bytes is announced; at most 50 are allowed'
    ],
    ['a count without a blank', syslogFrames(50), '5<1>ab', [], 'a length and a blank are expected, found "5<1>ab"'],
    [
      'a count that never ends',
      syslogFrames(50),
      '1'.repeat(11),
      [],
      'a length and a blank are expected, found "1111111111"'
    ]
  ])('%s', (_, cutter, stream, frames, error) => {
    const cut = cutter.push(Buffer.from(stream, 'latin1'))
    expect({ ...cut, frames: cut.frames.map(String) }).toEqual({ frames, error })
    expect(cutter.push(Buffer.from('more\n'))).toEqual({ frames: [], error })
    expect(cutter.heldBytes).toBe(0)
  })

  test('a connection that ends within a frame says so, and within a line leaves the line', () => {
    const frame = lengthPrefixed(10)
    frame.push(Buffer.from('\0\0\0\x05ab', 'latin1'))
    expect(frame.end()).toEqual({ frames: [], error: 'a frame is cut off behind 6 bytes' })
    const line = delimited(10, 10)
    line.push(Buffer.from('half'))
    expect(line.end().frames.map(String)).toEqual(['half'])
  })
})
