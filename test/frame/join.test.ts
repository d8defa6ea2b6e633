// Lines that belong together: pieces that a container runtime has split, groups, and streams that are interleaved.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFraming, type FrameOptions, type Framer, type MultilineOptions } from '#frame'
import { type Framed, type Line, type Offset, offset } from '#record'
import { pushed } from './push.ts'

const dated: MultilineOptions = { startsWith: '^\\d', maxLines: 4, timeoutMs: 1_000 }

function framer(options: Partial<FrameOptions> = {}, multiline?: MultilineOptions, forcedEnds: Offset[] = []): Framer {
  return createFraming({ maxLineBytes: 1_000, ...options }, multiline)({ isMidCut: false, forcedEnds })
}

function push(to: Framer, text: string, start = 0): Framed {
  return pushed(to, Buffer.from(text), start)
}

/** Text and span of each line. */
const places = (lines: readonly Line[]) => lines.map(({ text, start, end, ordinal }) => [text, start, end, ordinal])

describe('groups', () => {
  test('hold all lines up to the next beginning, newlines included in the span', () => {
    const { lines } = push(framer({}, dated), '1 a\n  b\n  c\n2 d\n')
    expect(places(lines)).toEqual([['1 a\n  b\n  c', 0, 12, 0]])
  })

  test('end before a hole of NULs', () => {
    const { lines, skips } = push(framer({}, dated), '1 a\n  b\n\0\0\0  c\n2 d\n3 e\n')
    expect(places(lines)).toEqual([
      ['1 a\n  b', 0, 8, 0],
      ['  c', 11, 15, 0],
      ['2 d', 15, 19, 0]
    ])
    expect(skips).toEqual([{ start: 8, end: 11, reason: 'nul hole' }])
  })

  test('are given out as they stand when they are flushed, and what follows begins anew', () => {
    const one = framer({}, dated)
    push(one, '1 a\n  b\n')
    expect(one.isHolding).toBe(true)
    expect(places(one.flush().lines)).toEqual([['1 a\n  b', 0, 8, 0]])
    expect(one.isHolding).toBe(false)
    expect(places(push(one, '  c\n2 d\n', 8).lines)).toEqual([['  c', 8, 12, 0]])
  })

  test('end at the most lines', () => {
    const { lines } = push(framer({}, dated), '1\na\nb\nc\nd\n2\n')
    expect(places(lines).map(([text]) => text)).toEqual(['1\na\nb\nc', 'd'])
  })

  test('end at the longest length', () => {
    const { lines } = push(framer({ maxLineBytes: 256 }, dated), `1${'x'.repeat(255)}\n  b\n2\n`)
    expect(places(lines).map(([, start, end]) => [start, end])).toEqual([
      [0, 257],
      [257, 261]
    ])
  })

  test('end with their last line that is not blank, and span the blank ones', () => {
    const { lines } = push(framer({}, dated), '1 a\n  b\n\n\n2\n')
    expect(places(lines)).toEqual([['1 a\n  b', 0, 10, 0]])
  })

  test('never reach over the rest of a cut line', () => {
    const { lines, skips } = push(framer({ maxLineBytes: 256 }, dated), `1 a\n${'x'.repeat(300)}\n  b\n2\n`)
    expect(skips).toEqual([{ start: 260, end: 305, reason: 'cut', isOpen: false }])
    expect(lines.map(({ start, end, isCut }) => [start, end, isCut])).toEqual([
      [0, 260, true],
      [305, 309, undefined]
    ])
  })

  test.each([{ tears: [] }, { tears: [8] }, { tears: [3, 12] }])(
    'end where they were forced to end before: %o',
    ({ tears }) => {
      const one = framer({}, dated, [offset(8), offset(14)])
      const text = '1 a\n  b\n  c\n2 d\n3'
      const lines: Line[] = []
      let from = 0
      for (const to of [...tears, text.length]) {
        lines.push(...push(one, text.slice(from, to), from).lines)
        from = to
      }
      expect(places([...lines, ...one.end().lines])).toEqual([
        ['1 a\n  b', 0, 8, 0],
        ['  c', 8, 12, 0],
        ['2 ', 12, 14, 0],
        ['d', 14, 16, 0],
        ['3', 16, 17, 0]
      ])
    }
  )

  test('give out their open lines and the one without a newline at the end', () => {
    const one = framer({}, dated)
    push(one, '1 a\n  b')
    expect(places(one.end().lines)).toEqual([['1 a\n  b', 0, 7, 0]])
  })
})

const docker = (log: string, stream = 'stdout') =>
  `${JSON.stringify({ log, stream, time: '2026-01-02T03:04:05.678901234Z' })}\n`
const cri = (text: string, tag = 'F', stream = 'stdout') =>
  `2026-01-02T03:04:05.678901234+09:00 ${stream} ${tag} ${text}\n`

describe('container lines', () => {
  test.each([
    { name: 'docker', container: 'docker', text: docker('a\n') },
    { name: 'docker, found out', container: 'auto', text: docker('a\n') },
    { name: 'docker, with a return', container: 'docker', text: docker('a\r\n') },
    { name: 'docker, split', container: 'docker', text: docker('') + docker('a\n') },
    { name: 'CRI', container: 'cri', text: cri('a') },
    { name: 'CRI, found out', container: 'auto', text: cri('a') },
    { name: 'CRI, split', container: 'cri', text: cri('', 'P') + cri('a', 'F') },
    { name: 'CRI with more tags', container: 'cri', text: cri('a', 'F:x') }
  ] as const)('$name', ({ container, text }) => {
    const { lines } = push(framer({ container }), text)
    expect(lines).toMatchObject([
      { text: 'a', start: 0, end: Buffer.byteLength(text), container: { stream: 'stdout' } }
    ])
  })

  test.each([
    ['JSON of another kind', '{"message":"a"}\n'],
    ['broken JSON', '{"log":"a\n'],
    ['plain text', 'a b c\n'],
    ['a date without a stream', '2026-01-02T03:04:05Z a\n']
  ])('what is not wrapped stays as it is: %s', (_, text) => {
    expect(push(framer({ container: 'auto' }), text).lines).toMatchObject([{ text: text.trimEnd() }])
  })

  test('an empty line is a line', () => {
    expect(
      push(framer({ container: 'cri' }), `2026-01-02T03:04:05Z stdout F\n${cri('')}`).lines.map(({ text }) => text)
    ).toEqual(['', ''])
  })

  test('one that begins in one chunk and ends in the next is one line', () => {
    const one = framer({ container: 'docker' })
    const [first, second] = [docker('a'), docker('b\n')]
    expect(push(one, first).lines).toEqual([])
    expect(one.isHolding).toBe(true)
    expect(places(push(one, second, first.length).lines)).toEqual([['ab', 0, first.length + second.length, 0]])
  })

  test('flushing leaves a line that the runtime has not ended', () => {
    const one = framer({ container: 'docker' })
    push(one, docker('a'))
    expect(one.flush().lines).toEqual([])
    expect(one.end().lines).toMatchObject([{ text: 'a' }])
  })
})

describe('interleaved streams', () => {
  test('a line within a split line of the other stream shares its span', () => {
    const parts = [cri('a', 'P'), cri('error', 'F', 'stderr'), cri('b'), cri('next')]
    const { lines } = push(framer({ container: 'cri' }), parts.join(''))
    const end = parts.slice(0, 3).join('').length
    expect(places(lines)).toEqual([
      ['ab', 0, end, 0],
      ['error', 0, end, 1],
      ['next', end, parts.join('').length, 0]
    ])
  })

  test('groups of each stream are joined on their own', () => {
    const parts = [cri('1 a'), cri('1 x', 'F', 'stderr'), cri('  b'), cri('  y', 'F', 'stderr')]
    const one = framer({ container: 'cri' }, dated)
    push(one, parts.join(''))
    expect(places(one.flush().lines).map(([text]) => text)).toEqual(['1 a\n  b', '1 x\n  y'])
  })
})

test('however streams are interleaved, spans follow each other without a gap and no text is lost', () => {
  const stream = fc.constantFrom('stdout', 'stderr')
  const entry = fc.tuple(fc.constantFrom('1', ' ', '가'), fc.constantFrom('F', 'P'), stream)
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 30 }), fc.nat(2_000), (entries, tear) => {
      const text = entries.map(([start, tag, from], i) => cri(`${start}${i};`, tag, from)).join('')
      const bytes = Buffer.from(text)
      const one = framer({ container: 'cri', maxLineBytes: 100_000 }, dated)
      const at = Math.min(tear, bytes.length)
      const first = pushed(one, bytes.subarray(0, at), 0).lines
      const second = pushed(one, bytes.subarray(at), at).lines
      const lines = [...first, ...second, ...one.end().lines]
      let reached = 0
      for (const { start, end, ordinal } of lines) {
        if (ordinal === 0) expect(start).toBe(reached)
        expect(end).toBeGreaterThanOrEqual(reached)
        reached = end
      }
      expect(reached).toBe(bytes.length)
      const found = lines.flatMap(({ text: joined }) => joined.match(/\d+(?=;)/g) ?? [])
      expect(found.sort((a, b) => Number(a) - Number(b))).toEqual(
        entries.map(([start], i) => (start === '1' ? `1${i}` : `${i}`)).sort((a, b) => Number(a) - Number(b))
      )
    })
  )
})
