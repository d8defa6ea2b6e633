// What becomes of logs in the Extended Log File Format, by the headers in them.

import { expect, test } from 'vitest'
import { compileParser, parsers } from '#parse'
import type { Fields } from '#record'

const FIELDS =
  'date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken'
const LINE =
  '2026-11-20 14:11:52 10.0.0.1 GET /a/b.aspx x=1 443 CORP\\kim 192.0.2.10 Mozilla/5.0+(Windows+NT+10.0) https://a.example/ 404 7 2 123'

const reading = () => ({ path: 'u_ex261120.log', readMs: Date.parse('2026-11-21T00:00:00Z'), modifiedMs: undefined })

/** The events of the lines of one file. */
function read(
  lines: readonly string[],
  fields?: string,
  file = reading(),
  all = parsers([{ format: 'w3c', ...(fields && { fields }) }])
) {
  return lines.flatMap(line => {
    if (all.isHeader?.(line, file)) return []
    const event: Fields = {}
    return [all.parse(line, event, file) === undefined ? line : event]
  })
}

const EVENT = {
  '@timestamp': '2026-11-20T14:11:52.000Z',
  destination: { address: '10.0.0.1', ip: '10.0.0.1', port: 443 },
  event: { kind: 'event', category: ['web'], type: ['access'], outcome: 'failure', duration: 123_000_000 },
  http: { request: { method: 'GET', referrer: 'https://a.example/' }, response: { status_code: 404 } },
  iis: { access: { sub_status: 7, win32_status: 2 } },
  source: { address: '192.0.2.10', ip: '192.0.2.10' },
  url: { original: '/a/b.aspx?x=1', path: '/a/b.aspx', query: 'x=1', extension: 'aspx' },
  user: { name: 'CORP\\kim' },
  user_agent: { original: 'Mozilla/5.0 (Windows NT 10.0)' }
}

test('a header says what the lines behind it hold, and makes no event', () => {
  const lines = ['#Software: Microsoft Internet Information Services 10.0', '#Version: 1.0', `#Fields: ${FIELDS}`, LINE]
  expect(read(lines)).toEqual([EVENT])
})

test('the fields may be given, and a header in the file is right against them', () => {
  expect(read([LINE, '#Fields: time cs-method', '14:11:53 GET'], FIELDS)).toEqual([
    EVENT,
    { event: { kind: 'event', category: ['web'], type: ['access'] }, http: { request: { method: 'GET' } } }
  ])
})

test('a date may stand in the header alone', () => {
  const lines = ['#Date: 2026-11-20 00:00:00', '#Fields: time cs-uri', '14:11:52 /a?b']
  expect(read(lines)).toMatchObject([{ '@timestamp': '2026-11-20T14:11:52.000Z', url: { path: '/a', query: 'b' } }])
})

test('each file has its own headers', () => {
  const all = parsers([{ format: 'w3c' }])
  const [one, other] = [reading(), reading()]
  read(['#Fields: cs-method sc-status'], undefined, one, all)
  expect(read(['GET 200'], undefined, other, all)).toEqual(['GET 200'])
  expect(read(['GET 200'], undefined, one, all)).toMatchObject([{ http: { response: { status_code: 200 } } }])
})

test('the log of HTTP.sys says why it refused', () => {
  const fields = '#Fields: date time c-ip cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename'
  expect(read([fields, '2026-11-20 14:11:52 192.0.2.1 HTTP/1.1 GET /a.htm 400 - Hostname -'])).toMatchObject([
    {
      '@timestamp': '2026-11-20T14:11:52.000Z',
      url: { path: '/a.htm' },
      http: { version: '1.1', response: { status_code: 400 } },
      iis: { error: { reason_phrase: 'Hostname' } }
    }
  ])
})

test('values between tabs, in quotes, and of fields that nobody knows', () => {
  const fields = '#Fields: date\ttime\tx-edge-location\tcs(X-Tenant)\tcs(User-Agent)'
  expect(read([fields, '2026-11-20\t14:11:52\tICN54\t"a ""b"""\t-'])).toEqual([
    {
      '@timestamp': '2026-11-20T14:11:52.000Z',
      event: { kind: 'event', category: ['web'], type: ['access'] },
      w3c: { fields: { 'x-edge-location': 'ICN54', 'cs(X-Tenant)': 'a "b"' } }
    }
  ])
})

test.each([
  [undefined, LINE, 0, 'a line "#Fields: …" before it, or the option "fields"'],
  ['cs-method sc-status', 'GET', 3, '2 values, not 1'],
  ['cs-method sc-status', 'GET OK', 4, 'sc-status, a whole number or -'],
  ['date time', '2026-02-31 14:11:52', 0, 'a day and a time such as 2026-11-20 14:11:52'],
  ['date', '#Remark: x', 0, 'a line of values']
])('with the fields %j, %j is not taken, and it is said why', (fields, line, column, expected) => {
  const parser = compileParser({ format: 'w3c', ...(fields !== undefined && { fields }) })
  expect(parser.parse(line, {})).toBe(false)
  expect(parser.mismatch(line)).toEqual({ column, expected })
})
