// Lines and skips of any bytes, however the bytes are torn into chunks.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFraming } from '#frame'
import type { Framed } from '#record'
import { pushed, taken } from './push.ts'

/** Frames chunks that follow each other, and the end where asked. */
function frame(
  chunks: readonly Buffer[],
  { maxLineBytes = 256, isMidCut = false, withEnd = false, from = 0 } = {}
): Framed {
  const framer = createFraming({ maxLineBytes }, undefined)({ isMidCut, forcedEnds: [] })
  const results: Framed[] = []
  let start = from
  for (const bytes of chunks) {
    results.push(pushed(framer, bytes, start))
    start += bytes.length
  }
  if (withEnd) results.push(taken(framer.end()))
  return { lines: results.flatMap(({ lines }) => lines), skips: results.flatMap(({ skips }) => skips) }
}

const texts = ({ lines }: Framed) => lines.map(({ text }) => text)

describe('lines', () => {
  test.each([
    { name: 'one line', bytes: 'a\n', lines: ['a'] },
    { name: 'several lines', bytes: 'a\nbc\n', lines: ['a', 'bc'] },
    { name: 'a return before the newline is part of it', bytes: 'a\r\nb\r\n', lines: ['a', 'b'] },
    { name: 'a return elsewhere is part of the line', bytes: 'a\rb\n', lines: ['a\rb'] },
    { name: 'an empty line is a line', bytes: '\n\r\na\n', lines: ['', '', 'a'] },
    { name: 'Korean', bytes: '에러: 서버\n', lines: ['에러: 서버'] },
    { name: 'what has no newline yet waits', bytes: 'a\nb', lines: ['a'] }
  ])('$name', ({ bytes, lines }) => {
    expect(texts(frame([Buffer.from(bytes)]))).toEqual(lines)
  })

  test('what has no newline at the end is a line', () => {
    expect(texts(frame([Buffer.from('a\nb')], { withEnd: true }))).toEqual(['a', 'b'])
  })

  test('many at once, short and long, are what they are one by one', () => {
    const length = fc.oneof({ weight: 20, arbitrary: fc.nat(9_000) }, fc.integer({ min: 60_000, max: 140_000 }))
    const line = fc.tuple(length, fc.constantFrom('a', '가', '\0', 'a\r')).map(([n, unit]) => `${unit.repeat(n)}\n`)
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), all => {
        const options = { maxLineBytes: 100_000 }
        const lines = all.map(text => Buffer.from(text))
        expect(frame([Buffer.concat(lines)], options)).toEqual(frame(lines, options))
      }),
      { numRuns: 30 }
    )
  })

  test('offsets count bytes and include the newline', () => {
    expect(frame([Buffer.from('가\r\nb\n')]).lines).toEqual([
      { text: '가', start: 0, end: 5, ordinal: 0 },
      { text: 'b', start: 5, end: 7, ordinal: 0 }
    ])
  })

  test('bytes that are no UTF-8 become replacement characters, and the line says so', () => {
    const { lines } = frame([Buffer.concat([Buffer.from([0x61, 0xff, 0x62, 0x0a]), Buffer.from('가\ufffd\n')])])
    expect(lines).toEqual([
      { text: 'a\ufffdb', start: 0, end: 4, ordinal: 0, isDamaged: true },
      { text: '가\ufffd', start: 4, end: 11, ordinal: 0 }
    ])
  })

  test.each([
    { name: 'alone', chunks: ['\ufeff', '\n'], text: '' },
    { name: 'with a line', chunks: ['\ufeffa\n'], text: 'a' },
    { name: 'with the longest line, torn', chunks: ['\ufeffx', `${'x'.repeat(255)}\r`, '\n'], text: 'x'.repeat(256) },
    { name: 'at the end of what there is', chunks: ['\ufeffa'], text: 'a' }
  ])('a byte order mark at the beginning is skipped: $name', ({ chunks, text }) => {
    const framed = frame(
      chunks.map(chunk => Buffer.from(chunk)),
      { withEnd: true }
    )
    expect(framed.skips).toEqual([{ start: 0, end: 3, reason: 'bom' }])
    expect(framed.lines).toMatchObject([{ text, start: 3 }])
  })

  test('a byte order mark elsewhere is part of its line', () => {
    expect(texts(frame([Buffer.from('a\n\ufeffb\n')]))).toEqual(['a', '\ufeffb'])
  })
})

describe('NULs before a line', () => {
  const hole = (length: number) => '\0'.repeat(length)

  test.each([
    { name: 'at the beginning of the file', text: `${hole(5)}a\n`, lines: [['a', 5, 7]], skips: [[0, 5]] },
    {
      name: 'between lines',
      text: `a\n${hole(3)}b\n`,
      lines: ['a', 'b'].map((l, i) => [l, i * 5, i * 5 + 2]),
      skips: [[2, 5]]
    },
    { name: 'before Korean', text: `${hole(2)}가\n`, lines: [['가', 2, 6]], skips: [[0, 2]] },
    { name: 'before a newline', text: `${hole(2)}\n`, lines: [['', 2, 3]], skips: [[0, 2]] },
    { name: 'and nothing after them', text: hole(700), lines: [], skips: [[0, 700]] },
    {
      name: 'more than a block of them',
      text: `${hole(200_000)}a\n`,
      lines: [['a', 200_000, 200_002]],
      skips: [[0, 200_000]]
    }
  ])('are skipped as a hole: $name', ({ text, lines, skips }) => {
    const framed = frame([Buffer.from(text)], { withEnd: true })
    expect(framed.lines.map(({ text, start, end }) => [text, start, end])).toEqual(lines)
    expect(framed.skips).toEqual(skips.map(([start, end]) => ({ start, end, reason: 'nul hole' })))
  })

  test('are skipped however they are torn, however many, without being kept', () => {
    const chunks = [hole(100_000), hole(1), `${hole(262_144)}a\n`].map(text => Buffer.from(text))
    const framed = frame(chunks)
    expect(texts(framed)).toEqual(['a'])
    expect(framed.skips.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(362_145)
  })

  test('are part of the line elsewhere', () => {
    expect(frame([Buffer.from('a\0b\0\nc\0\0'), Buffer.from('\0\n')])).toMatchObject({
      lines: [{ text: 'a\0b\0' }, { text: 'c\0\0\0' }],
      skips: []
    })
  })
})

describe('a line that is too long', () => {
  const long = 'x'.repeat(300)

  test('is cut and its rest is skipped up to its newline', () => {
    expect(frame([Buffer.from(`${long}\nb\n`)])).toEqual({
      lines: [
        { text: 'x'.repeat(256), start: 0, end: 256, ordinal: 0, isCut: true },
        { text: 'b', start: 301, end: 303, ordinal: 0 }
      ],
      skips: [{ start: 256, end: 301, reason: 'cut', isOpen: false }]
    })
  })

  test('is cut before a character that would be torn', () => {
    expect(texts(frame([Buffer.from(`${'x'.repeat(255)}가나\n`)]))).toEqual(['x'.repeat(255)])
  })

  test('is passed over to its newline by a framer that begins within it', () => {
    expect(frame([Buffer.from('xxx\nb\n')], { isMidCut: true })).toEqual({
      lines: [{ text: 'b', start: 4, end: 6, ordinal: 0 }],
      skips: [{ start: 0, end: 4, reason: 'cut', isOpen: false }]
    })
  })

  test('may be as long as the longest with a return and a newline on top', () => {
    const exact = 'x'.repeat(256)
    expect(texts(frame([Buffer.from(exact), Buffer.from('\r'), Buffer.from('\n')]))).toEqual([exact])
  })
})

const piece = fc.oneof(
  fc.constantFrom(
    '\ufeff',
    '\0',
    '\0'.repeat(300),
    '\n',
    '\r\n',
    '\r',
    '가',
    'ab',
    'x'.repeat(255),
    'x'.repeat(256),
    'y'.repeat(300),
    '🙂'
  ),
  fc.string({ maxLength: 40 })
)

test('however the bytes are torn, lines are the same and every byte is part of one line or one skip', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.array(fc.nat(200), { maxLength: 40 }), (pieces, sizes) => {
      const bytes = Buffer.from(pieces.join(''))
      const chunks: Buffer[] = []
      let at = 0
      for (const size of sizes) {
        chunks.push(bytes.subarray(at, at + size))
        at += size
      }
      chunks.push(bytes.subarray(at))
      const torn = frame(chunks, { withEnd: true })
      const whole = frame([bytes], { withEnd: true })
      expect(torn.lines).toEqual(whole.lines)
      let reached = 0
      for (const { start, end } of [...torn.lines, ...torn.skips].sort((a, b) => a.start - b.start)) {
        expect(start).toBe(reached)
        reached = end
      }
      expect(reached).toBe(bytes.length)
    })
  )
})

test('a framer that goes on from any line or skip finds the lines that were left', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), fc.nat(), (pieces, pick) => {
      const bytes = Buffer.from(pieces.join(''))
      const halves = [bytes.subarray(0, bytes.length >> 1), bytes.subarray(bytes.length >> 1)]
      const all = frame(halves)
      const spans = [...all.lines, ...all.skips].sort((a, b) => a.start - b.start)
      const from = spans[pick % (spans.length + 1)]
      if (from === undefined) return
      const isMidCut = 'isCut' in from || ('isOpen' in from && from.isOpen === true)
      const rest = frame([bytes.subarray(from.end)], { isMidCut, from: from.end })
      expect(texts(rest)).toEqual(texts({ lines: all.lines.filter(({ start }) => start >= from.end), skips: [] }))
    })
  )
})
