// What format strings of Python's logging make of its lines.

import { describe, expect, test } from 'vitest'
import { compileParser, type ParseEntry } from '#parse'
import type { Fields } from '#record'
import { roundTrip } from './python-records.ts'

type Options = Omit<Extract<ParseEntry, { format: 'python-logging' }>, 'format'>

const compile = (options: Options) => compileParser({ format: 'python-logging', timezone: 'Asia/Seoul', ...options })

/** The event of one line; undefined where it does not match, which must leave no trace. */
function parse(options: Options, line: string): Fields | undefined {
  const fields: Fields = {}
  if (compile(options).parse(line, fields)) return fields
  expect(fields).toEqual({})
  return undefined
}

function refusal(options: Options): unknown {
  try {
    compile(options)
  } catch (error) {
    return error
  }
  throw new Error('it was not refused')
}

describe('each attribute has its field', () => {
  test.each<[written: string, text: string, expected: Fields]>([
    ['%(name)s', 'app.db', { log: { logger: 'app.db' } }],
    ['%(levelname)s', 'CRITICAL', { log: { level: 'critical' } }],
    ['%(levelname)s', 'Level 15', { log: { level: 'level 15' } }],
    ['%(levelname)s', 'Audit', { log: { level: 'audit' } }],
    ['%(levelno)s', '40', { event: { severity: 40 } }],
    ['%(levelno)d', '-5', { event: { severity: -5 } }],
    ['%(pathname)s', '/srv/app/my views.py', { log: { origin: { file: { name: '/srv/app/my views.py' } } } }],
    ['%(filename)s', 'views.py', { log: { origin: { file: { name: 'views.py' } } } }],
    ['%(module)s', 'views', { python: { module: 'views' } }],
    ['%(lineno)d', '12', { log: { origin: { file: { line: 12 } } } }],
    ['%(funcName)s', '<module>', { log: { origin: { function: '<module>' } } }],
    ['%(created)f', '1795183912.915123', { '@timestamp': '2026-11-20T14:11:52.915Z' }],
    ['%(created)d', '1795183912', { '@timestamp': '2026-11-20T14:11:52.000Z' }],
    ['%(asctime)s', '2026-11-20 23:11:52,915', { '@timestamp': '2026-11-20T14:11:52.915Z' }],
    ['%(msecs)d', '915', { python: { msecs: 915 } }],
    ['%(relativeCreated)d', '1042', { python: { relative_created: 1042 } }],
    ['%(relativeCreated).2f', '1042.25', { python: { relative_created: 1042.25 } }],
    ['%(thread)d', '140213938091840', { process: { thread: { id: 140213938091840 } } }],
    ['%(thread)x', '7f8d', { process: { thread: { id: 0x7f8d } } }],
    ['%(thread)#x', '0x7f8d', { process: { thread: { id: 0x7f8d } } }],
    ['%(thread)d', '99999999999999999999', { python: { thread_text: '99999999999999999999' } }],
    ['%(thread)s', 'None', {}],
    ['%(threadName)s', 'Thread-1 (run)', { process: { thread: { name: 'Thread-1 (run)' } } }],
    ['%(process)d', '4711', { process: { pid: 4711 } }],
    ['%(processName)s', 'MainProcess', { process: { name: 'MainProcess' } }],
    ['%(taskName)s', 'Task-1', { python: { task_name: 'Task-1' } }],
    ['%(taskName)s', 'None', {}],
    ['%(message)s', 'None', { message: 'None' }],
    ['%(message)s', '', { message: '' }],
    ['%(request_id)s', 'a1b2', { labels: { request_id: 'a1b2' } }],
    ['%(request_id)s', '', {}],
    ['%(http.user)s', '김 씨', { labels: { http_user: '김 씨' } }],
    ['%(duration).3f', '0.125', { labels: { duration: '0.125' } }]
  ])('%s of %j', (written, text, expected) => {
    expect(parse({ pattern: `<${written}>` }, `<${text}>`)).toEqual(expected)
  })
})

describe('flags, widths and precisions', () => {
  test.each<[written: string, text: string, expected: Fields]>([
    ['%(levelname)-8s', 'INFO    ', { log: { level: 'info' } }],
    ['%(levelname)8s', '    INFO', { log: { level: 'info' } }],
    ['%(levelname)-5s', 'CRITICAL', { log: { level: 'critical' } }],
    ['%(levelname).1s', 'W', { log: { level: 'warning' } }],
    ['%(levelname)-4.4s', 'CRIT', { log: { level: 'critical' } }],
    ['%(name)-12.12s', '모니터링 로그     ', { log: { logger: '모니터링 로그' } }],
    ['%(name).3s', 'app', { log: { logger: 'app' } }],
    ['%(lineno)04d', '0012', { log: { origin: { file: { line: 12 } } } }],
    ['%(lineno)5d', '   12', { log: { origin: { file: { line: 12 } } } }],
    ['%(lineno)-5d', '12   ', { log: { origin: { file: { line: 12 } } } }],
    ['%(lineno)+d', '+12', { log: { origin: { file: { line: 12 } } } }],
    ['%(lineno) d', ' 12', { log: { origin: { file: { line: 12 } } } }],
    ['%(message)r', String.raw`'it\'s \x1b[0m\n한글 \\'`, { message: "it's \u001b[0m\n한글 \\" }],
    ['%(message)a', String.raw`"it's \ud55c \U0001f600"`, { message: "it's 한 😀" }],
    ['{levelname:<8}', 'INFO    ', { log: { level: 'info' } }],
    ['{levelname:^8}', '  INFO  ', { log: { level: 'info' } }],
    ['{levelname:*>8}', '****INFO', { log: { level: 'info' } }],
    ['{levelname:8}', 'INFO    ', { log: { level: 'info' } }],
    ['{lineno:5}', '   12', { log: { origin: { file: { line: 12 } } } }],
    ['{lineno:05d}', '00012', { log: { origin: { file: { line: 12 } } } }],
    ['{thread:#b}', '0b101', { process: { thread: { id: 5 } } }],
    ['{message!r}', "'a'", { message: 'a' }],
    ['{relativeCreated:.1f}', '4.5', { python: { relative_created: 4.5 } }],
    ['$levelname', 'INFO', { log: { level: 'info' } }],
    ['${levelname}', 'INFO', { log: { level: 'info' } }]
  ])('%s of %j', (written, text, expected) => {
    expect(parse({ pattern: `<${written}>` }, `<${text}>`)).toEqual(expected)
  })

  test.each([
    ['100%% %(message)s', '100% a'],
    ['{{}} {message}', '{} a'],
    ['$$ ${message}', '$ a']
  ])('what is doubled in %s is one', (pattern, line) => {
    expect(parse({ pattern }, line)).toEqual({ message: 'a' })
  })

  test('a style that is named is not searched for', () => {
    expect(parse({ pattern: '%(x) {message}', style: '{' }, '%(x) a')).toEqual({ message: 'a' })
  })
})

const COMMON = '%(asctime)s - %(name)s - %(levelname)s - %(message)s'
const at = { '@timestamp': '2026-11-20T14:11:52.915Z' }

describe('lines as they are met', () => {
  test.each<[name: string, options: Options, line: string, expected: Fields]>([
    [
      'basicConfig without a format',
      {},
      'ERROR:root:a: b',
      { log: { level: 'error', logger: 'root' }, message: 'a: b' }
    ],
    [
      'names and messages that hold blanks, separators and Hangul',
      { pattern: COMMON },
      '2026-11-20 23:11:52,915 - 모니터링 로그 - ERROR - 에러: 서버 - x',
      { ...at, log: { logger: '모니터링 로그', level: 'error' }, message: '에러: 서버 - x' }
    ],
    [
      'the first level decides',
      { pattern: COMMON },
      '2026-11-20 23:11:52,915 - a - b - Level 15 - c - INFO - d',
      { ...at, log: { logger: 'a - b', level: 'level 15' }, message: 'c - INFO - d' }
    ],
    [
      'a level that the application added',
      { pattern: COMMON, levels: ['MY LEVEL'] },
      '2026-11-20 23:11:52,915 - a - MY LEVEL - b',
      { ...at, log: { logger: 'a', level: 'my level' }, message: 'b' }
    ],
    [
      'brackets',
      { pattern: '[%(asctime)s] [%(levelname)s] %(message)s' },
      '[2026-11-20 23:11:52,915] [WARNING] [x] y',
      { ...at, log: { level: 'warning' }, message: '[x] y' }
    ],
    [
      'milliseconds beside the time',
      { pattern: '%(asctime)s.%(msecs)03d %(message)s', datefmt: '%Y-%m-%dT%H:%M:%S' },
      '2026-11-20T23:11:52.915 a',
      { ...at, message: 'a' }
    ],
    [
      'the log format of Tornado',
      { pattern: '[%(levelname)1.1s %(asctime)s %(module)s:%(lineno)d] %(message)s', datefmt: '%y%m%d %H:%M:%S' },
      '[I 261120 23:11:52 web:2239] 200 GET /',
      {
        '@timestamp': '2026-11-20T14:11:52.000Z',
        log: { level: 'info', origin: { file: { line: 2239 } } },
        python: { module: 'web' },
        message: '200 GET /'
      }
    ],
    [
      'the example of the logging cookbook',
      { pattern: '%(asctime)s %(name)-12s %(levelname)-8s %(message)s', datefmt: '%m-%d-%Y %H:%M' },
      '11-20-2026 23:11 myapp.area1  INFO     The five',
      { '@timestamp': '2026-11-20T14:11:00.000Z', log: { logger: 'myapp.area1', level: 'info' }, message: 'The five' }
    ],
    [
      'a function behind its module, and a place at the end',
      { pattern: '%(name)s.%(funcName)s: %(message)s (%(pathname)s:%(lineno)d)' },
      'app.db.connect: a (b:1) (C:\\my app\\db.py:12)',
      {
        log: { logger: 'app.db', origin: { function: 'connect', file: { name: 'C:\\my app\\db.py', line: 12 } } },
        message: 'a (b:1)'
      }
    ],
    [
      'a path that Windows writes',
      { pattern: '%(pathname)s:%(lineno)d %(levelname)s %(message)s' },
      'C:\\my app\\db.py:12 INFO a',
      { log: { level: 'info', origin: { file: { name: 'C:\\my app\\db.py', line: 12 } } }, message: 'a' }
    ],
    [
      'file and path',
      { pattern: '%(pathname)s|%(filename)s' },
      '/srv/a.py|a.py',
      { python: { pathname: '/srv/a.py' }, log: { origin: { file: { name: 'a.py' } } } }
    ],
    [
      'a time without a day is kept as it is',
      { pattern: '%(asctime)s %(message)s', datefmt: '%H:%M:%S' },
      '23:11:52 a',
      { python: { asctime: '23:11:52' }, message: 'a' }
    ],
    [
      '%f, which time.strftime does not know',
      { pattern: '%(asctime)s %(message)s', datefmt: '%Y-%m-%d %H:%M:%S.%f' },
      '2026-11-20 23:11:52.%f a',
      { '@timestamp': '2026-11-20T14:11:52.000Z', message: 'a' }
    ],
    [
      'created says more than asctime',
      { pattern: '%(asctime)s %(created).6f %(message)s', datefmt: '%Y-%m-%d %H:%M:%S' },
      '2026-11-20 23:11:52 1795183912.915000 a',
      { ...at, message: 'a' }
    ],
    ['an attribute that is named twice', { pattern: '%(name)s|%(name)s' }, 'a|a', { log: { logger: 'a' } }],
    [
      'a message of several lines',
      { pattern: '%(levelname)s %(message)s' },
      'INFO a\n  b\n',
      { log: { level: 'info' }, message: 'a\n  b\n' }
    ]
  ])('%s', (_, options, line, expected) => {
    expect(parse(options, line)).toEqual(expected)
  })

  test.each([
    ['an unknown time', COMMON, '2026-11-31 23:11:52,915 - a - INFO - b'],
    ['no level where one decides', COMMON, '2026-11-20 23:11:52,915 - a - b'],
    ['several words for a level', '[%(levelname)s] %(message)s', '[not a level] a'],
    ['a name that goes on in the next line', '%(levelname)s:%(name)s:%(message)s', 'INFO:a\nb:c'],
    ['letters for a number', '%(lineno)d %(message)s', 'x1 a'],
    ['a traceback alone', '%(levelname)s:%(message)s', 'Traceback (most recent call last):\n  File "a"\nE']
  ])('%s does not match', (_, pattern, line) => {
    expect(parse({ pattern }, line)).toBeUndefined()
  })

  test('a mismatch says where and what was expected', () => {
    const { mismatch } = compile({ pattern: COMMON })
    expect(mismatch('2026-11-20 23:11:52;915 - a - INFO - b')).toEqual({
      column: 0,
      expected: '%(asctime)s, a time such as 2026-11-20 23:11:52,915'
    })
    expect(mismatch('2026-11-20 23:11:52,915 - a - b')).toEqual({
      column: 26,
      expected: '%(name)s, text such as my-app.db'
    })
  })
})

const TRACE = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\n'

describe('what stands behind a message', () => {
  test.each<[name: string, behind: string, error: Fields]>([
    ['an exception', `${TRACE}ValueError: bad: x`, { type: 'ValueError', message: 'bad: x' }],
    ['an exception of a module', `${TRACE}app.errors.Broken: 깨짐`, { type: 'app.errors.Broken', message: '깨짐' }],
    ['a class within a function', `${TRACE}m.f.<locals>.E: x`, { type: 'm.f.<locals>.E', message: 'x' }],
    ['an exception that says nothing', `${TRACE}KeyboardInterrupt`, { type: 'KeyboardInterrupt' }],
    ['a message of several lines and notes', `${TRACE}OSError: a\nb\nnote`, { type: 'OSError', message: 'a\nb\nnote' }],
    [
      'the last of a chain',
      `${TRACE}KeyError: 'a'\n\nDuring handling of the above exception, another exception occurred:\n\n${TRACE}E: b`,
      { type: 'E', message: 'b' }
    ],
    [
      'a cause that was never raised',
      `KeyError: 'a'\n\nThe above exception was the direct cause of the following exception:\n\n${TRACE}E: b`,
      { type: 'E', message: 'b' }
    ],
    [
      'a cause in another process',
      `concurrent.futures.process._RemoteTraceback: \n"""\n${TRACE}E: a\n"""\n\nThe above exception was the direct cause of the following exception:\n\n${TRACE}E: b`,
      { type: 'E', message: 'b' }
    ],
    [
      'a group',
      '  + Exception Group Traceback (most recent call last):\n  |   File "a.py", line 1, in f\n  | ExceptionGroup: two\n  | lines (1 sub-exception)\n  +-+---------------- 1 ----------------\n    | E: 1\n    +------------------------------------',
      { type: 'ExceptionGroup', message: 'two\nlines (1 sub-exception)' }
    ],
    [
      'an exception and the stack of the call',
      `${TRACE}E: b\nStack (most recent call last):\n  File "a.py", line 9, in h`,
      { type: 'E', message: 'b' }
    ],
    ['the stack of the call alone', 'Stack (most recent call last):\n  File "a.py", line 9, in h', {}],
    ['a traceback that was cut off', TRACE.trimEnd(), {}]
  ])('%s', (_, behind, error) => {
    expect(parse({}, `ERROR:app:a\nb\n${behind}`)).toEqual({
      log: { level: 'error', logger: 'app' },
      message: 'a\nb',
      error: { ...error, stack_trace: behind }
    })
  })

  test('it stands behind all of the line, not behind the message alone', () => {
    const pattern = '%(message)s [%(filename)s:%(lineno)d]'
    expect(parse({ pattern }, `a\nb [a.py:3]\n${TRACE}E: c`)).toMatchObject({
      message: 'a\nb',
      error: { type: 'E', message: 'c' }
    })
  })

  test('an exception that the application formatted itself is its message too', () => {
    const traceback = `${TRACE}E: c`
    expect(parse({}, `ERROR:app:${traceback}`)).toEqual({
      log: { level: 'error', logger: 'app' },
      message: traceback,
      error: { type: 'E', message: 'c', stack_trace: traceback }
    })
  })

  test('words of a traceback without its frames are a message', () => {
    const message = 'a\nTraceback (most recent call last):\nb'
    expect(parse({}, `INFO:app:${message}`)).toEqual({ log: { level: 'info', logger: 'app' }, message })
  })
})

describe('what is refused', () => {
  test.each<[name: string, options: Options, column: number, said: string]>([
    ['no attribute', { pattern: 'hello' }, 0, '"hello" names no attribute of a record in style %'],
    ['a stray %', { pattern: '%(message)s 100%' }, 15, '"%" names no attribute of a record in style %'],
    ['a stray brace', { pattern: '{message} }' }, 10, '"}" names no attribute of a record in style {'],
    ['an expression', { pattern: '{message.x}' }, 0, 'allowed: {name}, {name:spec} or {name!r}'],
    ['a stray $', { pattern: '$message $1' }, 9, '"$1" names no attribute of a record in style $'],
    ['a text as a number', { pattern: '%(message)d' }, 0, '"%(message)d" cannot write message; allowed: s'],
    [
      'a fraction in another base',
      { pattern: '%(created)x' },
      0,
      '"%(created)x" cannot write created; allowed: f, d or s'
    ],
    ['a directive that strftime does not have', { datefmt: '%Y-%q' }, 3, '"%q" is no directive of strftime'],
    [
      'texts with a separator that both may hold',
      { pattern: '%(threadName)s %(message)s' },
      0,
      '"Thread-1 (run) message message" could be "Thread-1 (run)" and "message message", or "Thread-1 (run) message" and "message"'
    ],
    [
      'texts with nothing between them',
      { pattern: '%(lineno)d %(name)s%(message)s' },
      11,
      'nothing stands between them'
    ],
    ['a separator that names hold', { pattern: '%(name)s-%(message)s' }, 0, '"my-app.db-message-message" could be']
  ])('%s', (_, options, column, said) => {
    const error = refusal(options)
    expect(error).toMatchObject({ code: 'E_PARSE_PATTERN', context: { column } })
    expect(String(error)).toContain(said)
  })

  test('a zone that is none', () => {
    expect(refusal({ timezone: 'Seoul' })).toMatchObject({ code: 'E_PARSE_OPTION', context: { found: 'Seoul' } })
  })
})

test('what CPython formats comes back as the record that it was, or its format is refused', () => {
  const { taken, refused } = roundTrip(2000)
  expect(taken).toBeGreaterThan(1000)
  expect(refused).toBeLessThan(500)
})

test.each([
  ['%m-%d %H:%M', '11-20 23:11', '2026-11-20T14:11:00.000Z'],
  ['%m-%d %H:%M', '12-31 23:11', '2025-12-31T14:11:00.000Z'],
  ['%H:%M:%S', '23:11:52', '2026-11-20T14:11:52.000Z']
])('a datefmt of %s has its year or date from the reading of the line', (datefmt, asctime, expected) => {
  const fields: Fields = {}
  const reading = { path: 'app.log', readMs: Date.parse('2026-11-20T15:00:00Z'), modifiedMs: undefined }
  compile({ pattern: '%(asctime)s %(message)s', datefmt }).parse(`${asctime} hi`, fields, reading)
  expect(fields).toEqual({ '@timestamp': expected, python: { asctime }, message: 'hi' })
})

test('names of months in another language', () => {
  const parser = compileParser({
    format: 'python-logging',
    pattern: '%(asctime)s %(levelname)s %(message)s',
    datefmt: '%A, %d. %B %Y %H:%M:%S',
    timezone: 'UTC',
    locale: 'de'
  })
  const fields: Fields = {}
  expect(parser.parse('Freitag, 20. März 2026 23:11:52 INFO hi', fields)).toBe(true)
  expect(fields).toMatchObject({ '@timestamp': '2026-03-20T23:11:52.000Z', log: { level: 'info' }, message: 'hi' })
})

test('seconds that stand before the year are read of every line of a file', () => {
  const { parse } = compileParser({
    format: 'python-logging',
    pattern: '%(asctime)s %(message)s',
    datefmt: '%c',
    timezone: 'UTC'
  })
  const reading = { path: 'a.log', readMs: Date.parse('2026-11-21T00:00:00Z'), modifiedMs: undefined }
  const times = ['52', '52', '53'].map(second => {
    const fields: Fields = {}
    parse(`Fri Nov 20 23:11:${second} 2026 hi`, fields, reading)
    return fields['@timestamp']
  })
  expect(times).toEqual(['2026-11-20T23:11:52.000Z', '2026-11-20T23:11:52.000Z', '2026-11-20T23:11:53.000Z'])
})
