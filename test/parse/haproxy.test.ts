// What becomes of the lines of HAProxy.

import { describe, expect, test } from 'vitest'
import { compileParser } from '#parse'
import type { Fields } from '#record'

const parser = compileParser({ format: 'haproxy', timezone: '+09:00' })

function parse(line: string): Fields | undefined {
  const fields: Fields = {}
  const reading = { path: 'haproxy.log', readMs: Date.parse('2026-11-21T00:00:00Z'), modifiedMs: undefined }
  return parser.parse(line, fields, reading) ? fields : undefined
}

const SYSLOG = 'Nov 20 23:11:53 lb1 haproxy[32450]: '
const AT = '[20/Nov/2026:23:11:52.726]'

test('a request, with a syslog header', () => {
  expect(
    parse(
      `${SYSLOG}192.0.2.4:38862 ${AT} incoming~ docs/docs1 0/0/1/3/+2 304 +168 - - ---- 6/6/0/0/0 0/0 {docs.example||} {|x} "GET /a?b=#22c HTTP/1.1"`
    )
  ).toEqual({
    '@timestamp': '2026-11-20T14:11:52.726Z',
    event: { kind: 'event', category: ['web'], type: ['access'], outcome: 'success', duration: 2_000_000 },
    haproxy: {
      backend_name: 'docs',
      backend_queue: 0,
      bytes_read: 168,
      connection_wait_time_ms: 1,
      connections: { active: 6, backend: 0, frontend: 6, retries: 0, server: 0 },
      frontend_name: 'incoming~',
      http: {
        request: { captured_headers: ['docs.example', '', ''], time_wait_ms: 0, time_wait_without_data_ms: 3 },
        response: { captured_headers: ['', 'x'] }
      },
      server_name: 'docs1',
      server_queue: 0,
      termination_state: '----',
      total_waiting_time_ms: 0
    },
    host: { hostname: 'lb1' },
    http: { request: { method: 'GET' }, response: { bytes: 168, status_code: 304 }, version: '1.1' },
    log: { syslog: { appname: 'haproxy', hostname: 'lb1', procid: '32450' } },
    process: { name: 'haproxy', pid: 32450 },
    source: { address: '192.0.2.4', ip: '192.0.2.4', port: 38862 },
    url: { original: '/a?b="c', path: '/a', query: 'b="c' }
  })
})

test.each<[name: string, line: string, expected: Fields]>([
  [
    'a connection',
    `2001:db8::1:40962 ${AT} main app/<NOSRV> -1/-1/0 212 SC 1/1/0/0/0 0/0`,
    {
      event: { category: ['network'], type: ['connection'], duration: 0 },
      haproxy: { termination_state: 'SC', server_name: '<NOSRV>', bytes_read: 212 },
      source: { ip: '2001:db8::1', port: 40962 }
    }
  ],
  [
    'a request that was none',
    `haproxy[7]: 192.0.2.4:1 ${AT} main main/<NOSRV> -1/-1/-1/-1/0 400 0 - - PR-- 1/1/0/0/0 0/0 "<BADREQ>"`,
    { process: { pid: 7 }, event: { outcome: 'failure' }, url: { original: '<BADREQ>' } }
  ],
  [
    'a request over TLS',
    `192.0.2.4:1 ${AT} main app/s1 0/0/0/1/1 200 5 - - ---- 1/1/0/0/0 0/0 "GET / HTTP/2.0" 0/0000000000000000/0/0/0 a.example/TLSv1.3/TLS_AES_256_GCM_SHA384`,
    {
      tls: {
        version: '1.3',
        version_protocol: 'tls',
        cipher: 'TLS_AES_256_GCM_SHA384',
        client: { server_name: 'a.example' }
      }
    }
  ],
  [
    'a handshake that failed',
    `192.0.2.4:1 ${AT} main/1: SSL handshake failure`,
    { haproxy: { frontend_name: 'main', bind_name: '1', error_message: 'SSL handshake failure' } }
  ],
  [
    'the default log',
    `${SYSLOG}Connect from 192.0.2.4:40780 to 10.0.0.1:5000 (main/HTTP)`,
    {
      '@timestamp': '2026-11-20T14:11:53.000Z',
      destination: { ip: '10.0.0.1', port: 5000 },
      haproxy: { frontend_name: 'main', mode: 'HTTP' }
    }
  ],
  [
    'what is of no connection',
    `${SYSLOG}Server app/s1 is DOWN, reason: Layer4 timeout.`,
    { '@timestamp': '2026-11-20T14:11:53.000Z', message: 'Server app/s1 is DOWN, reason: Layer4 timeout.' }
  ]
])('%s', (_, line, expected) => {
  expect(parse(line)).toMatchObject(expected)
})

test('a line that is none says what was expected', () => {
  expect(parse('hello')).toBeUndefined()
  expect(parser.mismatch('hello').column).toBe(0)
  expect(parse('haproxy[7]: hello')).toBeUndefined()
  expect(parser.mismatch('haproxy[7]: hello')).toEqual({
    column: 12,
    expected: expect.stringMatching(/^a client and a time/)
  })
})

test('a blank that rsyslog puts before a message in the form of RFC 5424 is none of it', () => {
  const line = `192.0.2.4:1 ${AT} db db/s1 1/0/10 167 -- 1/1/0/0/0 0/0`
  expect(parse(`<134>1 2026-11-20T23:11:53+09:00 lb1 haproxy 7 - -  ${line}`)).toMatchObject({
    '@timestamp': '2026-11-20T14:11:52.726Z',
    haproxy: { bytes_read: 167 },
    host: { hostname: 'lb1' }
  })
})

describe('a log-format is taken as it stands in haproxy.cfg', () => {
  function custom(pattern: string, line: string): Fields | undefined {
    const fields: Fields = {}
    const { parse } = compileParser({ format: 'haproxy', pattern, timezone: '+09:00' })
    return parse(line, fields, { path: '', readMs: Date.parse('2026-11-21T00:00:00Z'), modifiedMs: undefined })
      ? fields
      : undefined
  }
  const HTTP = `192.0.2.4:38862 ${AT} web shop/s1 0/0/1/3/+4 500 +143 - - ---- 6/6/0/0/0 0/0`

  test.each([
    ['httplog', `${HTTP} {shop.example|we#22ird #7C #ED#95#9C} {v1} "POST /a.b?x HTTP/1.1"`],
    ['httplog', `${HTTP} {shop.example|we#22ird #7C #ED#95#9C} "POST /a.b?x HTTP/1.1"`],
    ['httplog', `${SYSLOG}${HTTP} {shop.example|we#22ird #7C #ED#95#9C} {v1} "POST /a.b?x HTTP/1.1"`],
    [
      'httpslog',
      `${HTTP} {shop.example|we#22ird #7C #ED#95#9C} "POST /a.b?x HTTP/1.1" 0/0/0/0/0 shop.example/TLSv1.3/TLS_AES_128_GCM_SHA256`
    ]
  ])('%s is what the option writes', (pattern, line) => {
    expect(custom(pattern, line)).toMatchObject({
      '@timestamp': '2026-11-20T14:11:52.726Z',
      event: { category: ['web'], outcome: 'failure', duration: 4_000_000 },
      source: { ip: '192.0.2.4', port: 38_862 },
      http: { request: { method: 'POST' }, response: { status_code: 500 } },
      url: { path: '/a.b', query: 'x' },
      haproxy: { http: { request: { captured_headers: ['shop.example', 'we"ird | 한'] } }, bytes_read: 143 }
    })
  })

  test('what has no value says nothing, and what is left out leaves no blank', () => {
    expect(
      custom('httplog', `192.0.2.4:1 ${AT} web web/<NOSRV> -1/-1/-1/-1/0 400 0 - - PR-- 1/1/0/0/0 0/0 "<BADREQ>"`)
    ).toMatchObject({
      event: { duration: 0 },
      http: { response: { status_code: 400 } },
      url: { original: '<BADREQ>' }
    })
  })

  test('tcplog, and what HAProxy says beside it', () => {
    expect(custom('tcplog', `192.0.2.4:1 ${AT} db db/s1 1/0/10 167 -- 1/1/0/0/0 0/0`)).toMatchObject({
      event: { category: ['network'], duration: 10_000_000 },
      haproxy: { termination_state: '--' }
    })
    expect(custom('tcplog', `${SYSLOG}Server db/s1 is DOWN, reason: Layer4 timeout.`)).toMatchObject({
      message: 'Server db/s1 is DOWN, reason: Layer4 timeout.'
    })
    expect(custom('tcplog', `192.0.2.4:1 ${AT} db/1: SSL handshake failure`)).toMatchObject({
      haproxy: { error_message: 'SSL handshake failure' }
    })
    expect(custom('tcplog', `${SYSLOG}192.0.2.4:1 ${AT} db db/s1 1/0/10`)).toBeUndefined()
    expect(custom('%ci %ST', `${HTTP} "GET / HTTP/1.1"`)).toBeUndefined()
  })

  test.each<[pattern: string, line: string, expected: Fields]>([
    [
      '%{+Q}o client=%ci port=%cp method=%HM path=%HP query=%HQ agent=%[capture.req.hdr(1)] took=%Ta',
      'client="192.0.2.4" port=1 method="GET" path="/cart" query="?a=%EC%A3%BC" agent="we"ird #23 {한글}" took=7',
      {
        source: { address: '192.0.2.4', ip: '192.0.2.4', port: 1 },
        http: { request: { method: 'GET' } },
        url: { path: '/cart', query: 'a=주' },
        haproxy: { samples: { capture_req_hdr_1: 'we"ird #23 {한글}' } },
        event: { duration: 7_000_000 }
      }
    ],
    [
      '{"time":"%trl","fe":"%f","srv":"%s","status":%ST,"req":"%r","ssl":"%sslv","id":"%ID"}',
      '{"time":"20/Nov/2026:23:11:52 +0900","fe":"web","srv":"s1","status":200,"req":"GET / HTTP/2.0","ssl":"TLSv1.2","id":"7F:1"}',
      {
        '@timestamp': '2026-11-20T14:11:52.000Z',
        event: { outcome: 'success' },
        haproxy: { frontend_name: 'web', server_name: 's1' },
        http: { request: { method: 'GET', id: '7F:1' }, response: { status_code: 200 }, version: '2.0' },
        tls: { version: '1.2', version_protocol: 'tls' }
      }
    ],
    [
      '%[src]\\ %Ts\\ %%\\ %[var(txn.user)]',
      '192.0.2.4 1795183912 % kim',
      { '@timestamp': '2026-11-20T14:11:52.000Z', haproxy: { samples: { var_txn_user: 'kim' } } }
    ]
  ])('%s', (pattern, line, expected) => {
    expect(custom(pattern, line)).toMatchObject(expected)
  })

  test.each([
    ['%ci %nope', 'column 5: "%nope" names no variable of HAProxy'],
    ['hello', 'the name of a format: httplog, httpslog, tcplog'],
    ['%ci %', 'column 5: "%"'],
    ['%[var(txn.a)] %[var(txn.b)]', 'cannot be told apart']
  ])('%s is refused', (pattern, message) => {
    expect(() => compileParser({ format: 'haproxy', pattern })).toThrow(message)
  })

  test('a line that does not fit says where, behind its header too', () => {
    const { mismatch } = compileParser({ format: 'haproxy', pattern: '%ci:%cp [%t] %ST' })
    expect(mismatch(`${SYSLOG}192.0.2.4:1 [20/Nov/2026`)).toEqual({
      column: SYSLOG.length + 24,
      expected: '"] " after %t'
    })
  })
})
