// What the option `trace` makes of a record with a trace, and of a pattern that it does not fit.

import { describe, expect, test } from 'vitest'
import { compileParser, type ParseEntry, parsers } from '#parse'
import type { Fields } from '#record'

type Platform = NonNullable<Extract<ParseEntry, { format: 'regex' }>['trace']>

function parse(trace: Platform, text: string, pattern = '(?<message>.*)'): Fields {
  const fields: Fields = {}
  parsers([{ format: 'regex', pattern, trace }]).parse(text, fields)
  return fields
}

describe('the log line keeps what is before the trace, and the error has the rest', () => {
  test.each<[name: string, platform: Platform, text: string, expected: Fields]>([
    [
      'below the line',
      'go',
      'failed: no row\nmain.load\n\t/srv/main.go:14\nruntime.main\n\t/usr/local/go/src/runtime/proc.go:290',
      {
        message: 'failed: no row',
        error: { stack_trace: 'main.load\n\t/srv/main.go:14\nruntime.main\n\t/usr/local/go/src/runtime/proc.go:290' }
      }
    ],
    [
      'from within the line, which stays whole',
      'node',
      'failed: TypeError: no price\n    at price (/srv/shop.js:7:41)',
      {
        message: 'failed: TypeError: no price',
        error: {
          type: 'TypeError',
          message: 'no price',
          stack_trace: 'TypeError: no price\n    at price (/srv/shop.js:7:41)'
        }
      }
    ],
    [
      'alone',
      'rust',
      "thread 'main' panicked at 'it is\nover', src/main.rs:4:5\nnote: run with `RUST_BACKTRACE=1`",
      {
        message: 'it is\nover',
        error: {
          type: 'panic',
          message: 'it is\nover',
          stack_trace: "thread 'main' panicked at 'it is\nover', src/main.rs:4:5\nnote: run with `RUST_BACKTRACE=1`"
        }
      }
    ],
    [
      'of an error that says nothing',
      'node',
      'Error\n    at price (/srv/shop.js:7:41)',
      { message: 'Error', error: { type: 'Error', stack_trace: 'Error\n    at price (/srv/shop.js:7:41)' } }
    ],
    [
      'below a line without a message',
      'dotnet',
      ' \nShop.OrderException: broken\n   at Shop.Price(Int32 id)',
      {
        message: 'broken',
        error: {
          type: 'Shop.OrderException',
          message: 'broken',
          stack_trace: 'Shop.OrderException: broken\n   at Shop.Price(Int32 id)'
        }
      }
    ],
    ['where there is none', 'ruby', 'shop.rb:4 is fine', { message: 'shop.rb:4 is fine' }]
  ])('%s', (_, platform, text, expected) => {
    expect(parse(platform, text)).toEqual(expected)
  })
})

test('a line that does not match is shipped whole, and stops within what is before the trace', () => {
  const text = 'failed: no row\ngoroutine 1 [running]:\nmain.main()\n\t/srv/main.go:60 +0x17c'
  expect(parse('go', text, '(?<message>\\w+: \\w+ \\w+)!')).toMatchObject({
    message: text,
    tags: ['_parse_failure'],
    sluice: { parse_failure: { column: 15 } }
  })
})

test('fields that a pattern of dissect names by the line come from before the trace', () => {
  const fields: Fields = {}
  const parser = compileParser({ format: 'dissect', pattern: '%{message} %{*a}=%{&a}', trace: 'go' })
  expect(parser.parse('failed order=42\ngoroutine 1 [running]:\nmain.main()', fields)).toBe(true)
  expect(fields).toEqual({
    message: 'failed',
    order: '42',
    error: { stack_trace: 'goroutine 1 [running]:\nmain.main()' }
  })
})

test.each<[platform: Platform, frame: string]>([
  ['node', '    at price (/srv/shop.js:7:41)'],
  ['dotnet', '   at Shop.Price(Int32 id)'],
  ['ruby', "shop.rb:4:in 'price'"],
  ['php', '#0 {main}']
])('frames of %s right below an empty line are a mere stack', (platform, frame) => {
  expect(parse(platform, `\n${frame}`, '(?<message>(?s:.*))')).toMatchObject({ error: { stack_trace: frame.trim() } })
})

test('frames of Java without their exception, right below an empty line, stay in the message', () => {
  const text = '\n\tat a.B.c(B.java:1)'
  expect(parse('java', text, '(?<message>(?s:.*))')).toEqual({ message: text })
})

test.each([
  ['(?<error__message>.*)', {}],
  ['(?<error>.*)', {}],
  ['(?<message>.*)', { message: { type: 'long' } }]
] as const)('a pattern that writes a field of the trace is refused: %s', (pattern, fields) => {
  expect(() => compileParser({ format: 'regex', pattern, fields, trace: 'go' })).toThrow(
    expect.objectContaining({ code: 'E_PARSE_OPTION', message: expect.stringContaining('"trace" writes') })
  )
})
