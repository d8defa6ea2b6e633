// Patterns of any kind: what is put together by a pattern is taken apart into the same values, or the pattern is refused.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SluiceError } from '#errors'
import { compileScanner, findMismatch, type Layout, type Plan, plan, shape } from '#pattern'
import { clf } from '#time'

const from = (characters: string, minLength = 0) =>
  fc.array(fc.constantFrom(...characters), { minLength, maxLength: 6 }).map(picked => picked.join(''))
const digits = from('0129', 1)
// Behind a list a colon would go on with the list.
const token = from('ab1-.:,[]|/', 1).filter(value => !value.startsWith(':'))
const text = from('ab1 -.:,[]|/').filter(value => !value.startsWith(':'))
const address = fc.constantFrom('192.0.2.1', '2001:db8::1', 'unknown', '[::1]:80')
const listOf = (item: fc.Arbitrary<string>, separators: string[]) =>
  fc
    .tuple(item, fc.array(fc.tuple(fc.constantFrom(...separators), item), { maxLength: 2 }))
    .map(([first, rest]) => first + rest.flat().join(''))

const time = shape.time('20/Nov/2026:23:11:52 +0900', value => !Number.isNaN(clf(value)))
/** They go on where a blank and a colon stand behind them. */
const lists = [shape.list(shape.integer), shape.list(shape.token)] as const

/** Shapes with values that their producers write. */
const values: [shape.Shape, fc.Arbitrary<string>][] = [
  [shape.text, text],
  [shape.text, text],
  [shape.token, token],
  [shape.host, from('ab1-.', 1)],
  [shape.target, text.map(rest => `/${rest}`)],
  [shape.word, from('ab1', 1)],
  [shape.integer, fc.oneof(digits, fc.constant('-'))],
  [
    shape.decimal,
    fc.oneof(
      fc.tuple(digits, digits).map(parts => parts.join('.')),
      fc.constant('-')
    )
  ],
  [shape.oneOf('p.'), fc.constantFrom('p', '.')],
  [time, fc.constantFrom('20/Nov/2026:23:11:52 +0900', '01/Jan/2000:00:00:00 -1130')],
  [lists[0], listOf(fc.oneof(digits, fc.constant('-')), [', ', ' : '])],
  [lists[1], listOf(from('ab1.[]/', 1), [', ', ' : '])],
  [shape.addresses, fc.oneof(listOf(address, [', ']), fc.constant('-'))]
]
const literal = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(' ', '" "', '] "', ' [', '" ', ' "', ' - ', '|', '\t') },
  { weight: 2, arbitrary: from(' "-[]|:/a', 0) },
  { weight: 1, arbitrary: fc.constant('') }
)

interface Written {
  readonly layout: Layout
  readonly values: readonly string[]
  readonly line: string
}

function layoutOf(literals: readonly string[], shapes: readonly shape.Shape[]): Layout {
  return { pattern: '', literals, slots: shapes.map((looks, i) => ({ name: `$${i}`, column: i, shape: looks })) }
}

const written: fc.Arbitrary<Written> = fc
  .tuple(literal, fc.array(fc.tuple(fc.constantFrom(...values), literal), { minLength: 1, maxLength: 6 }))
  .chain(([first, parts]) =>
    fc.tuple(...parts.map(([[, value]]) => value)).map(made => {
      const literals = [first, ...parts.map(([, behind]) => behind)]
      const shapes = parts.map(([[looks]]) => looks)
      const line = literals.map((behind, i) => behind + (made[i] ?? '')).join('')
      return { layout: layoutOf(literals, shapes), values: made, line }
    })
  )

/** Whether a line may be refused that was put together by a pattern. */
function mayBeRefused(layout: Layout, made: readonly string[]): boolean {
  return hasBars(layout.literals, made) || goesOnWithList(layout, made)
}

/** Whether a value holds a vertical bar, and the pattern one too: such a line may have a bar too many. */
function hasBars(literals: readonly string[], made: readonly string[]): boolean {
  return [literals, made].every(texts => texts.some(text => text.includes('|')))
}

/** Whether a blank and a colon stand somewhere behind a list, as where a value between them is empty. */
function goesOnWithList({ literals, slots }: Layout, made: readonly string[]): boolean {
  const isList = (i: number) => lists.some(list => list === slots[i]?.shape)
  const first = slots.findIndex((_, i) => isList(i))
  const behind = literals
    .slice(first + 1)
    .map((text, i) => text + (isList(first + 1 + i) ? '' : (made[first + 1 + i] ?? '')))
  return first !== -1 && behind.join('').includes(' :')
}

/** The plan for a pattern; undefined where it is refused. */
function planOf(layout: Layout): Plan | undefined {
  try {
    return plan(layout)
  } catch (error) {
    expect(error).toBeInstanceOf(SluiceError)
    return undefined
  }
}

test('values that were put together by a pattern come out as they went in, unless the pattern is refused', () => {
  let taken = 0
  fc.assert(
    fc.property(written, ({ layout, values, line }) => {
      const planned = planOf(layout)
      fc.pre(planned !== undefined)
      taken++
      const found = compileScanner(planned)(line)
      if (found !== undefined || !mayBeRefused(layout, values)) expect(found).toEqual(values)
    }),
    { numRuns: 2000 }
  )
  expect(taken).toBeGreaterThan(1000)
})

const told: [string, string[], shape.Shape[], string, string[] | undefined][] = [
  ['a bar too many, before letters', [' ', '|', ' ', ' '], [shape.text, shape.word, shape.text], ' ||a  ', undefined],
  [
    'no bar too many, before letters',
    [' ', '|', ' ', ' '],
    [shape.text, shape.word, shape.text],
    ' -|a  ',
    ['-', 'a', '']
  ],
  [
    'a value that begins as the last literal ends',
    ['', '-', ' - ', ' ['],
    [shape.token, time, shape.token],
    'a-20/Nov/2026:23:11:52 +0900 - [a [',
    ['a', '20/Nov/2026:23:11:52 +0900', '[a']
  ]
]

test.each(told)('%s', (_, literals, shapes, line, expected) => {
  expect(compileScanner(plan(layoutOf(literals, shapes)))(line)).toEqual(expected)
})

test('values of which nothing is known come out as they went in where they hold nothing that encloses them', () => {
  const unknown: [shape.Shape, fc.Arbitrary<string>] = [shape.unknown, text]
  const parts = fc.array(fc.tuple(fc.constantFrom(unknown, unknown, ...values.slice(6)), literal), {
    minLength: 2,
    maxLength: 5
  })
  fc.assert(
    fc.property(
      parts.chain(picked => fc.tuple(fc.constant(picked), ...picked.map(([[, value]]) => value))),
      ([picked, ...made]) => {
        const literals = ['', ...picked.map(([, behind]) => behind)]
        const layout = layoutOf(
          literals,
          picked.map(([[looks]]) => looks)
        )
        const isEnclosed = (value: string, i: number): boolean =>
          layout.slots[i]?.shape.isGuess === true &&
          [literals[i]?.at(-1), literals[i + 1]?.at(0)].some(end => end && value.includes(end))
        const planned = planOf(layout)
        fc.pre(planned !== undefined && !made.some(isEnclosed))
        const line = literals.map((behind, i) => behind + (made[i] ?? '')).join('')
        const found = compileScanner(planned)(line)
        if (found !== undefined || !mayBeRefused(layout, made)) expect(found).toEqual(made)
      }
    ),
    { numRuns: 1000 }
  )
})

test('a line has a mismatch where and only where it is not taken', () => {
  const edit = fc.tuple(fc.nat(), fc.constantFrom('', ' ', '"', '-', '1', 'x', ']', ' : '), fc.nat(3))
  fc.assert(
    fc.property(written, fc.array(edit, { maxLength: 2 }), ({ layout, line }, edits) => {
      const planned = planOf(layout)
      fc.pre(planned !== undefined)
      const changed = edits.reduce((text, [at, put, gone]) => {
        const place = at % (text.length + 1)
        return text.slice(0, place) + put + text.slice(place + gone)
      }, line)
      const mismatch = findMismatch(planned, changed)
      expect(mismatch === undefined).toBe(compileScanner(planned)(changed) !== undefined)
      if (mismatch === undefined) return
      expect(mismatch.column).toBeGreaterThanOrEqual(0)
      expect(mismatch.column).toBeLessThanOrEqual(changed.length)
    }),
    { numRuns: 2000 }
  )
})
