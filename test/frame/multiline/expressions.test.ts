// Lines joined by expressions that a person wrote, and what is said of expressions that are none.

import { describe, expect, test } from 'vitest'
import { SluiceError } from '../../../src/errors.ts'
import { createGrouping } from '../../../src/frame/multiline/index.ts'
import { grouped } from './grouped.ts'

describe('startsWith', () => {
  test('begins a group at each line that matches; all others continue, blank ones too', () => {
    const grouping = createGrouping({ startsWith: '^\\d{4}-' })()
    expect(grouped(grouping, ['2026- a', '  b', '', 'c', '2026- d', '2026- e'])).toEqual([
      ['2026- a', '  b', '', 'c'],
      ['2026- d'],
      ['2026- e']
    ])
  })

  test('makes a group of what comes before the first match', () => {
    const grouping = createGrouping({ startsWith: '^BEGIN' })()
    expect(grouped(grouping, ['rest', 'of one', 'BEGIN'])).toEqual([['rest', 'of one'], ['BEGIN']])
  })

  test('takes an emoji or a Hangul syllable for one letter', () => {
    const grouping = createGrouping({ startsWith: '^.\\d' })()
    expect(grouped(grouping, ['🚀1', '가2', 'aa3'])).toEqual([['🚀1'], ['가2', 'aa3']])
  })

  test('also takes what only expressions without the u flag allow', () => {
    const grouping = createGrouping({ startsWith: '^\\-\\-' })()
    expect(grouped(grouping, ['-- a', 'b', '-- c'])).toEqual([['-- a', 'b'], ['-- c']])
  })
})

describe('continuesWith', () => {
  test('joins each line that matches; all others begin, blank ones too', () => {
    const grouping = createGrouping({ continuesWith: '^\\s' })()
    expect(grouped(grouping, ['a', ' b', '\tc', '', 'd'])).toEqual([['a', ' b', '\tc'], [''], ['d']])
  })
})

describe('an expression that is none', () => {
  test.each([
    ['^\\d{4}(-', 7, '(-', 'unterminated group'],
    ['(a)(b)c)', 8, ')', "unmatched ')'"],
    ['(^a*?+)b', 6, '+)b', 'nothing to repeat'],
    ['(a[b-', 3, '[b-', 'unterminated character class'],
    ['a[z-a]', 5, 'a]', 'range out of order in character class'],
    ['\\d\\', 3, '\\', '\\ at end of pattern'],
    ['🚀(', 3, '(', 'unterminated group']
  ])('%s is pointed at in column %i', (pattern, column, found, reason) => {
    const error = thrownBy(() => createGrouping({ startsWith: pattern }))
    expect(error.code).toBe('E_PARSE_PATTERN')
    expect(error.message).toBe(
      `column ${column} of "startsWith": ${JSON.stringify(found)}: ${reason}; allowed: a JavaScript regular expression`
    )
    expect(error.context).toEqual({ pattern, option: 'startsWith', column: column - 1 })
  })
})

describe('the ways to join', () => {
  test.each([
    [{}, 'found none'],
    [{ preset: 'java', startsWith: '^a' }, 'found "preset" and "startsWith"']
  ] as const)('%j is refused, because exactly one is allowed', (options, found) => {
    const error = thrownBy(() => createGrouping(options))
    expect(error.code).toBe('E_CONFIG')
    expect(error.message).toBe(`${found}; allowed: exactly one of "preset", "startsWith", "continuesWith"`)
  })
})

function thrownBy(action: () => unknown): SluiceError {
  try {
    action()
  } catch (error) {
    if (error instanceof SluiceError) return error
  }
  throw new Error('nothing was thrown')
}
