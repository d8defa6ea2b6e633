// What Loguru's format strings and its JSON make of its lines.

import { describe, expect, test } from 'vitest'
import { compileParser, type ParseEntry } from '#parse'
import type { Fields } from '#record'

type Options = Omit<Extract<ParseEntry, { format: 'loguru' }>, 'format'>

const compile = (options: Options) => compileParser({ format: 'loguru', timezone: 'Asia/Seoul', ...options })

/** The event of one line; undefined where it does not match, which must leave no trace. */
function parse(options: Options, line: string): Fields | undefined {
  const fields: Fields = {}
  if (compile(options).parse(line, fields)) return fields
  expect(fields).toEqual({})
  return undefined
}

describe('each part of a record has its field', () => {
  test.each<[written: string, text: string, expected: Fields]>([
    ['{time}', '2026-11-20T23:11:52.915123+0900', { '@timestamp': '2026-11-20T14:11:52.915Z' }],
    ['{time:HH:mm:ss.SSS}', '23:11:52.915', { loguru: { time: '23:11:52.915' } }],
    ['{elapsed}', '1 day, 2:03:04.500000', { process: { uptime: 93784 } }],
    ['{elapsed}', '0:00:00', { process: { uptime: 0 } }],
    ['{exception}{message}{exception}', 'x', 'refused'],
    ['{extra}', "{'user': 'k}im', 'a': {'b': 1}}", { loguru: { extra: "{'user': 'k}im', 'a': {'b': 1}}" } }],
    ['{extra}', '{}', {}],
    ['{extra[user]}', 'kim', { labels: { user: 'kim' } }],
    ['{extra[request][id]}', '42', { labels: { request_id: '42' } }],
    ['{extra[user].name}', '김', { labels: { user_name: '김' } }],
    ['{file}', 'app.py', { log: { origin: { file: { name: 'app.py' } } } }],
    ['{file.path}', '/srv/app.py', { log: { origin: { file: { name: '/srv/app.py' } } } }],
    ['{function}', '<module>', { log: { origin: { function: '<module>' } } }],
    ['{level}', 'SUCCESS', { log: { level: 'success' } }],
    ['{level: <8}', 'INFO    ', { log: { level: 'info' } }],
    ['{level: ^8}', '  INFO  ', { log: { level: 'info' } }],
    ['{level.name:.1}', 'W', { log: { level: 'warning' } }],
    ['{level.no:>4}', '  25', { event: { severity: 25 } }],
    ['{level.icon}', '✅', { loguru: { level_icon: '✅' } }],
    ['{line}', '12', { log: { origin: { file: { line: 12 } } } }],
    ['{line:>04}', '0012', { log: { origin: { file: { line: 12 } } } }],
    ['{message}', 'a\nb', { message: 'a\nb' }],
    ['{message!r}', "'it\\'s'", { message: "it's" }],
    ['{module}', 'app', { loguru: { module: 'app' } }],
    ['{name}', '__main__', { log: { logger: '__main__' } }],
    ['{name}', 'None', {}],
    ['{process}', '4711', { process: { pid: 4711 } }],
    ['{process.name}', 'MainProcess', { process: { name: 'MainProcess' } }],
    ['{thread.id}', '140658500808768', { process: { thread: { id: 140658500808768 } } }],
    ['{thread.name}', 'Thread-1 (run)', { process: { thread: { name: 'Thread-1 (run)' } } }],
    ['{{{message}}}', '{x}', { message: 'x' }]
  ] as [string, string, Fields][])('%s of %j', (written, text, expected) => {
    if ((expected as unknown) === 'refused') expect(() => compile({ pattern: written })).toThrow(/not known to Loguru/)
    else expect(parse({ pattern: `[${written}]` }, `[${text}]`)).toEqual(expected)
  })
})

describe('times are written by tokens', () => {
  test.each([
    ['YYYY-MM-DD HH:mm:ss.SSS', '2026-11-20 23:11:52.915', '2026-11-20T14:11:52.915Z'],
    ['YYYY-MM-DDTHH:mm:ss.SSSSSSZ', '2026-11-20T23:11:52.915123+05:30', '2026-11-20T17:41:52.915Z'],
    ['YYYY-MM-DD HH:mm:ss ZZ', '2026-11-20 23:11:52 -0330', '2026-11-21T02:41:52.000Z'],
    ['YYYY-MM-DD HH:mm:ss!UTC', '2026-11-20 23:11:52', '2026-11-20T23:11:52.000Z'],
    ['YYYY-MM-DD HH:mm:ss zz', '2026-11-20 23:11:52 KST', '2026-11-20T14:11:52.000Z'],
    ['dddd, D MMMM YY, h:mm:s A', 'Friday, 20 November 26, 11:11:2 PM', '2026-11-20T14:11:02.000Z'],
    ['ddd E d Q DD/MMM/YYYY H:m:ss.SS', 'Fri 5 4 4 20/Nov/2026 3:1:52.91', '2026-11-19T18:01:52.910Z'],
    ['YYYY.DDDD HH[h]', '2026.324 23h', '2026-11-20T14:00:00.000Z'],
    ['X', '1795183912', '2026-11-20T14:11:52.000Z'],
    ['%d.%m.%Y %H:%M', '20.11.2026 23:11', '2026-11-20T14:11:00.000Z']
  ])('%s reads %s', (tokens, text, expected) => {
    expect(parse({ pattern: `{time:${tokens}} {message}` }, `${text} hi`)).toEqual({
      '@timestamp': expected,
      message: 'hi'
    })
  })

  test('two times say one instant together', () => {
    const pattern = '{time:YYYY-MM-DD} | {time:HH:mm:ss.SSS} | {message}'
    expect(parse({ pattern }, '2026-11-20 | 23:11:52.915 | hi')).toEqual({
      '@timestamp': '2026-11-20T14:11:52.915Z',
      message: 'hi'
    })
  })
})

describe('lines', () => {
  test('of its own format are what is read where none is given', () => {
    expect(parse({}, '2026-11-20 23:09:04.535 | INFO     | __main__:<module>:8 - This: is - it')).toEqual({
      '@timestamp': '2026-11-20T14:09:04.535Z',
      log: { level: 'info', logger: '__main__', origin: { function: '<module>', file: { line: 8 } } },
      message: 'This: is - it'
    })
  })

  test('in colour, by a format with tags of colour', () => {
    const pattern =
      '<green>{time:YYYY-MM-DD HH:mm:ss}</green> <lvl><bg #00005f>{level}</></lvl> \\<b> <light-red>{message}</>'
    const line =
      '\x1b[32m2026-11-20 23:11:52\x1b[0m \x1b[1m\x1b[48;2;0;0;95mINFO\x1b[0m <b> \x1b[91mit is \x1b[31mred\x1b[0m'
    expect(parse({ pattern }, line)).toMatchObject({ log: { level: 'info' }, message: 'it is red' })
  })

  test('of levels that the application adds', () => {
    const line = '2026-11-20 23:09:04.535 | SECURITY | a:b:8 - x'
    expect(parse({ levels: ['SECURITY'] }, line)).toMatchObject({ log: { level: 'security' } })
  })

  test('with an exception that Python formats are the same whether its variables are shown or not', () => {
    const line = '2026-11-20 23:09:04.535 | ERROR    | a:b:8 - bad'
    const plain = 'Traceback (most recent call last):\n  File "a.py", line 8, in b\n    c()\nshop.Bad: no\nway'
    const shown =
      'Traceback (most recent call last):\n\n> File "a.py", line 8, in b\n    c()\n    └ <function c>\n\nshop.Bad: no\nway'
    for (const stack_trace of [plain, shown]) {
      expect(parse({}, `${line}\n${stack_trace}`)).toMatchObject({
        message: 'bad',
        error: { type: 'shop.Bad', message: 'no\nway', stack_trace }
      })
    }
  })

  test('that do not fit say where', () => {
    expect(compile({}).mismatch('2026-11-20 23:09:04.535 | INFO')).toMatchObject({ column: 30 })
  })
})

describe('records as JSON', () => {
  test('without the parts that are not there', () => {
    const line = JSON.stringify({
      text: 'hi\n',
      record: {
        exception: { type: null, value: null, traceback: false },
        extra: { a: null, c: true },
        message: 'hi',
        name: null
      }
    })
    expect(parse({ serialize: true }, line)).toEqual({ message: 'hi', labels: { c: 'true' } })
  })

  test.each(['{"text": "x"}', '[]', '{"record": 1}', 'x'])('%s is none', line => {
    expect(parse({ serialize: true }, line)).toBeUndefined()
    expect(compile({ serialize: true }).mismatch(line).expected).not.toBe('')
  })
})

describe('what Loguru would not format with, or could be read in two ways, is refused', () => {
  test.each([
    ['{messages}', 'column 1: "{messages}"'],
    ['a {', 'column 3: "{"'],
    ['{level:%d} {message}', 'column 1: "{level:%d} {message}'],
    ['<blink2>{message}', '"<blink2>{message}"'],
    ['{time:YYYY x} {message}', '"x" in "{time:YYYY x}"'],
    ['none', 'at least one field'],
    ['{name}{function} {message}', 'cannot be told apart']
  ])('%s', (pattern, message) => {
    expect(() => compile({ pattern })).toThrow(expect.objectContaining({ code: 'E_PARSE_PATTERN' }))
    expect(() => compile({ pattern })).toThrow(message)
  })
})

test('names of months in another language', () => {
  const french = compileParser({
    format: 'loguru',
    pattern: '{time:D MMMM YYYY HH:mm} {message}',
    timezone: 'UTC',
    locale: 'fr'
  })
  const fields: Fields = {}
  expect(french.parse('20 août 2026 23:11 hi', fields)).toBe(true)
  expect(fields['@timestamp']).toBe('2026-08-20T23:11:00.000Z')
})

test.each(['{level} {message} {exception}', '{level} {message} | {exception}'])(
  'a traceback in the line of the message, by %s',
  pattern => {
    const trace = 'Traceback (most recent call last):\n\n> File "a.py", line 1, in <module>\n\nValueError: bad'
    const { parse } = compileParser({ format: 'loguru', pattern })
    const record = pattern.replace('{level}', 'ERROR').replace('{message}', 'failed')
    const fields: Fields = {}
    expect(parse(record.replace('{exception}', trace), fields)).toBe(true)
    expect(fields).toEqual({
      log: { level: 'error' },
      message: 'failed',
      error: { type: 'ValueError', message: 'bad', stack_trace: trace }
    })
    const plain: Fields = {}
    expect(parse(record.replace('{exception}', ''), plain)).toBe(true)
    expect(plain).toEqual({ log: { level: 'error' }, message: 'failed' })
  }
)
