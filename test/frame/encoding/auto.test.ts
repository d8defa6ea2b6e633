// `auto`: the encoding of a file is decided by its bytes, once, and as late as it can be.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { frame, texts, torn, written } from './frame.ts'

const auto = { encoding: 'auto' }
const ascii = '2026-11-20 23:11:52 INFO started\n'
const korean = '2026-11-20 23:11:53 ERROR 주문 서버가 응답하지 않습니다 (똠방각하)\n'
const western = '2026-11-20 23:11:53 ERROR Größe überschritten, à Genève\n'

describe('a file is recognised', () => {
  test.each([
    { codec: 'utf-8', text: ascii + korean, decided: 'utf-8' },
    { codec: 'utf-8', text: western, decided: 'utf-8' },
    { codec: 'utf-8-sig', text: ascii, decided: 'utf-8' },
    { codec: 'utf-16', text: korean, decided: 'utf-16le' },
    { codec: 'utf-16-le', text: ascii + korean, decided: 'utf-16le' },
    { codec: 'utf-16-be', text: korean, decided: 'utf-16be' },
    { codec: 'utf-16-be', text: `\n${ascii}`, decided: 'utf-16be' },
    { codec: 'cp949', text: ascii + korean, decided: 'euc-kr' },
    { codec: 'cp949', text: '실패\n', decided: 'euc-kr' },
    { codec: 'cp1252', text: ascii + western, decided: 'windows-1252' },
    { codec: 'cp1252', text: 'Änderung “Ö”: créée, 20°C\n', decided: 'windows-1252' },
    { codec: 'ascii', text: ascii, decided: undefined }
  ])('$codec: $decided', ({ codec, text, decided }) => {
    const bytes = written(codec, text)
    for (const chunks of [[bytes], torn(bytes, [1, 2, 3, 40, 41, 62, 63, 64, 65])]) {
      const framed = frame(chunks, auto)
      expect(framed.decided).toBe(decided)
      expect(`${texts(framed).join('\n')}\n`).toBe(text)
    }
  })

  test('by most of its characters where some are damaged', () => {
    for (const codec of ['utf-8', 'cp949']) {
      const bytes = written(codec, '오류가 발생했습니다: 주문 서버가 응답하지 않습니다\n')
      const { decided, lines } = frame([bytes.fill(0xff, 8, 9)], auto)
      expect(decided).toBe(codec === 'utf-8' ? codec : 'euc-kr')
      expect(lines[0]?.isDamaged).toBe(true)
    }
  })

  test('behind a hole of NULs at its beginning', () => {
    for (const [codec, decided] of [
      ['utf-16-le', 'utf-16le'],
      ['utf-16-be', 'utf-16be'],
      ['cp949', 'euc-kr']
    ] as const) {
      const bytes = Buffer.concat([Buffer.alloc(1000), written(codec, korean)])
      const framed = frame(torn(bytes, [1, 501, 1001]), auto)
      expect(framed.decided).toBe(decided)
      expect(texts(framed)).toEqual([korean.trimEnd()])
    }
  })
})

test('lines of ASCII are given out before anything is decided, and the line that decides once it is whole', () => {
  const bytes = written('cp949', korean)
  const framed = frame([Buffer.from(ascii), bytes.subarray(0, 30), bytes.subarray(30)], auto)
  expect(texts(framed)).toEqual([ascii.trimEnd(), korean.trimEnd()])
  expect(frame([Buffer.from(ascii), bytes.subarray(0, 30)], auto).lines).toHaveLength(2)
})

test('what was decided stays, whatever comes later and wherever reading begins again', () => {
  const later = written('cp1252', western)
  const first = frame([written('cp949', korean), later], auto)
  expect(first.decided).toBe('euc-kr')
  const again = frame([later], { ...auto, decided: first.decided, from: 64 })
  expect(texts(again)).toEqual(texts(first).slice(1))
  expect(again.decided).toBe('euc-kr')
})

test('an encoding that a person names counts more than one that was decided', () => {
  expect(texts(frame([written('cp1252', western)], { encoding: 'latin1', decided: 'euc-kr', from: 64 }))).toEqual([
    western.trimEnd()
  ])
})

test('any bytes are accounted for, however they are torn', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .constantFrom('\n', '\0'.repeat(9), 'a\0', '\ufeff', '가', 'abc\n', '\xff\xfe')
      .map(text => Buffer.from(text, 'latin1'))
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat()), (pieces, places) => {
      const bytes = Buffer.concat(pieces)
      const { lines, skips } = frame(torn(bytes, places), auto)
      let at = 0
      for (const { start, end } of [...lines, ...skips].sort((a, b) => a.start - b.start)) {
        expect(start).toBe(at)
        at = end
      }
      expect(at).toBe(bytes.length)
    }),
    { numRuns: 300 }
  )
})
