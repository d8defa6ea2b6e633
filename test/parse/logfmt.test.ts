// What lines of logfmt become, and where those that are none stop.

import { expect, test } from 'vitest'
import { compileParser, type ParseEntry } from '#parse'
import type { Fields } from '#record'

type Options = Omit<Extract<ParseEntry, { format: 'logfmt' }>, 'format'>

const compile = (options: Options = {}) => compileParser({ format: 'logfmt', timezone: 'UTC', ...options })

function parse(line: string, options?: Options): Fields | undefined {
  const fields: Fields = {}
  const isTaken = compile(options).parse(line, fields)
  if (!isTaken) expect(fields).toEqual({})
  return isTaken ? fields : undefined
}

test.each<[name: string, line: string, expected: Fields]>([
  [
    "logrus's line",
    'time="2026-11-20T23:11:52+09:00" level=warning msg="The group\'s number increased tremendously!" number=122 omg=true',
    {
      '@timestamp': '2026-11-20T14:11:52.000Z',
      log: { level: 'warning' },
      message: "The group's number increased tremendously!",
      number: '122',
      omg: 'true'
    }
  ],
  [
    "go-kit's line",
    'ts=2026-11-20T14:11:52.345678901Z caller=main.go:222 level=info msg="Starting OK" version="(version=2.3.1, branch=HEAD)"',
    {
      '@timestamp': '2026-11-20T14:11:52.345678901Z',
      caller: 'main.go:222',
      log: { level: 'info' },
      message: 'Starting OK',
      version: '(version=2.3.1, branch=HEAD)'
    }
  ],
  [
    "Heroku's router",
    'at=info method=GET path="/" host=myapp.herokuapp.com fwd="204.204.204.204" dyno=web.1 connect=1ms status=200',
    {
      at: 'info',
      method: 'GET',
      path: '/',
      host: 'myapp.herokuapp.com',
      fwd: '204.204.204.204',
      dyno: 'web.1',
      connect: '1ms',
      status: '200'
    }
  ],
  ['a key without a value is true', 'a=1 dry', { a: '1', dry: true }],
  ['an empty value is an empty text', 'a= b="" c=1', { a: '', b: '', c: '1' }],
  ['a value without quotes may hold =', 'url=http://a/?b=c', { url: 'http://a/?b=c' }],
  ['a value may hold quotes behind its first character', 'q=it"s', { q: 'it"s' }],
  ['escapes of Go', 'a="x\\ty\\n\\"z\\" \\u00e9\\U0001f600\\x21\\\\"', { a: 'x\ty\n"z" é😀!\\' }],
  ['a key that comes again', 'a=1 a=2', { a: ['1', '2'] }],
  ['dots are nesting', 'http.method=GET http.status=200', { http: { method: 'GET', status: '200' } }],
  [
    'keys that mean something elsewhere',
    '__proto__=1 constructor=2 a..b=3',
    JSON.parse('{"__proto__":"1","constructor":"2","a":{"_":{"b":"3"}}}')
  ],
  ['tabs and spaces around', '  a=1\t b=2  ', { a: '1', b: '2' }],
  [
    'joined lines belong to the message',
    'level=error msg=boom\ngoroutine 1:\n\tmain.main()',
    { log: { level: 'error' }, message: 'boom\ngoroutine 1:\n\tmain.main()' }
  ],
  ['other scripts', '사용자=김 msg="안녕 하세요"', { 사용자: '김', message: '안녕 하세요' }]
])('%s', (_, line, expected) => {
  expect(parse(line)).toEqual(expected)
})

test('values have the types that fields says', () => {
  const fields: Options['fields'] = {
    status: { field: 'http.response.status_code', type: 'long' },
    took: { type: 'double' },
    at: { field: '@timestamp', format: 'epoch_ms' },
    ok: { type: 'boolean' }
  }
  expect(parse('status=200 took=0.5 ok=true at=1795183912345', { fields })).toEqual({
    '@timestamp': '2026-11-20T14:11:52.345Z',
    http: { response: { status_code: 200 } },
    took: 0.5,
    ok: true
  })
  expect(parse('status=ok took=1s', { fields })).toEqual({
    http: { response: { status_code_text: 'ok' } },
    took_text: '1s'
  })
  expect(parse('at=noon', { fields })).toBeUndefined()
})

test('keys without a role go under a target', () => {
  expect(parse('level=info msg=up port=80', { target: 'app' })).toEqual({
    log: { level: 'info' },
    message: 'up',
    app: { port: '80' }
  })
})

test.each<[line: string, column: number, expected: string]>([
  ['', 0, 'a pair as key=value'],
  ['hello world', 5, '=, because a line begins with a pair'],
  ['a=1 "b"=2', 4, 'a key'],
  ['a=1 b="x', 6, 'a value whose quotes are closed'],
  ['a="x"y', 5, 'a space'],
  ['=1', 0, 'a key']
])('%s is not taken', (line, column, expected) => {
  expect(parse(line)).toBeUndefined()
  expect(compile().mismatch(line)).toEqual({ column, expected })
})
