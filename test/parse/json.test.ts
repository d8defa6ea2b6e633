// What lines of JSON become, whichever logger wrote them.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileParser, type ParseEntry, parsers } from '#parse'
import { type Fields, isFields, type Value } from '#record'

type Options = Omit<Extract<ParseEntry, { format: 'json' }>, 'format'>

const compile = (options: Options = {}) => compileParser({ format: 'json', timezone: 'Asia/Seoul', ...options })

/** The event of one line; undefined where it is no JSON object, which must leave no trace. */
function parse(line: unknown, options?: Options, fields: Fields = {}): Fields | undefined {
  const before = JSON.stringify(fields)
  if (compile(options).parse(typeof line === 'string' ? line : JSON.stringify(line), fields)) return fields
  expect(JSON.stringify(fields)).toBe(before)
  return undefined
}

const at = { '@timestamp': '2026-11-20T14:11:52.915Z' }

describe('loggers', () => {
  test.each<[name: string, line: unknown, expected: Fields]>([
    [
      'MongoDB',
      {
        t: { $date: '2026-11-20T23:11:52.915+09:00' },
        s: 'I',
        c: 'NETWORK',
        id: 22943,
        ctx: 'listener',
        msg: 'Connection accepted',
        attr: { remote: '10.0.0.7:52322', connectionId: 5 }
      },
      {
        ...at,
        log: { level: 'info' },
        message: 'Connection accepted',
        mongodb: {
          log: {
            component: 'NETWORK',
            id: 22943,
            context: 'listener',
            attr: { remote: '10.0.0.7:52322', connectionId: 5 }
          }
        }
      }
    ],
    [
      'pino',
      {
        level: 50,
        time: 1795183912915,
        pid: 4711,
        hostname: 'web-1',
        name: 'shop',
        err: { type: 'TypeError', message: 'x is no function', stack: 'TypeError: x\n    at f', code: 'E_X', cart: 7 },
        orderId: 42,
        msg: '주문 실패'
      },
      {
        ...at,
        log: { level: 'error', logger: 'shop' },
        message: '주문 실패',
        process: { pid: 4711 },
        host: { hostname: 'web-1' },
        error: { type: 'TypeError', message: 'x is no function', stack_trace: 'TypeError: x\n    at f', code: 'E_X' },
        err: { cart: 7 },
        orderId: 42
      }
    ],
    [
      'bunyan',
      {
        name: 'shop',
        hostname: 'web-1',
        pid: 1,
        level: 30,
        msg: 'hi',
        time: '2026-11-20T14:11:52.915Z',
        v: 0,
        err: { name: 'Error', message: 'm', stack: 's' }
      },
      {
        ...at,
        log: { level: 'info', logger: 'shop' },
        message: 'hi',
        process: { pid: 1 },
        host: { hostname: 'web-1' },
        error: { type: 'Error', message: 'm', stack_trace: 's' },
        v: 0
      }
    ],
    [
      'structlog',
      {
        event: 'user logged in',
        level: 'WARNING',
        logger: 'app.auth',
        timestamp: '2026-11-20T14:11:52.915123Z',
        user_id: 'u1',
        exception: 'Traceback (most recent call last):\n  File "a.py", line 1, in f\napp.Broken: no'
      },
      {
        '@timestamp': '2026-11-20T14:11:52.915123Z',
        message: 'user logged in',
        log: { level: 'warning', logger: 'app.auth' },
        user_id: 'u1',
        error: {
          type: 'app.Broken',
          message: 'no',
          stack_trace: 'Traceback (most recent call last):\n  File "a.py", line 1, in f\napp.Broken: no'
        }
      }
    ],
    [
      'python-json-logger',
      {
        asctime: '2026-11-20 23:11:52,915',
        levelname: 'ERROR',
        name: 'app.db',
        message: 'broken',
        filename: 'db.py',
        funcName: 'connect',
        lineno: 12,
        process: 4711,
        processName: 'MainProcess',
        thread: 140213938091840,
        threadName: 'MainThread',
        taskName: null,
        order: 7,
        exc_info: 'Traceback (most recent call last):\n  File "a.py", line 1, in f\nValueError: bad: x'
      },
      {
        ...at,
        log: { level: 'error', logger: 'app.db', origin: { file: { name: 'db.py', line: 12 }, function: 'connect' } },
        message: 'broken',
        process: { pid: 4711, name: 'MainProcess', thread: { id: 140213938091840, name: 'MainThread' } },
        taskName: null,
        order: 7,
        error: {
          type: 'ValueError',
          message: 'bad: x',
          stack_trace: 'Traceback (most recent call last):\n  File "a.py", line 1, in f\nValueError: bad: x'
        }
      }
    ],
    [
      'python-json-logger without asctime',
      { levelname: 'INFO', message: 'a', created: 1795183912.9151, msecs: 915 },
      {
        ...at,
        log: { level: 'info' },
        message: 'a',
        python: { msecs: 915 }
      }
    ],
    [
      'an ECS logger with dotted keys',
      {
        '@timestamp': '2026-11-20T14:11:52.915Z',
        'log.level': 'INFO',
        message: 'hi',
        'ecs.version': '8.11.0',
        'log.logger': 'app',
        'log.origin.file.line': 3,
        'error.type': 'E',
        'service.name': 'shop',
        labels: { a: 'b' }
      },
      {
        ...at,
        log: { level: 'info', logger: 'app', origin: { file: { line: 3 } } },
        message: 'hi',
        ecs: { version: '8.11.0' },
        error: { type: 'E' },
        service: { name: 'shop' },
        labels: { a: 'b' }
      }
    ],
    [
      'zap',
      {
        level: 'error',
        ts: 1795183912.915,
        caller: 'a.go:1',
        msg: 'm',
        error: 'broken',
        stacktrace: 'main.f\n\ta.go:1'
      },
      {
        ...at,
        log: { level: 'error' },
        message: 'm',
        caller: 'a.go:1',
        error: { message: 'broken', stack_trace: 'main.f\n\ta.go:1' }
      }
    ],
    [
      'logstash-logback-encoder',
      {
        '@timestamp': '2026-11-20T23:11:52.915+09:00',
        '@version': '1',
        message: 'm',
        logger_name: 'c.e.Shop',
        thread_name: 'main',
        level: 'WARN',
        stack_trace: 'java.lang.E: x\n\tat f'
      },
      {
        ...at,
        '@version': '1',
        message: 'm',
        log: { logger: 'c.e.Shop', level: 'warn' },
        thread_name: 'main',
        error: { stack_trace: 'java.lang.E: x\n\tat f' }
      }
    ],
    [
      'winston',
      { level: 'info', message: 'm', timestamp: '2026-11-20T14:11:52.915Z', stack: 'Error: m\n    at f' },
      { ...at, log: { level: 'info' }, message: 'm', error: { stack_trace: 'Error: m\n    at f' } }
    ],
    [
      'json-file of Docker',
      { log: 'hi\n', stream: 'stderr', time: '2026-11-20T14:11:52.915123456Z' },
      { '@timestamp': '2026-11-20T14:11:52.915123456Z', message: 'hi\n', stream: 'stderr' }
    ]
  ])('%s', (_, line, expected) => {
    expect(parse(line)).toEqual(expected)
  })
})

describe('the time', () => {
  test.each<[name: string, value: unknown, expected: string | undefined]>([
    ['seconds', 1795183912, '2026-11-20T14:11:52.000Z'],
    ['seconds and a fraction', 1795183912.915, '2026-11-20T14:11:52.915Z'],
    ['milliseconds', 1795183912915, '2026-11-20T14:11:52.915Z'],
    ['microseconds', 1795183912915123, '2026-11-20T14:11:52.915Z'],
    ['nanoseconds', '1795183912915123456', '2026-11-20T14:11:52.915Z'],
    ['seconds as a text', '1795183912.915', '2026-11-20T14:11:52.915Z'],
    ['ISO 8601 with an offset', '2026-11-20T23:11:52.915+09:00', '2026-11-20T14:11:52.915Z'],
    ['ISO 8601 without a zone', '2026-11-20 23:11:52.915', '2026-11-20T14:11:52.915Z'],
    ['a number too small for one', 35.2, undefined],
    ['a date alone', '2026-11-20', undefined],
    ['words', 'yesterday', undefined],
    ['a day that is not', '2026-02-30T00:00:00Z', undefined],
    ['null', null, undefined]
  ])('%s', (_, time, expected) => {
    const found = parse({ time })
    expect(found?.['@timestamp']).toBe(expected)
    expect(found?.time).toEqual(expected === undefined ? time : undefined)
  })

  test('nanoseconds that are a number', () => {
    expect(parse('{"time":1795183912915123456}')).toEqual(at)
  })

  test('the most preferred key that holds one, others staying where they are', () => {
    expect(parse({ date: '2026-11-20', ts: 1, time: 1795183912915, asctime: '2026-11-20 00:00:00,000' })).toEqual({
      ...at,
      date: '2026-11-20',
      ts: 1,
      asctime: '2026-11-20 00:00:00,000'
    })
  })

  test('a key that is named, and no other', () => {
    const line = { time: 1795180000000, meta: { at: 1795183912915 } }
    expect(parse(line, { timeKey: 'meta.at' })).toEqual({ ...at, ...line })
    expect(parse({ at: 1795183912915 }, { timeKey: 'at' })).toEqual(at)
    expect(parse({ at: 'later', time: 1795180000000 }, { timeKey: 'at' })).toEqual({ at: 'later', time: 1795180000000 })
  })

  test('a time that is none does not stand where Elasticsearch wants one', () => {
    expect(parse({ '@timestamp': 'now' })).toEqual({ json: { '@timestamp': 'now' } })
  })
})

describe('the level', () => {
  test.each<[value: unknown, expected: string]>([
    [10, 'trace'],
    [20, 'debug'],
    [30, 'info'],
    [40, 'warn'],
    [50, 'error'],
    [60, 'fatal'],
    [35, '35'],
    ['WARNING', 'warning'],
    ['Info ', 'info']
  ])('%j is %s', (level, expected) => {
    expect(parse({ level })).toEqual({ log: { level: expected } })
  })

  test.each(['severity', 'levelname', 'lvl', 'log.level'])('may stand under %s', key => {
    expect(parse({ [key]: 'ERROR' })).toEqual({ log: { level: 'error' } })
  })

  test('what is none stays where it is', () => {
    expect(parse({ level: { a: 1 }, severity: 'INFO' })).toEqual({ level: { a: 1 }, log: { level: 'info' } })
    expect(parse({ level: null })).toEqual({ level: null })
    expect(parse({ 'log.level': 'INFO', level: 3 })).toEqual({ level: 3, log: { level: 'info' } })
  })
})

describe('the message', () => {
  test.each<[line: unknown, expected: Fields]>([
    [
      { msg: 'a', text: 'b' },
      { message: 'a', text: 'b' }
    ],
    [{ message: 5 }, { message: '5' }],
    [
      { message: { a: 1 }, text: 'b' },
      { message: 'b', json: { message: { a: 1 } } }
    ],
    [{ message: null }, { json: { message: null } }],
    [{ msg: { a: 1 } }, { msg: { a: 1 } }],
    [
      { message: 'a', event: 'b', log: 'c' },
      { message: 'a', event: 'b', log: 'c' }
    ]
  ])('of %j', (line, expected) => {
    expect(parse(line)).toEqual(expected)
  })
})

describe('errors', () => {
  test.each<[line: unknown, expected: Fields]>([
    [{ error: 'boom' }, { error: { message: 'boom' } }],
    [{ err: 'boom' }, { error: { message: 'boom' } }],
    [
      { error: { message: 'm', name: 'E', type: 'T', cause: { a: 1 } } },
      { error: { message: 'm', name: 'E', type: 'T', cause: { a: 1 } } }
    ],
    [{ exception: 'E: x' }, { error: { message: 'E: x' } }],
    [
      { exc_info: true, error: null },
      { exc_info: true, error: null }
    ],
    [{ exception: [{ exc_type: 'E' }] }, { exception: [{ exc_type: 'E' }] }],
    [{ error: 'boom', err: { message: 'bang' } }, { error: { message: ['boom', 'bang'] } }]
  ])('of %j', (line, expected) => {
    expect(parse(line)).toEqual(expected)
  })
})

describe('other keys', () => {
  test.each<[name: string, line: string, expected: Fields]>([
    ['nested objects and lists stay', '{"a":{"b":[1,{"c":null}]}}', { a: { b: [1, { c: null }] } }],
    ['dotted keys become objects, in lists too', '{"a.b":1,"c":[{"d.e":2}]}', { a: { b: 1 }, c: [{ d: { e: 2 } }] }],
    ['dotted and nested come together', '{"a.b":1,"a":{"c":2},"a.d":3}', { a: { b: 1, c: 2, d: 3 } }],
    ['two values at one place make a list', '{"a.b":1,"a":{"b":2}}', { a: { b: [1, 2] } }],
    ['the same value twice is one', '{"a.b":1,"a":{"b":1}}', { a: { b: 1 } }],
    ['a value where an object is', '{"a":1,"a.b":2}', { a: { value: 1, b: 2 } }],
    ['an object where a value is', '{"a.b":1,"a.b.c":2,"a":{"b":{"value":3}}}', { a: { b: { value: [1, 3], c: 2 } } }],
    [
      'names that Elasticsearch refuses',
      '{"":1,"a..b":2,".c":3," ":4}',
      { _: { c: 3, value: [1, 4] }, a: { _: { b: 2 } } }
    ],
    ['of a key that comes twice the last counts', '{"a":1,"a":2}', { a: 2 }],
    [
      'whole numbers keep all digits',
      '{"a":9007199254740993,"b":[-12345678901234567890]}',
      { a: '9007199254740993', b: ['-12345678901234567890'] }
    ],
    ['numbers beyond all doubles', '{"a":1e999,"b":1e300,"c":0.1}', { a: '1e999', b: 1e300, c: 0.1 }],
    ['a text for tags', '{"tags":"a"}', { tags: ['a'] }],
    ['blanks around', ' \t{"a":1} \r', { a: 1 }],
    ['nothing at all', '{}', {}]
  ])('%s', (_, line, expected) => {
    expect(parse(line)).toEqual(expected)
  })

  test('are put under a target', () => {
    const line = {
      level: 'info',
      msg: 'm',
      time: 1795183912915,
      a: 1,
      'b.c': 2,
      err: { message: 'e', d: 3 },
      message2: 4
    }
    expect(parse(line, { target: 'app.data' })).toEqual({
      ...at,
      log: { level: 'info' },
      message: 'm',
      error: { message: 'e' },
      app: { data: { a: 1, b: { c: 2 }, err: { d: 3 }, message2: 4 } }
    })
    expect(parse({ msg: 'm' }, { target: 'app' })).toEqual({ message: 'm' })
  })

  test.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString'])('%s is a name like others', name => {
    for (const line of [
      `{"${name}":{"a":1}}`,
      `{"${name}.a":1}`,
      `{"x.${name}":{"a":1}}`,
      `{"msg":{"${name}.b.c":1}}`
    ]) {
      for (const options of [{}, { target: 't' }]) {
        const found = parse(line, options)
        expect(JSON.stringify(found)).toContain(`"${name}":`)
        expect(({} as Fields).a ?? ({} as Fields).b).toBeUndefined()
        expect(Object.getPrototypeOf(found)).toBe(Object.prototype)
      }
    }
  })
})

test('what the document must keep stays, and what a line says of it stands under json', () => {
  const document = (): Fields => ({
    '@timestamp': undefined,
    message: undefined,
    data_stream: { type: 'logs', dataset: 'shop', namespace: 'default' },
    event: { dataset: 'shop' },
    host: { name: 'here' },
    log: { file: { path: '/var/log/a' }, offset: 5 }
  })
  const line = {
    data_stream: { dataset: 'other' },
    event: { dataset: 'shop.orders', action: 'buy' },
    host: { name: 'there' },
    'log.file.path': '/b',
    'log.offset': 9,
    'log.level': 'INFO'
  }
  expect(parse(line, {}, document())).toEqual({
    ...document(),
    event: { dataset: 'shop.orders', action: 'buy' },
    host: { name: 'there' },
    log: { file: { path: '/var/log/a' }, offset: 5, level: 'info' },
    json: { data_stream: { dataset: 'other' }, log: { file: { path: '/b' }, offset: 9 } }
  })
  expect(parse({ msg: 'm', log: 'x', event: 5, host: 'there' }, {}, document())).toEqual({
    ...document(),
    message: 'm',
    json: { log: 'x', event: 5, host: 'there' }
  })
})

describe('what is no JSON object', () => {
  test.each<[line: string, column: number, expected: string]>([
    ['', 0, 'a JSON object in { }'],
    ['hello', 0, 'a JSON object in { }'],
    [' [1]', 1, 'a JSON object in { }'],
    ['"a"', 0, 'a JSON object in { }'],
    ['{"a":1', 6, 'a comma or }'],
    ['{"a":1,}', 7, 'a key in double quotes'],
    ['{"a" 1}', 5, 'a colon'],
    ['{"a":1} x', 8, 'the end of the line'],
    ['{"a":NaN}', 5, 'a text in double quotes, a number, true, false, null, { or ['],
    ["{'a':1}", 1, 'a text in double quotes, a number, true, false, null, { or ['],
    ['{"a":"b', 5, 'a closing double quote'],
    ['{/**/"a":1}', 1, 'no comment']
  ])('%j stops at %i', (line, column, expected) => {
    expect(parse(line)).toBeUndefined()
    expect(compile().mismatch(line)).toEqual({ column, expected })
  })

  test('a hundred levels are taken, one more is not', () => {
    const nested = (depth: number) => `${'{"a":'.repeat(depth - 1)}{}${'}'.repeat(depth - 1)}`
    expect(parse(nested(100))).toBeDefined()
    expect(parse(nested(101))).toBeUndefined()
    expect(compile().mismatch(nested(101))).toEqual({
      column: 500,
      expected: 'at most 100 objects and lists within each other'
    })
    const dotted = (depth: number) => `{"${Array(depth).fill('a').join('.')}":1}`
    expect(parse(dotted(100))).toBeDefined()
    expect(parse(dotted(101))).toBeUndefined()
    expect(compile().mismatch(dotted(101)).expected).toContain('at most 100')
  })

  test('neither depth nor size ends the program', () => {
    const deep = 100_000
    for (const line of [
      '['.repeat(deep),
      `{"a":${'['.repeat(deep)}${']'.repeat(deep)}}`,
      `{"a":${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}}`,
      '{"a":'.repeat(deep),
      `{"${'a.'.repeat(deep)}":1,"a":{"${'a.'.repeat(deep)}":2}}`
    ]) {
      expect(parse(line)).toBeUndefined()
      expect(compile().mismatch(line).column).toBeLessThanOrEqual(line.length)
    }
    const wide = JSON.stringify(Object.fromEntries(Array.from({ length: deep }, (_, i) => [`k${i}.x`, 'y'.repeat(20)])))
    expect(Object.keys(parse(wide) ?? {})).toHaveLength(deep)
  })
})

test('whatever an object says is found again in its event, and no line is taken apart that JSON.parse refuses', () => {
  const key = fc.oneof(
    fc.constantFrom(
      'level',
      'message',
      'msg',
      'time',
      'log',
      'event',
      'err',
      'error',
      'a.b',
      'a',
      'b',
      'a.b.c',
      '__proto__',
      'json',
      'tags'
    ),
    fc.string({ maxLength: 3 })
  )
  const tree = fc.letrec<{ value: unknown; object: Record<string, unknown> }>(tie => ({
    value: fc.oneof(
      fc.string(),
      fc.integer({ min: -9, max: 9 }),
      fc.boolean(),
      fc.constant(null),
      tie('object'),
      fc.array(tie('value'), { maxLength: 2 })
    ),
    object: fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true })
  }))
  fc.assert(
    fc.property(tree.object, object => {
      const fields = parse(object, {}, { log: { offset: 1 } })
      const found = leaves(fields)
      for (const leaf of leaves(object)) expect(found).toContain(leaf)
    }),
    { numRuns: 500 }
  )
  fc.assert(
    fc.property(tree.object, fc.nat(), fc.constantFrom('', '}', '"', ',', '\\', '\0'), (object, at, put) => {
      const text = JSON.stringify(object)
      const place = at % (text.length + 1)
      const broken = text.slice(0, place) + put + text.slice(place + 1)
      expect(parse(broken) !== undefined).toBe(isObject(broken))
      if (!isObject(broken)) expect(compile().mismatch(broken).column).toBeLessThanOrEqual(broken.length)
    }),
    { numRuns: 500 }
  )
})

/** Texts of all values, in lower case, for levels lose theirs. */
function leaves(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leaves)
  return value === undefined ? [] : [String(value).trim().toLowerCase()]
}

function isObject(text: string): boolean {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

describe('nesting that Elasticsearch would not map is kept as text', () => {
  const nested = (levels: number, leaf: string) => `${'{"a":'.repeat(levels)}${leaf}${'}'.repeat(levels)}`
  const inner = (fields: Value | undefined, levels: number): Value | undefined =>
    levels === 0 ? fields : inner(isFields(fields) ? fields.a : undefined, levels - 1)

  test.each<[name: string, line: string, levels: number, expected: Value]>([
    ['as deep as it maps', nested(18, '1'), 18, 1],
    ['one object too deep', nested(19, '1'), 18, '{"a":1}'],
    ['a list does not count', nested(18, '[1]'), 18, [1]],
    ['objects in a list do', nested(18, '[{"b":1},2]'), 18, ['{"b":1}', 2]],
    ['dotted names do', nested(17, '{"a":{"b.c":1}}'), 18, '{"b":{"c":1}}'],
    ['very deep', nested(99, '1'), 18, nested(81, '1')]
  ])('%s', (_, line, levels, expected) => {
    const fields: Fields = {}
    expect(compileParser({ format: 'json' }).parse(line, fields)).toBe(true)
    expect(inner(fields, levels)).toEqual(expected)
  })
})

describe('a line of several objects', () => {
  test.each<[line: string, pieces: readonly string[] | undefined]>([
    ['{"a":1}{"b":2}', ['{"a":1}', '{"b":2}']],
    ['{"a":{"b":"}{"}} , {"c":"\\"{"}  {"d":[{},{}]}', ['{"a":{"b":"}{"}}', '{"c":"\\"{"}', '{"d":[{},{}]}']],
    ['{"a":[{"b":1},{"b":2}]}', undefined],
    ['{"a":"}{"}', undefined],
    ['{"a":1} and {"b":2}', undefined],
    ['{"a":1}{"b":', undefined],
    ['}{', undefined]
  ])('%s', (line, pieces) => {
    expect(parsers([{ format: 'json' }]).split?.(line)).toEqual(pieces)
  })
})
