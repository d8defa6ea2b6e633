// UTF-16 in both orders of bytes: newlines are two bytes, offsets stay bytes of the file, wherever reads tear it.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { frame, texts, torn } from './frame.ts'

const le = (text: string) => Buffer.from(text, 'utf16le')
const be = (text: string) => le(text).swap16()
const orders = [
  { encoding: 'utf-16le', bytesOf: le },
  { encoding: 'utf-16be', bytesOf: be }
]

describe.each(orders)('$encoding', ({ encoding, bytesOf }) => {
  test('lines end at newlines of two bytes, whatever bytes their characters have', () => {
    const text = 'ab\r\n가\u0a0a\u0a00\u000b상\n\n끝'
    expect(frame([bytesOf(text)], { encoding }).lines).toEqual([
      { text: 'ab', start: 0, end: 8, ordinal: 0 },
      { text: '가\u0a0a\u0a00\u000b상', start: 8, end: 20, ordinal: 0 },
      { text: '', start: 20, end: 22, ordinal: 0 },
      { text: '끝', start: 22, end: 24, ordinal: 0 }
    ])
  })

  test('a byte order mark at the beginning is skipped', () => {
    const framed = frame([bytesOf('\ufeffa\nb\n')], { encoding })
    expect(framed.skips).toEqual([{ start: 0, end: 2, reason: 'bom' }])
    expect(texts(framed)).toEqual(['a', 'b'])
  })

  test('a half of a surrogate pair becomes U+FFFD, and the line says so', () => {
    const framed = frame([bytesOf('a\ud83db\nc\ufffd\n')], { encoding })
    expect(framed.lines).toMatchObject([{ text: 'a\ufffdb', isDamaged: true }, { text: 'c\ufffd' }])
    expect(framed.lines[1]).not.toHaveProperty('isDamaged')
  })

  test('a line that is too long is cut before a pair that would be torn', () => {
    const framed = frame([bytesOf(`${'x'.repeat(127)}😀yz\nb\n`)], { encoding })
    expect(framed.lines).toMatchObject([
      { text: 'x'.repeat(127), start: 0, end: 254, isCut: true },
      { text: 'b', start: 264, end: 268 }
    ])
    expect(framed.skips).toEqual([{ start: 254, end: 264, reason: 'cut', isOpen: false }])
  })

  test('NULs before a line are a hole, a character with a NUL byte is none', () => {
    const framed = frame([bytesOf(`a\n${'\0'.repeat(5)}가\n`)], { encoding })
    expect(texts(framed)).toEqual(['a', '가'])
    expect(framed.skips).toEqual([{ start: 4, end: 14, reason: 'nul hole' }])
  })

  test('a line that was forced to end within a character goes on behind it, and nothing is lost', () => {
    const bytes = bytesOf('ab\n가나\n')
    const framed = frame(torn(bytes, [3, 8]), { encoding, forcedEnds: [7] as never })
    expect(framed.lines).toMatchObject([
      { text: 'ab', start: 0, end: 6 },
      { start: 6, end: 7, isDamaged: true },
      { start: 7, end: 8, isDamaged: true },
      { text: '나', start: 8, end: 12 }
    ])
  })

  test('any text comes back, with the same offsets, however it is torn', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 20 }).map(text => text.replace(/[\0\r\n\ufeff]/g, ''))
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat()), (lines, places) => {
        const bytes = bytesOf(lines.map(text => `${text}\n`).join(''))
        const whole = frame([bytes], { encoding, maxLineBytes: 65_536 })
        expect(texts(whole)).toEqual(lines)
        expect(frame(torn(bytes, places), { encoding, maxLineBytes: 65_536 })).toEqual(whole)
      })
    )
  })

  test('any bytes are accounted for, however they are torn', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), fc.array(fc.nat()), (array, places) => {
        const bytes = Buffer.from(array)
        const { lines, skips } = frame(torn(bytes, places), { encoding })
        const spans = [...lines, ...skips].sort((a, b) => a.start - b.start)
        let at = 0
        for (const { start, end } of spans) {
          expect(start).toBe(at)
          at = end
        }
        expect(at).toBe(bytes.length)
      })
    )
  })
})

test.each(orders)('a byte order mark decides whatever is configured: $encoding', ({ encoding, bytesOf }) => {
  const bytes = bytesOf('\ufeff가\nb\n')
  const others = ['utf-8', 'cp949', 'auto', encoding === 'utf-16le' ? 'utf-16be' : 'utf-16le']
  for (const other of others) {
    for (const chunks of [[bytes], torn(bytes, [1, 2, 3])]) {
      const framed = frame(chunks, { encoding: other })
      expect([texts(framed), framed.decided]).toEqual([['가', 'b'], encoding])
    }
    const resumed = frame([bytes.subarray(6)], { encoding: other, decided: encoding, from: 6 })
    expect(texts(resumed)).toEqual(['b'])
  }
})
