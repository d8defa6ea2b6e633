// The encodings of one and two bytes that the Encoding Standard names, against Python's codecs.

import { describe, expect, test } from 'vitest'
import { encodingNames, isEncoding } from '#frame'
import { frame, texts, torn, written } from './frame.ts'

/** Lines as Python writes them. */
const writtenLines = (codec: string, lines: readonly string[]) =>
  written(
    codec,
    lines
      .map(
        line => `${line}
`
      )
      .join('')
  )

/** Runs of code points, one line for each 32. */
function lines(...ranges: readonly (readonly [from: number, to: number])[]): string[] {
  const characters = ranges.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i))
  )
  return Array.from({ length: Math.ceil(characters.length / 32) }, (_, i) =>
    characters.slice(i * 32, i * 32 + 32).join('')
  )
}

const syllables = lines([0xac00, 0xd7a3])
const cyrillic = ['ошибка: сервер не отвечает', 'ПРИВЕТ']
const western = ['Größe: 5 µm, “naïve” – 20 €', 'élève à Zürich']
const japanese = ['エラー: サーバー停止 ソ表', '日本語のログ']

test.each([
  { encoding: 'cp949', codec: 'cp949', text: [...syllables, '똠방각하 펲시콜라', '漢字 → ± € ®'] },
  { encoding: 'euc-kr', codec: 'euc_kr', text: ['오류: 서버가 응답하지 않습니다'] },
  { encoding: 'latin1', codec: 'cp1252', text: western },
  { encoding: 'Windows-1252', codec: 'cp1252', text: western },
  { encoding: 'ISO-8859-15', codec: 'iso8859_15', text: ['Œuvre à 20 €'] },
  { encoding: 'windows-1251', codec: 'cp1251', text: cyrillic },
  { encoding: 'koi8-r', codec: 'koi8_r', text: cyrillic },
  { encoding: 'ibm866', codec: 'cp866', text: cyrillic },
  { encoding: 'shift_jis', codec: 'cp932', text: japanese },
  { encoding: 'euc-jp', codec: 'euc_jp', text: japanese },
  { encoding: 'iso-2022-jp', codec: 'iso2022_jp', text: [...japanese, 'plain', '日本'] },
  { encoding: 'gbk', codec: 'gbk', text: ['错误：服务器没有响应', ...lines([0x4e00, 0x4fff])] },
  { encoding: 'gb18030', codec: 'gb18030', text: ['错误 😀 \u{2f81a}', ...lines([0xac00, 0xacff])] },
  { encoding: 'big5', codec: 'big5', text: ['錯誤：伺服器沒有回應', '許功蓋'] }
])('$encoding is what Python writes as $codec, wherever reads tear it', ({ encoding, codec, text }) => {
  const bytes = writtenLines(codec, text)
  const whole = frame([bytes], { encoding })
  expect(texts(whole)).toEqual(text)
  expect(whole.lines.some(({ isDamaged }) => isDamaged)).toBe(false)
  expect(whole.lines.at(-1)?.end).toBe(bytes.length)
  expect(frame(torn(bytes, [1, 2, 5, 6, 7, 30, 31, 100]), { encoding })).toEqual(whole)
})

test('every name of the standard is an encoding, in any case, and so is what people call CP949', () => {
  for (const name of [...encodingNames, 'CP949', 'ms949', 'KS_C_5601-1987', 'UTF-16', 'utf8', 'latin1', 'sjis'])
    expect([name, isEncoding(name)]).toEqual([name, true])
  for (const name of ['utf-32', 'utf-7', 'replacement', 'korean-ish'])
    expect([name, isEncoding(name)]).toEqual([name, false])
})

describe('CP949', () => {
  const encoding = 'cp949'

  test('what is no character becomes U+FFFD, the ASCII behind it stays, and the line says so', () => {
    const bytes = Buffer.from([0xb0, 0x0a, 0xb0, 0xa1, 0xff, 0x41, 0x0a, 0xb0, 0x20, 0x80, 0x0a, 0xb0])
    expect(frame([bytes], { encoding }).lines).toEqual([
      { text: '\ufffd', start: 0, end: 2, ordinal: 0, isDamaged: true },
      { text: '가\ufffdA', start: 2, end: 7, ordinal: 0, isDamaged: true },
      { text: '\ufffd \ufffd', start: 7, end: 11, ordinal: 0, isDamaged: true },
      { text: '\ufffd', start: 11, end: 12, ordinal: 0, isDamaged: true }
    ])
  })

  test.each([
    { name: 'between characters', before: 'x'.repeat(254), kept: `${'x'.repeat(254)}가` },
    { name: 'before a character that would be torn', before: 'x'.repeat(255), kept: 'x'.repeat(255) }
  ])('a line that is too long is cut $name', ({ before, kept }) => {
    const framed = frame([writtenLines('cp949', [`${before}가나다라`, 'b'])], { encoding })
    expect(framed.lines).toMatchObject([{ text: kept, isCut: true }, { text: 'b' }])
    expect(framed.lines[0]).not.toHaveProperty('isDamaged')
    expect(framed.skips[0]?.start).toBe(framed.lines[0]?.end)
  })
})
