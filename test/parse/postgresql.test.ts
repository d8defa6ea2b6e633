// What becomes of the logs of PostgreSQL, by its log_line_prefix, as CSV and as JSON.

import { describe, expect, test } from 'vitest'
import { compileParser, type ParseEntry } from '#parse'
import type { Fields } from '#record'

type Options = Omit<Extract<ParseEntry, { format: 'postgresql' }>, 'format'>

function parse(options: Options, line: string): Fields | undefined {
  const fields: Fields = {}
  return compileParser({ format: 'postgresql', timezone: '+09:00', ...options }).parse(line, fields)
    ? fields
    : undefined
}

/** What stands in `postgresql.log`. */
const log = (fields: Fields | undefined): unknown => (fields?.postgresql as Fields | undefined)?.log

const AT = '2026-11-20T14:11:52.345Z'

describe('a prefix says what stands where', () => {
  test.each<[pattern: string | undefined, line: string, expected: Fields]>([
    [
      undefined,
      '2026-11-20 23:11:52.345 KST [4974] LOG:  database system is ready to accept connections',
      {
        '@timestamp': AT,
        event: { kind: 'event', category: ['database'], type: ['info'] },
        log: { level: 'log' },
        message: 'database system is ready to accept connections',
        process: { pid: 4974 }
      }
    ],
    ['%m [%p] ', '2026-11-20 14:11:52.345 UTC [1] ERROR:  x', { '@timestamp': AT, event: { type: ['error'] } }],
    ['%t ', '2026-11-20 17:11:52 +03 PANIC:  x', { '@timestamp': '2026-11-20T14:11:52.000Z', log: { level: 'panic' } }],
    ['%n ', '1795183912.345 DEBUG2:  x', { '@timestamp': AT, log: { level: 'debug2' } }],
    [
      '%t:%r:%u@%d:[%p]:',
      '2026-11-20 14:11:52 UTC:192.0.2.1(49670):kim@shop:[7]:ERROR:  division by zero',
      {
        '@timestamp': '2026-11-20T14:11:52.000Z',
        log: { level: 'error' },
        process: { pid: 7 },
        source: { ip: '192.0.2.1', port: 49_670 },
        user: { name: 'kim' }
      }
    ],
    ['%t:%r:%u@%d:[%p]:', '2026-11-20 14:11:52 UTC::@:[7]:LOG:  ready', { process: { pid: 7 }, message: 'ready' }],
    [
      '%t:%r:%u@%d:[%p]:',
      '2026-11-20 14:11:52 UTC:2001:db8::1(52):a@b:[7]:LOG:  x',
      { source: { ip: '2001:db8::1', port: 52 }, user: { name: 'a' } }
    ],
    ['%t:%r:%u@%d:[%p]:', '2026-11-20 14:11:52 UTC:[local]:a@b:[7]:LOG:  x', { source: { address: '[local]' } }],
    [
      '%m [%p] %q%u@%d ',
      '2026-11-20 23:11:52.345 KST [7] kim@shop FATAL:  a',
      { user: { name: 'kim' }, postgresql: { log: { database: 'shop' } } }
    ],
    ['%m [%p] %q%u@%d ', '2026-11-20 23:11:52.345 KST [7] LOG:  a@b ERROR:  c', { message: 'a@b ERROR:  c' }],
    [
      '%m [%p] %u@%d ',
      '2026-11-20 23:11:52.345 KST [7] [unknown]@[unknown] LOG:  a',
      { process: { pid: 7 }, message: 'a' }
    ],
    ['%m [%p] %u@%d ', '2026-11-20 23:11:52.345 KST [7] @ LOG:  a', { process: { pid: 7 }, message: 'a' }],
    ['[%u]@[%d] %m ', '[kim]@[shop] 2026-11-20 23:11:52.345 KST LOG:  a', { user: { name: 'kim' } }],
    [
      '%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ',
      '2026-11-20 23:11:52 KST [7]: [3-1] user=kim,db=shop,app=DBeaver 23.1 - Main,client=192.0.2.1 LOG:  a',
      {
        user: { name: 'kim' },
        source: { address: '192.0.2.1', ip: '192.0.2.1' },
        postgresql: { log: { application_name: 'DBeaver 23.1 - Main', database: 'shop', session_line_number: 3 } }
      }
    ],
    [
      '%t [%p-%l] %q%u@%d ',
      '2026-11-20 23:11:52 KST [4711-3] kim@shop LOG:  a',
      {
        process: { pid: 4711 },
        user: { name: 'kim' },
        postgresql: { log: { session_line_number: 3, database: 'shop' } }
      }
    ],
    [
      '%m %r %c %v %x %e %i %b ',
      '2026-11-20 23:11:52.345 KST 192.0.2.1(51234) 5ff26a0c.56 3/1 0 42P01 SELECT client backend ERROR:  a',
      {
        source: { ip: '192.0.2.1', port: 51234 },
        postgresql: {
          log: {
            session_id: '5ff26a0c.56',
            virtual_transaction_id: '3/1',
            transaction_id: 0,
            sql_state_code: '42P01',
            command_tag: 'SELECT',
            backend_type: 'client backend'
          }
        }
      }
    ],
    ['%m %-6p|%5l| ', '2026-11-20 23:11:52.345 KST 4974  |    3| LOG:  a', { process: { pid: 4974 } }],
    [
      '100%% %m ',
      '100% 2026-11-20 23:11:52.345 KST STATEMENT:  select 1',
      { log: { level: 'statement' }, postgresql: { log: { query: 'select 1' } } }
    ]
  ])('%j on %j', (pattern, line, expected) => {
    const fields = parse(pattern === undefined ? {} : { pattern }, line)
    if (pattern === undefined) expect(fields).toEqual(expected)
    else expect(fields).toMatchObject(expected)
  })
})

describe('a statement that a message logs is told, and how long it took', () => {
  const event = (message: string): Fields | undefined => parse({}, `2026-11-20 23:11:52.345 KST [7] LOG:  ${message}`)
  test.each<[message: string, duration: number | undefined, expected: Fields | undefined]>([
    [
      'duration: 37.118 ms  statement: SELECT 1,\n\t  2',
      37_118_000,
      { query_step: 'statement', query: 'SELECT 1,\n  2' }
    ],
    ['duration: 12.437 ms  parse <unnamed>: select 1', 12_437_000, { query_step: 'parse', query: 'select 1' }],
    ['duration: 0.012 ms  bind S_1: select 1', 12_000, { query_step: 'bind', query_name: 'S_1', query: 'select 1' }],
    [
      'duration: 1.000 ms  execute fetch from S_1/C_2: x',
      1_000_000,
      { query_step: 'execute fetch from', query_name: 'S_1/C_2', query: 'x' }
    ],
    ['duration: 5.000 ms', 5_000_000, undefined],
    ['statement: select 1;', undefined, { query_step: 'statement', query: 'select 1;' }],
    ['execute <unnamed>: select $1', undefined, { query_step: 'execute', query: 'select $1' }],
    ['parse error: near "x"', undefined, undefined],
    ['duration: 5.000 ms of sleep', undefined, undefined]
  ])('%j', (message, duration, expected) => {
    const fields = event(message)
    expect((fields?.event as Fields | undefined)?.duration).toBe(duration)
    expect(log(fields)).toEqual(expected)
    expect(fields?.message).toBe(message.replace('\n\t', '\n'))
  })
})

test('csvlog', () => {
  const line =
    '2026-11-20 23:11:52.345 KST,"kim","shop",86,"192.0.2.1:45126",5ff26a0c.56,13,"SELECT",2026-11-20 23:10:00 KST,3/0,0,ERROR,42P01,"relation ""cats"" does not exist",,"a hint",,,,"select *\nfrom cats",15,,"psql","client backend",,0'
  expect(parse({ logDestination: 'csvlog' }, line)).toEqual({
    '@timestamp': AT,
    event: { kind: 'event', category: ['database'], type: ['error'] },
    log: { level: 'error' },
    message: 'relation "cats" does not exist',
    postgresql: {
      log: {
        application_name: 'psql',
        backend_type: 'client backend',
        command_tag: 'SELECT',
        cursor_position: 15,
        database: 'shop',
        hint: 'a hint',
        query: 'select *\nfrom cats',
        query_id: '0',
        session_id: '5ff26a0c.56',
        session_line_number: 13,
        session_start_time: '2026-11-20T14:10:00.000Z',
        sql_state_code: '42P01',
        transaction_id: 0,
        virtual_transaction_id: '3/0'
      }
    },
    process: { pid: 86 },
    source: { address: '192.0.2.1', ip: '192.0.2.1', port: 45126 },
    user: { name: 'kim' }
  })
})

test('jsonlog', () => {
  const line =
    '{"timestamp":"2026-11-20 23:11:52.345 KST","user":"kim","dbname":"shop","pid":86,"remote_host":"::1","remote_port":45126,"session_id":"5f.56","line_num":13,"error_severity":"LOG","message":"duration: 15.136 ms  statement: checkpoint;","application_name":"psql","backend_type":"client backend","query_id":0}'
  expect(parse({ logDestination: 'jsonlog' }, line)).toMatchObject({
    '@timestamp': AT,
    event: { duration: 15_136_000, type: ['info'] },
    postgresql: { log: { query: 'checkpoint;', query_step: 'statement', database: 'shop' } },
    source: { ip: '::1', port: 45126 },
    user: { name: 'kim' }
  })
})

describe('a prefix that means nothing, or could be read in two ways, is refused', () => {
  test.each<[pattern: string, message: RegExp]>([
    ['%m %z ', /^column 4: "%z " is no escape of log_line_prefix; allowed: %a %u/],
    ['%m %', /^column 4: "%" is no escape/],
    ['%u%d ', /cannot be told apart/]
  ])('%s', (pattern, message) => {
    expect(() => parse({ pattern }, '')).toThrow(
      expect.objectContaining({ code: 'E_PARSE_PATTERN', message: expect.stringMatching(message) })
    )
  })
})

test.each<[options: Options, line: string, column: number, expected: RegExp]>([
  [{}, '2026-11-20 23:11:52.345 KST [x] LOG:  a', 29, /^%p, a whole number$/],
  [{}, '2026-11-20 23:11:52.345 KST [7] OOPS:  a', 32, /^the severity, a severity such as LOG or ERROR$/],
  [{}, '2026-02-31 23:11:52.345 KST [7] LOG:  a', 0, /^%m, a time such as /],
  [{ logDestination: 'csvlog' }, 'a,b', 3, /^at least 22 columns$/],
  [{ logDestination: 'csvlog' }, `x${','.repeat(22)}`, 0, /^a timestamp in its column$/],
  [{ logDestination: 'jsonlog' }, '{"a":1}', 0, /^a timestamp such as/]
])('%j on %j says where it stopped', (options, line, column, expected) => {
  const parser = compileParser({ format: 'postgresql', ...options })
  expect(parser.parse(line, {})).toBe(false)
  expect(parser.mismatch(line)).toEqual({ column, expected: expect.stringMatching(expected) })
})
