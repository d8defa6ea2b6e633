// Lines of JSON whose shape is known become, byte for byte, the documents that the interpreter makes of them.

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EnrichEntry } from '#enrich'
import type { ParseEntry } from '#parse'
import type { Place } from '../../src/pipeline/document.ts'
import { apart, documents, inFile, place } from './ways.ts'

const entries: readonly ParseEntry[] = [{ format: 'json' }]

/** How many of these lines were spliced, all having become what the interpreter makes of them. */
function spliced(
  texts: readonly string[],
  formats = entries,
  at: Place = place,
  newline = '\n',
  enrich: readonly EnrichEntry[] = []
): number {
  const lines = inFile(texts, newline)
  let count = 0
  const made = documents(formats, lines, 'both', { at, enrich, onSpliced: found => (count = found) })
  expect(made).toEqual(documents(formats, apart(lines), 'slow', { at, enrich }))
  return count
}

/** A line of a logger with other values, so that its shape is known before that of the line. */
const loggers: Readonly<Record<string, (text: string, number: string) => string>> = {
  pino: (text, number) =>
    `{"level":30,"time":1763600000123,"pid":42,"hostname":"web","name":"shop","req":{"method":"GET","url":"${text}"},"took":${number},"msg":"${text}"}`,
  structlog: (text, number) =>
    `{"event": "${text}", "user_id": ${number}, "level": "info", "logger": "shop.pay", "timestamp": "2026-11-20T10:00:00.123456Z"}`,
  ecs: (text, number) =>
    `{"@timestamp":"2026-11-20T10:00:00.123Z","log.level":"INFO","message":"${text}","ecs.version":"1.2.0","service.name":"shop","event.duration":${number},"process.thread.name":"main","labels":{"text":"${text}"}}`,
  'python-json-logger': (text, number) =>
    `{"asctime": "2026-11-20 10:00:00,123", "levelname": "WARNING", "name": "shop", "lineno": ${number}, "funcName": "${text}", "message": "${text}"}`,
  winston: (text, number) =>
    `{"message":"${text}","level":"error","timestamp":"2026-11-20T10:00:00.123Z","stack":"${text}","list":["${text}",${number},[true,null]],"empty":{}}`,
  zap: (text, number) =>
    `{"level":"info","ts":1763600000.123,"caller":"${text}","msg":"${text}","error":"${text}","n":${number}}`
}

describe('what is spliced', () => {
  test.each(Object.keys(loggers))('lines of %s, from the third of their shape on', name => {
    const line = loggers[name] ?? String
    const texts = ['one', 'two', 'three', 'with \\"quotes\\" and \\n', '주문 👍', 'x\\u001b[0m'].map((text, i) =>
      line(text, `${i}.5`)
    )
    expect(spliced(texts)).toBe(4)
    expect(spliced(texts, entries, place, '\r\n')).toBe(4)
    expect(spliced(texts, [{ format: 'json', target: 'app.data' }])).toBe(4)
  })

  test('values as they are written, unless they are printed otherwise', () => {
    const line = loggers.pino ?? String
    const known = [line('a', '1'), line('b', '2')]
    for (const number of ['0', '-1', '12.75', '0.000001', '9007199254740991', '0.1234567890123456', '1e-7', '1e+21']) {
      const isCopied = number !== '1e+21'
      expect([number, spliced([...known, line('c', number)])]).toEqual([number, isCopied ? 1 : 0])
    }
    for (const number of [
      '-0',
      '1.50',
      '1.0',
      '1e3',
      '0.0000001',
      '9007199254740993',
      '1e400',
      '01',
      '1.',
      '.5',
      '+1',
      '-'
    ]) {
      expect([number, spliced([...known, line('c', number)])]).toEqual([number, 0])
    }
    for (const text of ['\\/', '\\u0041', '\\u000A', '\\u001B', '\\ud800', '\\x', '\t', '\\u12', '\\']) {
      expect([text, spliced([...known, line(text, '1')])]).toEqual([text, 0])
    }
  })

  test.each([
    [
      '1763600000123',
      '1763600000124',
      '1763600000.12',
      '1763600001000',
      '176360000e123',
      '1763600001.12',
      '1763600001001'
    ],
    ['"2026-11-20T10:00:00.123Z"', '"2026-11-20T10:00:00.5Z"', '"2026-11-20T10:00:00.123456789Z"'],
    ['"2026-11-20T10:00:00Z"', '"2026-11-20T10:00:00.Z"', '"2026-11-20T10:00:00.12xZ"', '"2026-11-20T10:00:00.1+01"'],
    ['"2026-11-20 10:00:00.123Z"', '"2026-11-20 10:00:00.124Z"', '"2026-11-20T10:00:00.124Z"', '"2026-11-20T10:00:00"'],
    [
      '"2026-02-30T10:00:00.123Z"',
      '"2026-02-30T10:00:00.124Z"',
      '"2026-11-20T24:00:00.124Z"',
      '"soon"',
      '""',
      '"2026-03-01T10:00:00.124Z"'
    ],
    ['"1763600000123"', '"1763600000124"', '"1763600000"', '"2026-11-20T10:00:00\\u002e124Z"', '"주"'],
    ['0.001', '12', '1763600000', '1763600000.123456', '1763600000123456', '1763600000123456789', '-176360000012']
  ])('times that follow each other: %s, %s, %s and others', (...times) => {
    const lines = times.flatMap(time => [time, time]).map(time => `{"time":${time},"msg":"a"}`)
    const known = ['1763600000123', '"2026-11-20T10:00:00.123Z"'].flatMap(time =>
      Array(2).fill(`{"time":${time},"msg":"a"}`)
    )
    expect(spliced([...known, ...lines, ...lines.toReversed()])).toBeGreaterThan(0)
  })

  test('values and keys of every length', () => {
    const texts = Array.from({ length: 300 }, (_, i) => 'x'.repeat(i))
    const lines = texts.map(text => `{"time":1763600000123,"text":"${text}","n":1}`)
    expect(spliced([lines[0] ?? '', ...lines])).toBe(lines.length - 1)
    const marks = ['\\"', '\\\\', '\\n', '\\u001f', '주']
    const marked = texts.slice(1, 20).flatMap(text => marks.map(mark => text + mark + text))
    expect(
      spliced([...lines.slice(0, 2), ...marked.map(text => `{"time":1763600000123,"text":"${text}","n":1}`)])
    ).toBe(95)
    const keyed = texts.slice(0, 40).flatMap(key => Array(3).fill(`{"time":1763600000123,"k${key}":1}`))
    const others = texts.slice(0, 40).map(key => `{"time":1763600000123,"k${key.replace(/x$/, 'y')}":1}`)
    expect(spliced([...keyed, ...others])).toBeGreaterThan(40)
  })

  test('no lines that say no time, or hold what is looked at', () => {
    for (const fields of [
      '"msg":"a"',
      '"time":"soon","msg":"a"',
      '"time":1763600000000,"exc_info":"ValueError: x"',
      '"t":{"$date":"2026-11-20T10:00:00.123Z"},"s":"I","ctx":"main","msg":"a"',
      '"time":1763600000000,"a.b":"x","a":{"b":"x"}',
      '"time":1763600000000,"tags":"x"'
    ]) {
      const texts = Array.from({ length: 4 }, () => `{${fields}}`)
      expect([fields, spliced(texts)]).toEqual([fields, 0])
    }
  })

  test('lines behind many that are no JSON, or never have the same keys', () => {
    const line = loggers.pino ?? String
    const odd = Array.from({ length: 300 }, (_, i) =>
      i % 2 === 0 ? `no JSON ${i}` : `{"key${i}":1,"time":1763600000123}`
    )
    const alike = Array.from({ length: 600 }, (_, i) => line('a', `${i}`))
    expect(spliced([...odd, ...alike])).toBeGreaterThan(60)
  })

  test('lines of another place are those of that place', () => {
    const line = loggers.ecs ?? String
    const other = { ...place, path: '/b.log', pathFields: { service: { name: 'shop' }, tags: ['a'] } }
    expect(spliced([line('a', '1'), line('b', '2'), line('c', '3')], entries, other)).toBe(0)
    expect(spliced([line('a', '1'), line('b', '2'), line('c', '3')], entries, { ...place, path: '/b "c".log' })).toBe(1)
  })
})

describe('with processors', () => {
  const texts = ['/shop', '/healthz', 'with \\"quotes\\"', '주문', '', '/shop?q=\\u001b', '/healthz']
  const lines = texts.map((text, i) => (loggers.pino ?? String)(text, `${i}.5`))
  const counted = (...enrich: EnrichEntry[]) => spliced([...lines, ...lines], entries, place, '\n', enrich)
  const all = 2 * texts.length - 2

  test.each<[string, number, EnrichEntry[]]>([
    ['what is put', all, [{ set: { field: 'service.name', value: 'shop' } }]],
    ['what is put over a value', all, [{ set: { field: 'message', value: 'a "b"' } }]],
    ['what is put in the place of an object', all, [{ set: { field: 'req', value: 1 } }]],
    ['what is put where nothing stands', all, [{ set: { field: 'req.url', value: 'x', override: false } }]],
    ['what cannot be put', 0, [{ set: { field: 'message.text', value: 'x' } }]],
    ['another time', 0, [{ set: { field: '@timestamp', value: '2026-11-20T10:00:00.123Z' } }]],
    ['a place that is overwritten', all, [{ set: { field: 'log.offset', value: 1 } }]],
    ['what is taken away', all, [{ remove: { field: ['req.url', 'process', 'host'] } }]],
    ['no time', 0, [{ remove: { field: '@timestamp' } }]],
    ['what is not there to be taken away', 0, [{ remove: { field: 'other' } }]],
    ['what may be missing', all, [{ remove: { field: ['other', 'took'], ignore_missing: true } }]],
    [
      'what is done about a failure',
      0,
      [{ remove: { field: 'x', on_failure: [{ uppercase: { field: 'message' } }] } }]
    ],
    ['a failure that is ignored', 0, [{ remove: { field: 'x', ignore_failure: true } }]],
    ['all', all, [{ drop: {} }]],
    ['by what no line has', all, [{ drop: { if: "ctx.url?.path == '/healthz'" } }]],
    ['by what all lines have', all, [{ drop: { if: "ctx.log.level == 'info'" } }]],
    ['by a text', all, [{ drop: { if: "ctx.req?.url == '/healthz'" } }]],
    ['by a text with escapes', all, [{ drop: { if: "ctx.message == 'with \"quotes\"' || ctx.message == '주문'" } }]],
    ['by a number', all, [{ drop: { if: 'ctx.took < 3' } }]],
    ['by an object', all, [{ drop: { if: "ctx.req.containsKey('url') && ctx.req.url.length() > 5" } }]],
    ['by the time', 0, [{ drop: { if: "ctx['@timestamp'].startsWith('2026')" } }]],
    ['by the place', 0, [{ drop: { if: 'ctx.log.offset > 100' } }]],
    ['by what fails', 0, [{ drop: { if: 'ctx.took.foo.bar == 1' } }]],
    [
      'by what was put',
      all,
      [{ set: { field: 'req.url', value: '/healthz' } }, { drop: { if: "ctx.req.url == '/healthz'" } }]
    ],
    ['by what was taken', all, [{ remove: { field: 'req.url' } }, { drop: { if: "ctx.req.url == '/healthz'" } }]],
    [
      'in turn',
      all,
      [{ drop: { if: 'ctx.took < 1' } }, { set: { field: 'a', value: true } }, { drop: { if: 'ctx.took > 5' } }]
    ],
    ['with another processor', 0, [{ uppercase: { field: 'message' } }]],
    ['under a condition', 0, [{ set: { field: 'a', value: 1, if: 'ctx.took < 1' } }]]
  ])('%s', (_, expected, enrich) => {
    expect(counted(...enrich)).toBe(expected)
  })

  test('a line without a time is not dropped by what another key may tell', () => {
    const line = (time: string, text: string) => `{"time":${time},"ts":"2026-11-20T10:00:00Z","msg":"${text}"}`
    const told = [line('1763600000123', 'a'), line('1763600000124', 'b'), line('1763600000125', 'a'), line('1', 'a')]
    expect(spliced(told, entries, place, '\n', [{ drop: { if: "ctx.message == 'a' && ctx.time == null" } }])).toBe(1)
  })
})

const keys = [
  ...[
    'time',
    'timestamp',
    '@timestamp',
    'ts',
    'level',
    'severity',
    'levelname',
    'log.level',
    'msg',
    'message',
    'event'
  ],
  ...[
    'log',
    'logger',
    'name',
    'pid',
    'hostname',
    'created',
    'err',
    'error',
    'stack',
    'exc_info',
    'tags',
    'host',
    'text'
  ],
  ...['ecs.version', 'host.name', 'host.ip', 'log.offset', 'log.file.path', 'sluice', 'agent.type', 'event.dataset'],
  ...[
    'a',
    'a.b',
    'b',
    '1',
    '',
    '.',
    '__proto__',
    'constructor',
    'type',
    'code',
    'json',
    'json.message',
    '$date',
    't',
    's'
  ],
  ...[
    'ctx',
    'data_stream',
    'labels',
    'lineno',
    'process',
    'process.pid',
    'error.message',
    'value',
    'a.value',
    'toString'
  ]
]
const scalars = fc.oneof(
  fc.constantFrom(
    '1763600000000',
    '1763600000',
    '1763600000123456789',
    '"2026-11-20T10:00:00Z"',
    '"2026-11-20 10:00:00"'
  ),
  fc.constantFrom('30', '"info"', '"INFO"', '" "', '""', 'true', 'false', 'null', '"x"', '"h \\"1\\""', '{}', '[]'),
  fc.constantFrom(
    '1.0',
    '-0',
    '1e3',
    '12345678901234567890',
    '0.1',
    '"\\/"',
    '"\\u0041"',
    '"\\ud800"',
    '"_no_timestamp"'
  ),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.string({ unit: 'binary', maxLength: 5 }).map(text => JSON.stringify(text.toWellFormed()))
)
const { object } = fc.letrec<{ value: string; object: string; list: string }>(tie => ({
  value: fc.oneof({ maxDepth: 4 }, { arbitrary: scalars, weight: 5 }, tie('object'), tie('list')),
  object: fc
    .tuple(
      fc.array(fc.tuple(fc.constantFrom(...keys), tie('value'), fc.constantFrom('', ' ')), { maxLength: 6 }),
      fc.nat(2)
    )
    .map(([members, often]) =>
      often === 0 ? members : [...new Map(members.map(member => [member[0], member])).values()]
    )
    .map(members => `{${members.map(([key, value, blank]) => `${JSON.stringify(key)}:${blank}${value}`).join(`,`)}}`),
  list: fc.array(tie('value'), { maxLength: 3 }).map(values => `[${values.join(', ')}]`)
}))

const logged = fc.constantFrom(...Object.values(loggers)).map(line => line('a', '1'))

/** Lines of one shape, most of them: the scalars of one line are exchanged for others. */
const alike = fc
  .tuple(
    fc.oneof(object, logged),
    fc.array(fc.array(scalars, { minLength: 1, maxLength: 12 }), { minLength: 2, maxLength: 6 })
  )
  .map(([line, others]) => [line, line, ...others.map(values => exchange(line, values))])

function exchange(line: string, values: readonly string[]): string {
  let count = 0
  const SCALAR = /([:[,] *)("(?:[^"\\]|\\.)*"|-?\d[-+.\deE]*)(?= *[,\]}])/g
  return line.replace(SCALAR, (found: string, before: string, old: string) => {
    count += 1
    const value = values[count % values.length] ?? old
    return count % 3 === 0 && (value[0] === '"') === (old[0] === '"') && !/^[{[tfn]/.test(value)
      ? before + value
      : found
  })
}

test('both ways say the same, byte for byte, of lines of any shape', () => {
  const formats = fc.constantFrom<ParseEntry>(
    { format: 'json' },
    { format: 'json', timeKey: 'created' },
    { format: 'json', timeKey: 'a.b' },
    { format: 'json', target: 'a.b', timezone: '+09:00' }
  )
  const places = fc.constantFrom(place, { ...place, pathFields: { a: 'x', host: { name: 'web' }, tags: ['x'] } })
  const timed = fc
    .tuple(alike, fc.nat(3))
    .map(([lines, often]) =>
      often > 0 ? lines.map(line => line.replace('{', `{"time":1763600000123${line === '{}' ? '' : ','}`)) : lines
    )
  let count = 0
  fc.assert(
    fc.property(fc.array(timed, { minLength: 1, maxLength: 3 }), formats, places, (lines, format, at) => {
      count += spliced(lines.flat(), [format], at)
    }),
    { numRuns: 500 }
  )
  expect(count).toBeGreaterThan(100)
})

test('both ways say the same of lines of any shape under random processors', () => {
  const name = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom('message', 'log.level', 'error.message', 'req.url', 'took', 'n', 'labels.text', 'list')
    },
    { weight: 3, arbitrary: fc.constantFrom(...keys).filter(key => /^[a-z](?:[.a-z]*[a-z])?$/i.test(key)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('@timestamp', 'log.offset', 'sluice', 'host.name', 'message.deeper', 'tags')
    }
  )
  const literal = fc.constantFrom("'a'", "'info'", "'x'", "''", '1', '30', 'null', 'true')
  const operand = fc.tuple(name, fc.boolean()).map(([field, isSafe]) => {
    const [first = '', ...rest] = field.split('.')
    return `ctx['${first}']${rest.map(step => `${isSafe ? '?.' : '.'}${step}`).join('')}`
  })
  const condition = fc.oneof(
    fc.tuple(operand, fc.constantFrom('==', '!='), literal).map(parts => parts.join(' ')),
    fc
      .tuple(operand, fc.constantFrom('<', '>='), fc.nat(50))
      .map(([of, is, limit]) => `${of} instanceof Number && ${of} ${is} ${limit}`),
    fc
      .tuple(operand, fc.constantFrom('a', 'x', '/'))
      .map(([of, text]) => `${of} instanceof String && ${of}.contains('${text}')`)
  )
  const processor = fc.oneof<fc.Arbitrary<EnrichEntry>[]>(
    fc.record({ set: fc.record({ field: name, value: fc.constantFrom('x', '', 1, false), override: fc.boolean() }) }),
    fc.record({
      remove: fc.record({ field: fc.array(name, { minLength: 1, maxLength: 2 }), ignore_missing: fc.boolean() })
    }),
    fc.record({ drop: fc.record({ if: condition }) }),
    fc.record({ drop: fc.record({ if: condition }) })
  )
  const timed = alike.map(lines =>
    lines.map(line => line.replace('{', `{"time":1763600000123${line === '{}' ? '' : ','}`))
  )
  let count = 0
  fc.assert(
    fc.property(
      fc.array(timed, { minLength: 1, maxLength: 2 }),
      fc.array(processor, { minLength: 1, maxLength: 3 }),
      (lines, enrich) => {
        count += spliced(lines.flat(), entries, place, '\n', enrich)
      }
    ),
    { numRuns: 500 }
  )
  expect(count).toBeGreaterThan(100)
})

test('both ways say the same of lines that were tampered with', () => {
  const picks = fc.array(
    fc.tuple(
      fc.constantFrom(...Object.keys(loggers)),
      fc.nat(),
      fc.nat(4),
      fc.string({ unit: 'binary', maxLength: 3 })
    ),
    { maxLength: 6 }
  )
  fc.assert(
    fc.property(picks, found => {
      const known = Object.values(loggers).flatMap(line => [line('a', '1'), line('b', '2.5')])
      const tampered = found.map(([name, column, removed, added]) => {
        const text = (loggers[name] ?? String)('a \\n', '1.5')
        const cut = column % (text.length + 1)
        return (text.slice(0, cut) + added.replaceAll(/[\r\n]/g, ' ') + text.slice(cut + removed)).toWellFormed()
      })
      spliced([...known, ...tampered, ...tampered, `${known[0]} ${known[1]}`, ...tampered, `${known[0]},${known[0]}`])
    }),
    { numRuns: 500 }
  )
})
