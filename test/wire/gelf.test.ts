// Messages of GELF, whole and in chunks, compressed and not, with bounds on all that waits.

import { deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { defaultLimits, gelfChunks, gelfLine } from '#wire'

const message = Buffer.from('{"version":"1.1",\n "short_message":"한글\\n", "n":12345678901234567890}\r\n')
const line = '{"version":"1.1",  "short_message":"한글\\n", "n":12345678901234567890} '

describe('a message becomes a line', () => {
  test.each([
    ['plain', message],
    ['gzip', gzipSync(message)],
    ['zlib', deflateSync(message)]
  ])('%s', (_, bytes) => {
    expect(gelfLine(bytes, defaultLimits)).toEqual({ ok: line })
  })

  test.each([
    ['no JSON', Buffer.from('hello'), 'no JSON object: "hello"'],
    ['a list', Buffer.from('[1]'), 'no JSON object: "[1]"'],
    ['half of gzip', gzipSync(message).subarray(0, 20), 'gzip: unexpected end of file'],
    ['a bomb', gzipSync(Buffer.alloc(2 ** 24)), 'gzip: more than 4194304 bytes come of it'],
    ['a bomb of zlib', deflateSync(Buffer.alloc(2 ** 24)), 'zlib: more than 4194304 bytes come of it']
  ])('%s is refused', (_, bytes, error) => {
    expect(gelfLine(bytes, defaultLimits)).toEqual({ error })
  })
})

describe('chunks', () => {
  const chunk = (id: string, at: number, total: number, text: string): Buffer =>
    Buffer.concat([Buffer.from([0x1e, 0x0f]), Buffer.from(id.padEnd(8)), Buffer.from([at, total]), Buffer.from(text)])
  const create = () => gelfChunks({ messages: 3, bytes: 100 })

  test('are joined in whatever order they come, each sender’s apart', () => {
    const chunks = create()
    expect(chunks.push(chunk('a', 1, 3, 'B'), 'x', 0)).toEqual({ lost: 0 })
    expect(chunks.push(chunk('a', 0, 2, 'other'), 'y', 0)).toEqual({ lost: 0 })
    expect(chunks.push(chunk('a', 0, 3, 'A'), 'x', 1)).toEqual({ lost: 0 })
    expect(chunks.push(chunk('a', 0, 3, 'again'), 'x', 1)).toEqual({ lost: 0 })
    expect(chunks.push(chunk('a', 2, 3, 'C'), 'x', 2)).toEqual({ message: Buffer.from('ABC'), lost: 0 })
    expect(chunks.push(chunk('a', 1, 2, '!'), 'y', 2)).toEqual({ message: Buffer.from('other!'), lost: 0 })
  })

  test('a packet that is none is a message', () => {
    expect(create().push(message, 'x', 0)).toEqual({ message, lost: 0 })
  })

  test('that never become whole are given up after 5 s, and counted', () => {
    const chunks = create()
    chunks.push(chunk('a', 0, 3, 'A'), 'x', 0)
    chunks.push(chunk('a', 1, 3, 'B'), 'x', 4000)
    expect(chunks.expire(4999)).toBe(0)
    expect(chunks.push(chunk('b', 0, 2, 'A'), 'x', 5000)).toEqual({ lost: 2 })
    expect(chunks.expire(10_000)).toBe(1)
  })

  test('take no more room than they may: the oldest go first', () => {
    const chunks = create()
    for (const id of ['a', 'b', 'c']) expect(chunks.push(chunk(id, 0, 2, 'x'), 'x', 0).lost).toBe(0)
    expect(chunks.push(chunk('d', 0, 2, 'x'), 'x', 0).lost).toBe(1)
    expect(chunks.push(chunk('e', 0, 2, 'x'.repeat(98)), 'x', 0).lost).toBe(1)
    expect(chunks.push(chunk('f', 0, 2, 'x'.repeat(200)), 'x', 0).lost).toBe(4)
    expect(chunks.expire(1e9)).toBe(0)
  })

  test.each([chunk('a', 0, 0, 'x'), chunk('a', 2, 2, 'x'), chunk('a', 0, 129, 'x'), chunk('a', 0, 2, '')])(
    '%# that cannot be one is said to be none',
    packet => {
      expect(create().push(packet, 'x', 0)).toEqual({ lost: 0, error: expect.stringMatching(/^chunk \d+ of \d+ in/) })
    }
  )
})
