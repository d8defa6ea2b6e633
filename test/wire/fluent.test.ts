// Messages of the forward protocol in all its modes, and what no forwarder sends.

import { gzipSync } from 'node:zlib'
import { decode, ExtData, encode } from '@msgpack/msgpack'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultLimits, fluentAck, fluentMessage, msgpackFrames } from '#wire'

const eventTime = (seconds: number, nanoseconds: number): ExtData => {
  const data = Buffer.alloc(8)
  data.writeUInt32BE(seconds)
  data.writeUInt32BE(nanoseconds, 4)
  return new ExtData(0, new Uint8Array(data))
}
const at = eventTime(1795183912, 915_123_456)
const stamp = '2026-11-20T14:11:52.915123456Z'
const packed = Buffer.concat([encode([at, { log: '하나' }]), encode([1795183912, { log: 'b' }])])
const both = [
  { '@timestamp': stamp, 'fluent.tag': 'app.web', log: '하나' },
  { '@timestamp': '2026-11-20T14:11:52.000Z', 'fluent.tag': 'app.web', log: 'b' }
]

describe('each mode makes a line of each entry', () => {
  test.each<[string, unknown, object[], string | undefined]>([
    ['Message', ['app.web', at, { log: '하나' }], both.slice(0, 1), undefined],
    ['Message with a chunk', ['app.web', at, { log: '하나' }, { chunk: 'p8n9' }], both.slice(0, 1), 'p8n9'],
    [
      'Message with metadata',
      ['app.web', [at, { a: 1 }], { log: '하나' }],
      [{ ...both[0], 'fluent.metadata': { a: 1 } }],
      undefined
    ],
    [
      'Forward',
      [
        'app.web',
        [
          [at, { log: '하나' }],
          [1795183912, { log: 'b' }]
        ],
        { chunk: 'x' }
      ],
      both,
      'x'
    ],
    ['Forward with metadata', ['app.web', [[[at, {}], { log: '하나' }]]], both.slice(0, 1), undefined],
    ['PackedForward', ['app.web', packed, { size: 2, chunk: 'x' }], both, 'x'],
    ['PackedForward as text', ['app.web', encode([1795183912, { log: 'b' }]), {}], both.slice(1), undefined],
    ['CompressedPackedForward', ['app.web', gzipSync(packed), { compressed: 'gzip' }], both, undefined],
    [
      'members of gzip',
      ['app.web', Buffer.concat([gzipSync(packed), gzipSync(packed)]), { compressed: 'gzip' }],
      [...both, ...both],
      undefined
    ],
    [
      'a record that is text',
      ['app.web', at, '하나'],
      [{ '@timestamp': stamp, 'fluent.tag': 'app.web', message: '하나' }],
      undefined
    ],
    ['no entries', ['app.web', []], [], undefined]
  ])('%s', (_, message, lines, chunk) => {
    const read = fluentMessage(encode(message), defaultLimits)
    expect('ok' in read ? { ...read.ok, lines: read.ok.lines.map(line => JSON.parse(line)) } : read).toEqual({
      lines,
      chunk
    })
  })

  test('values keep what JSON can hold of them', () => {
    const record = {
      big: 2n ** 63n,
      nan: Number.NaN,
      bytes: new Uint8Array([0x61, 0xff]),
      list: [null, true, { a: [] }]
    }
    const read = fluentMessage(encode(['t', 1, record], { useBigInt64: true }), defaultLimits)
    expect('ok' in read && JSON.parse(read.ok.lines[0] ?? '')).toMatchObject({
      big: '9223372036854775808',
      nan: 'NaN',
      bytes: 'a\\xff',
      list: [null, true, { a: [] }]
    })
  })

  test('an acknowledgement repeats the chunk', () => {
    expect(decode(fluentAck('p8n9'))).toEqual({ ack: 'p8n9' })
  })
})

describe('what is refused', () => {
  const deep = Buffer.concat([
    Buffer.from([0x93, 0xa1, 0x74, 0x01, 0x81, 0xa1, 0x61]),
    Buffer.alloc(10_000, 0x91),
    Buffer.from([0xc0])
  ])
  test.each<[string, Uint8Array, RegExp]>([
    ['no list', encode({ a: 1 }), /no list/],
    ['no tag', encode([1, 2, {}]), /no list that begins with a tag/],
    ['no time', encode(['t', 'x', {}]), /cut off|no pair/],
    ['no record', encode(['t', 1, 7]), /no pair/],
    ['a time of another kind', encode(['t', new ExtData(7, new Uint8Array(8)), {}]), /no pair/],
    ['packed bytes that are cut', encode(['t', packed.subarray(0, 9)]), /cut off/],
    ['a list of 4 billion', Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff]), /cut off/],
    ['a bomb', encode(['t', gzipSync(Buffer.alloc(2 ** 25)), { compressed: 'gzip' }]), /more than 16777216 bytes/],
    ['__proto__', encode(['t', 1, JSON.parse('{"__proto__":1}')]), /__proto__/],
    ['ten thousand lists within each other', deep, /deeper than 40/]
  ])('%s', (_, frame, error) => {
    expect(fluentMessage(frame, defaultLimits)).toEqual({ error: expect.stringMatching(error) })
  })

  test.each([
    ['a byte that begins nothing', [0xc1], 'byte 0xc1 begins no value'],
    ['a text of 4 GiB', [0xdb, 0xff, 0xff, 0xff, 0xff], 'more than 1000 bytes are announced'],
    ['a map of 4 billion', [0xdf, 0xff, 0xff, 0xff, 0xff], 'more than 1000 bytes are announced']
  ])('a stream with %s', (_, bytes, error) => {
    expect(msgpackFrames(1000).push(Buffer.from(bytes))).toEqual({ frames: [], error })
  })
})

test('values are cut out of a stream wherever its packets end', () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.uint8Array(),
    fc.double(),
    fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
    fc.string({ maxLength: 70_000, minLength: 0 })
  )
  fc.assert(
    fc.property(fc.array(value, { maxLength: 5 }), fc.integer({ min: 1, max: 50 }), (values, size) => {
      const frames = values.map(one => Buffer.from(encode(one, { useBigInt64: true })))
      const stream = Buffer.concat(frames)
      const cutter = msgpackFrames(2 ** 20)
      const found: string[] = []
      for (let i = 0; i < stream.length; i += size) {
        const cut = cutter.push(stream.subarray(i, i + size))
        expect(cut.error).toBeUndefined()
        found.push(...cut.frames.map(frame => frame.toString('hex')))
      }
      expect(found).toEqual(frames.map(frame => frame.toString('hex')))
    }),
    { numRuns: 200 }
  )
})

test('5,000 messages that were changed at random are read or refused', () => {
  const frame = Buffer.from(encode(['app.web', packed, { size: 2, chunk: 'x' }]))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(frame.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 }), changes => {
      const mutated = Buffer.from(frame)
      for (const [place, code] of changes) mutated[place] = code
      const read = fluentMessage(mutated, defaultLimits)
      if ('ok' in read) for (const line of read.ok.lines) JSON.parse(line)
      else expect(read.error).not.toBe('')
    }),
    { numRuns: 5000 }
  )
})
