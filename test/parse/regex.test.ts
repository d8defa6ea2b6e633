// What regular expressions make of lines, and what is said of those that are wrong.

import { describe, expect, test } from 'vitest'
import { compileParser, type ParseEntry, parsers } from '#parse'
import type { Fields } from '#record'

type Options = Omit<Extract<ParseEntry, { format: 'regex' }>, 'format'>

const compile = (options: Options) => compileParser({ format: 'regex', timezone: 'UTC', ...options })

function parse(options: Options, line: string): Fields | undefined {
  const fields: Fields = {}
  const isTaken = compile(options).parse(line, fields)
  if (!isTaken) expect(fields).toEqual({})
  return isTaken ? fields : undefined
}

describe('named groups become fields', () => {
  test.each<[name: string, pattern: string, line: string, expected: Fields | undefined]>([
    [
      'two underscores stand for a dot',
      '(?<http__request__method>\\w+)',
      'GET',
      { http: { request: { method: 'GET' } } }
    ],
    ['one underscore is one', '(?<status_code>\\d+)', '200', { status_code: '200' }],
    [
      'time is the time of the event',
      '(?<time>\\S+)',
      '2026-11-20T23:11:52+09:00',
      { '@timestamp': '2026-11-20T14:11:52.000Z' }
    ],
    ['a line whose time is none is not taken', '(?<time>\\S+) (?<a>.)', '2026-02-30T00:00:00Z x', undefined],
    ['a level is lower-case', '(?<log__level>\\w+)', 'WARN', { log: { level: 'warn' } }],
    ['a group without a part in the match is no field', '(?:(?<a>\\d)|(?<b>\\w))', 'x', { b: 'x' }],
    ['a group that takes nothing is no field', '(?<a>\\d*)(?<b>\\w)', 'x', { b: 'x' }],
    ['groups without a name are passed over', '(\\d)(?<b>\\w)', '1x', { b: 'x' }],
    ['one dot is one character of any size', '(?<a>.)!', '😀!', { a: '😀' }],
    [
      'joined lines are taken where the pattern says so',
      '(?<a>\\w+)(?<message>(?s:.*))',
      'x\ny',
      { a: 'x', message: '\ny' }
    ]
  ])('%s', (_, pattern, line, expected) => {
    expect(parse({ pattern }, line)).toEqual(expected)
  })
})

describe('the options say the field and its type', () => {
  test.each<[type: NonNullable<Options['fields']>[string], text: string, expected: Fields]>([
    [{ field: 'source.ip' }, '192.0.2.1', { source: { ip: '192.0.2.1' } }],
    [{ type: 'long' }, '-12', { a: -12 }],
    [{ type: 'long' }, '9007199254740993', { a_text: '9007199254740993' }],
    [{ type: 'long' }, '1.5', { a_text: '1.5' }],
    [{ type: 'double' }, '1.5e3', { a: 1500 }],
    [{ type: 'double' }, 'NaN', { a_text: 'NaN' }],
    [{ type: 'double' }, '0x10', { a_text: '0x10' }],
    [{ type: 'boolean' }, 'True', { a: true }],
    [{ type: 'boolean' }, 'yes', { a_text: 'yes' }],
    [{ type: 'date' }, '2026-11-20 23:11:52,345', { a: '2026-11-20T23:11:52.345Z' }],
    [{ type: 'date' }, 'never', { a_text: 'never' }],
    [{ format: '%d.%m.%Y %H:%M' }, '20.11.2026 23:11', { a: '2026-11-20T23:11:00.000Z' }],
    [{ format: 'epoch_s' }, '1795183912.345', { a: '2026-11-20T14:11:52.345Z' }],
    [{ format: 'epoch_ms' }, '1795183912345', { a: '2026-11-20T14:11:52.345Z' }],
    [{ format: 'epoch_ms' }, '7', { a: '1970-01-01T00:00:00.007Z' }],
    [{ format: 'epoch_ms' }, '1795183912345.25', { a: '2026-11-20T14:11:52.345Z' }],
    [{ format: 'epoch_us' }, '1795183912345678', { a: '2026-11-20T14:11:52.345Z' }],
    [{ format: 'epoch_ns' }, '1795183912345678901', { a: '2026-11-20T14:11:52.345Z' }],
    [{ format: 'epoch_ns' }, 'noon', { a_text: 'noon' }],
    [{ type: 'date' }, '1795183912345678', { a: '2026-11-20T14:11:52.345Z' }],
    [{ format: 'dd/MMM/yyyy:HH:mm:ss Z' }, '20/Nov/2026:23:11:52 +0900', { a: '2026-11-20T14:11:52.000Z' }],
    [{ format: '%d %B %Y', locale: 'fr' }, '20 août 2026', { a: '2026-08-20T00:00:00.000Z' }],
    [{ format: 'EEEE d MMMM yyyy', locale: 'de' }, 'Freitag 20 März 2026', { a: '2026-03-20T00:00:00.000Z' }],
    [{ field: '@timestamp', format: 'epoch_ms' }, '1795183912345', { '@timestamp': '2026-11-20T14:11:52.345Z' }]
  ])('%j takes %s', (group, text, expected) => {
    expect(parse({ pattern: '(?<a>.+)', fields: { a: group } }, text)).toEqual(expected)
  })

  test('all fields that may be written are declared with their types', () => {
    const { writes } = compile({
      pattern: '(?<time>\\S+) (?<took>\\S+) (?<message>.*)',
      fields: { took: { field: 'event.duration', type: 'long' } }
    })
    expect(writes).toEqual({
      '@timestamp': 'date',
      'event.duration': 'long',
      'event.duration_text': 'keyword',
      message: 'match_only_text'
    })
  })
})

test('a pattern takes the whole line, alternatives too, unless it is not anchored', () => {
  const pattern = '(?<a>\\d)|(?<b>x)'
  expect(parse({ pattern }, '1 x')).toBeUndefined()
  expect(parse({ pattern, anchored: false }, '- x 1')).toEqual({ b: 'x' })
})

test('a line that does not match goes on to the next format', () => {
  const { parse } = parsers([
    { format: 'regex', pattern: '(?<a>\\d+)' },
    { format: 'regex', pattern: '(?<b>\\w+)' }
  ])
  const fields: Fields = {}
  parse('x', fields)
  expect(fields).toEqual({ b: 'x' })
})

test.each<[name: string, options: Options, line: string, column: number, expected: string]>([
  ['where the pattern stops', { pattern: '(?<a>\\d+) (?<b>\\w+)!' }, '12 abc?', 6, 'what matches !'],
  ['behind the whole pattern', { pattern: '(?<a>\\d{2})' }, '123', 2, 'the end of the line'],
  ['at a time that is none', { pattern: 'at (?<time>.+)' }, 'at noon', 3, 'a time in the group "time"'],
  ['behind what may be left out', { pattern: '(?<a>\\d)?b?(?<c>c+)d' }, 'ccx', 2, 'what matches d'],
  ['in one of several patterns', { pattern: 'a(?<b>\\d)|c(?<d>\\d)e' }, 'c1f', 2, 'what matches e'],
  ['at the beginning', { pattern: '(?<a>\\d)' }, 'x', 0, 'what matches (?<a>\\d)']
])('a line that does not match says %s', (_, options, line, column, expected) => {
  expect(compile(options).mismatch(line)).toEqual({ column, expected })
})

describe('a wrong expression says where it goes wrong', () => {
  test.each([
    ['(?<a>x)(b', 7, 'unterminated group'],
    ['((?<a>x)', 0, 'unterminated group'],
    ['(?<a>.)[b', 7, 'unterminated character class'],
    ['(?<a>.)**', 8, 'nothing to repeat'],
    ['(?<a>.)(?<1b>.)', 9, 'invalid capture group name'],
    ['(?<a>.)x)', 8, "unmatched ')'"],
    ['(?<a>.)\\', 7, '\\ at end of pattern'],
    ['x+', 0, 'has no named group']
  ])('%s', (pattern, column, reason) => {
    expect(() => compile({ pattern })).toThrow(
      expect.objectContaining({
        code: 'E_PARSE_PATTERN',
        message: expect.stringContaining(`column ${column + 1} of "pattern": `),
        context: { pattern, option: 'pattern', column }
      })
    )
    expect(() => compile({ pattern })).toThrow(reason)
  })
})

test('an escape that the flag u refuses is taken as without it', () => {
  expect(compile({ pattern: '\\d{4}\\-(?<day>.*)' }).mismatch('2026:').column).toBe(4)
})

describe('options that do not fit the pattern are refused', () => {
  test.each<[options: Options, message: string]>([
    [{ pattern: '(?<a>.)', fields: { b: {} } }, '"fields.b" names no group; allowed: a'],
    [{ pattern: '(?<a>.)(?<a__b>.)' }, 'the groups "a" and "a__b" would write "a" and "a.b"'],
    [{ pattern: '(?<a>.)(?<a_text>.)', fields: { a: { type: 'long' } } }, 'the groups "a" and "a_text"'],
    [{ pattern: '(?<log__offset>.)' }, '"fields.log__offset.field" is "log.offset", which Sluice writes itself'],
    [{ pattern: '(?<a__>.)' }, '"fields.a__.field" is "a.", which is no field\'s name'],
    [{ pattern: '(?<constructor__prototype__x>.)' }, "which is no field's name"],
    [{ pattern: '(?<time>.)', fields: { time: { type: 'long' } } }, '"fields.time.type" is "long"'],
    [
      { pattern: '(?<a>.)', fields: { a: { type: 'long', format: '%Y' } } },
      '"fields.a.format" stands beside the type "long"'
    ],
    [
      { pattern: '(?<a>.)', fields: { a: { format: '%Y' } } },
      '"fields.a.format" is "%Y", which says neither month and day nor the hour'
    ]
  ])('%j', (options, message) => {
    expect(() => compile(options)).toThrow(expect.objectContaining({ code: 'E_PARSE_OPTION' }))
    expect(() => compile(options)).toThrow(message)
  })
})
