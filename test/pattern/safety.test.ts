// Expressions that people write: those of exponential cost are refused with a text that shows it, and no text holds up
// everything, whichever expression is allowed.

import { describe, expect, test } from 'vitest'
import { createGrouping } from '#frame'
import { compileParser } from '#parse'
import { compileExpression, compileGrok, compileKv, limited, refuseExponential } from '#pattern'

const examine = (pattern: string) =>
  refuseExponential(compileExpression(pattern, 'pattern'), { pattern, option: 'pattern' })

describe('an expression of exponential cost is refused with a text that shows it', () => {
  test.each([
    ['^(a+)+$', "'a' + 'a'.repeat("],
    ['^(a|aa)+$', 'repeat('],
    ['^(?s:(a+)+)$', "'a'.repeat("],
    ['^(?<a>(?:\\w+\\s?)+):$', 'repeat(']
  ])('%s', (pattern, witness) => {
    expect(() => examine(pattern)).toThrow(
      expect.objectContaining({ code: 'E_PARSE_PATTERN', message: expect.stringContaining(witness) })
    )
  })

  test('in every place where one is written', () => {
    const slow = '^(?<a>(?:\\w+\\s?)+):$'
    for (const compile of [
      () => compileParser({ format: 'regex', pattern: slow }),
      () => compileParser({ format: 'grok', pattern: slow }),
      () => compileParser({ format: 'grok', pattern: '%{OWN:a}', definitions: { OWN: '^(?:[a-z]+)+$' } }),
      () => compileParser({ format: 'kv', fieldSplit: '(?:,+)+;' }),
      () => createGrouping({ startsWith: slow }),
      () => createGrouping({ continuesWith: slow })
    ])
      expect(compile).toThrow('"allowSlow": true')
  })
})

test.each([
  '(?:\\d{1,3}\\.){3}\\d{1,3}',
  '^(?:[a-z]+\\.)*[a-z]+$',
  '^(?:\\[(?<x>[^\\]]*)\\])*(?<m>.*)$',
  '^(?<a>.*) (?<b>.*)$'
])('%s is taken', pattern => {
  expect(() => examine(pattern)).not.toThrow()
})

test('the standard patterns are not examined', () => {
  expect(() =>
    compileGrok('%{IPORHOST:a} %{URI:b} %{GREEDYDATA:c}', { option: 'p', ecsCompatibility: 'v1' })
  ).not.toThrow()
})

describe('what is allowed all the same gives up long texts instead of holding up everything', () => {
  const hostile = `${'a'.repeat(5_000)}!`

  test('a format goes on to the next one', () => {
    const parser = compileParser({ format: 'regex', pattern: '(?<a>(a+)+)', allowSlow: true })
    expect(parser.parse(hostile, {})).toBe(false)
    expect(parser.mismatch(hostile)).toEqual({ column: 0, expected: 'a match within 250 ms' })
    expect(parser.parse('aaa', {})).toBe(true)
  })

  test.each([
    ['regex', () => compileParser({ format: 'regex', pattern: '(?<a>(a+)+)', allowSlow: true })],
    ['grok', () => compileParser({ format: 'grok', pattern: '^(?<a>(?:a+)+)$', allowSlow: true })]
  ])('short ones too, as %s', (_, compile) => {
    const short = `${'a'.repeat(60)}!`
    expect(compile().parse(short, {})).toBe(false)
    expect(compile().mismatch(short).column).toBeLessThanOrEqual(short.length)
  })

  test('a short line neither begins nor continues an event', () => {
    const { continues } = createGrouping({ continuesWith: '^(a+)+$', allowSlow: true })()
    expect(continues(`${'a'.repeat(60)}!`)).toBe(false)
  })

  test('a short text is no pair', () => {
    const kv = compileKv({ fieldSplit: '(?:a+)+;', valueSplit: '=', allowSlow: true })
    expect(kv.split('a'.repeat(60))).toBeUndefined()
  })

  test('a line neither begins nor continues an event', () => {
    const { continues } = createGrouping({ continuesWith: '^(a+)+$', allowSlow: true })()
    expect(continues(hostile)).toBe(false)
    expect(continues('aa')).toBe(true)
  })

  test('pairs are none', () => {
    const kv = compileKv({ fieldSplit: '(?:a+)+;', valueSplit: '=', allowSlow: true })
    expect(kv.split(hostile)).toBeUndefined()
  })
})

test('a match under a limit finds what it finds, and its errors come out', () => {
  const within = limited(['x'], true)
  const long = 'x'.repeat(2_000)
  expect(within(long, () => /x+$/.exec(long)?.[0].length)).toBe(2_000)
  expect(() =>
    within(long, () => {
      throw new RangeError('own')
    })
  ).toThrow(new RangeError('own'))
})
