// What a LogFormat of Apache httpd makes of its lines.

import { describe, expect, test } from 'vitest'
import { compileParser } from '#parse'
import type { Fields } from '#record'

/** The event of one line, without what holds of every request. */
function parse(pattern: string | undefined, line: string, timezone = 'UTC'): Fields | undefined {
  const fields: Fields = {}
  const parser = compileParser({ format: 'apache', timezone, ...(pattern !== undefined && { pattern }) })
  if (!parser.parse(line, fields)) {
    expect(fields).toEqual({})
    return undefined
  }
  const { kind, category, type, ...event } = fields.event as Fields
  expect({ kind, category, type }).toEqual({ kind: 'event', category: ['web'], type: ['access'] })
  const { event: _, ...rest } = fields
  return Object.keys(event).length === 0 ? rest : { ...rest, event }
}

const own = (access: Fields): Fields => ({ apache: { access } })

const directives: [directive: string, text: string, expected: Fields][] = [
  ['%h', '203.0.113.9', { source: { address: '203.0.113.9', ip: '203.0.113.9' } }],
  ['%h', 'client.example', { source: { address: 'client.example' } }],
  ['%a', '2001:db8::1', { source: { address: '2001:db8::1', ip: '2001:db8::1' } }],
  ['%{c}a', '192.0.2.1', { client: { address: '192.0.2.1', ip: '192.0.2.1' } }],
  ['%A', '10.0.0.1', { destination: { address: '10.0.0.1', ip: '10.0.0.1' } }],
  ['%l', 'kim', own({ identity: 'kim' })],
  ['%u', 'Kim the 3rd', { user: { name: 'Kim the 3rd' } }],
  ['%u', '-', {}],
  ['%t', '[20/Nov/2026:23:11:52 +0900]', { '@timestamp': '2026-11-20T14:11:52.000Z' }],
  ['%{sec}t', '1795183912', { '@timestamp': '2026-11-20T14:11:52.000Z' }],
  ['%{msec}t', '1795183912345', { '@timestamp': '2026-11-20T14:11:52.345Z' }],
  ['%{begin:usec}t', '1795183912345678', { '@timestamp': '2026-11-20T14:11:52.345Z' }],
  ['%{%Y-%m-%d %H:%M:%S}t', '2026-11-20 23:11:52', { '@timestamp': '2026-11-20T23:11:52.000Z' }],
  ['%{%FT%T}t.%{msec_frac}t%{%z}t', '2026-11-20T23:11:52.345+0900', { '@timestamp': '2026-11-20T14:11:52.345Z' }],
  ['%{end:%d %B %Y %T %z}t', '20 November 2026 23:11:52 +0900', { '@timestamp': '2026-11-20T14:11:52.000Z' }],
  ['%{%H:%M}t', '23:11', own({ time: '23:11' })],
  [
    '%r',
    'GET /a?b HTTP/1.1',
    { http: { request: { method: 'GET' }, version: '1.1' }, url: { original: '/a?b', path: '/a', query: 'b' } }
  ],
  ['%>s', '200', { http: { response: { status_code: 200 } }, event: { outcome: 'success' } }],
  ['%s', '404', { http: { response: { status_code: 404 } }, event: { outcome: 'failure' } }],
  ['%<s', '302', own({ original_status: 302 })],
  ['%B', '0', { http: { response: { body: { bytes: 0 } } } }],
  ['%b', '-', {}],
  ['%I', '431', { http: { request: { bytes: 431 } } }],
  ['%O', '850', { http: { response: { bytes: 850 } } }],
  ['%S', '1281', { network: { bytes: 1281 } }],
  ['%D', '123456', { event: { duration: 123_456_000 } }],
  ['%T', '3', { event: { duration: 3_000_000_000 } }],
  ['%{ms}T', '12', { event: { duration: 12_000_000 } }],
  ['%^FB', '1200', own({ first_byte_us: 1200 })],
  ['%{Referer}i', 'https://a.example/', { http: { request: { referrer: 'https://a.example/' } } }],
  ['%{user-agent}i', 'curl/8.17.0', { user_agent: { original: 'curl/8.17.0' } }],
  ['%!200,304,302{Referer}i', '-', {}],
  ['%{Host}i', 'a.example:8443', { url: { domain: 'a.example', port: 8443 } }],
  ['%{X-Forwarded-For}i', '1.2.3.4, ::1', own({ remote_addresses: ['1.2.3.4', '::1'] })],
  ['%{X-Tenant}i', 'acme', own({ request_headers: { x_tenant: 'acme' } })],
  [
    '%{Content-Type}o',
    'text/html; charset=utf-8',
    own({ response_headers: { content_type: 'text/html; charset=utf-8' } })
  ],
  ['%{session}C', 'abc', own({ cookies: { session: 'abc' } })],
  ['%{UNIQUE_ID}e', 'YX@abc', { http: { request: { id: 'YX@abc' } } }],
  ['%{GEOIP_CITY}e', 'New York', own({ env: { geoip_city: 'New York' } })],
  ['%{ratio}n', '42', own({ notes: { ratio: '42' } })],
  ['%{SSL_PROTOCOL}x', 'TLSv1.3', { tls: { version: '1.3', version_protocol: 'tls' } }],
  ['%{SSL_CIPHER}x', 'TLS_AES_256_GCM_SHA384', { tls: { cipher: 'TLS_AES_256_GCM_SHA384' } }],
  ['%v', 'www.example.com', { url: { domain: 'www.example.com' } }],
  ['%V', 'www.example.com', { url: { domain: 'www.example.com' } }],
  ['%p', '443', { destination: { port: 443 } }],
  ['%{remote}p', '51234', { source: { port: 51234 } }],
  ['%P', '4711', { process: { pid: 4711 } }],
  ['%{tid}P', '139', { process: { thread: { id: 139 } } }],
  ['%m', 'POST', { http: { request: { method: 'POST' } } }],
  ['%U', '/index.html', { url: { path: '/index.html' } }],
  ['%q', '?b=%EC%A3%BC', { url: { query: 'b=주' } }],
  ['%U%q', '/a?b=c', { url: { original: '/a?b=c', path: '/a', query: 'b=c' } }],
  ['%U%q', '/a', { url: { original: '/a', path: '/a' } }],
  ['%H', 'HTTP/2.0', { http: { version: '2.0' } }],
  ['%X', '+', own({ connection_status: '+' })],
  ['%k', '2', own({ keepalive_requests: 2 })],
  ['%L', 'XyZ+1', own({ error_log_id: 'XyZ+1' })],
  ['%f', '/srv/www/a b.html', own({ filename: '/srv/www/a b.html' })],
  ['100%% %k', '100% 2', own({ keepalive_requests: 2 })]
]

describe('each directive has its field', () => {
  test.each(directives)('%s of %j', (directive, text, expected) => {
    const [pattern, line] = directive.startsWith('100') ? [directive, text] : [`"${directive}"`, `"${text}"`]
    expect(parse(pattern, line)).toEqual(expected)
  })
})

describe('escapes become what they stand for', () => {
  test.each([
    ['\\"quoted\\"', '"quoted"'],
    ['ends with a backslash\\\\', 'ends with a backslash\\'],
    ['\\xed\\x95\\x9c\\xea\\xb8\\x80 ok', '한글 ok'],
    ['\\\\x41', '\\x41'],
    ['a\\tb\\nc', 'a\tb\nc'],
    ['\\xff\\xfe', '\\xff\\xfe']
  ])('%j', (text, expected) => {
    expect(parse('"%{User-Agent}i" %>s', `"${text}" -`)).toEqual({ user_agent: { original: expected } })
  })
})

test('a format may be written with the backslashes that httpd.conf needs around it', () => {
  expect(parse('%h \\"%r\\"\\t%k', '::1 "hello"\t3')).toMatchObject({
    source: { ip: '::1' },
    url: { original: 'hello' },
    apache: { access: { keepalive_requests: 3 } }
  })
})

const HIT = '192.0.2.1 - kim [20/Nov/2026:23:11:52 +0900] "GET /a HTTP/1.1" 200 5'

describe('the formats that every httpd has are known by name', () => {
  test.each<[name: string | undefined, line: string, expected: Fields]>([
    ['common', HIT, { user: { name: 'kim' }, http: { response: { body: { bytes: 5 } } } }],
    ['combined', `${HIT} "-" "curl"`, { user_agent: { original: 'curl' } }],
    [undefined, `${HIT} "-" "curl"`, { user_agent: { original: 'curl' } }],
    ['combinedio', `${HIT} "-" "curl" 80 300`, { http: { request: { bytes: 80 }, response: { bytes: 300 } } }],
    ['vhost_common', `a.example ${HIT}`, { url: { domain: 'a.example' } }],
    ['vhost_combined', `a.example:443 ${HIT} "-" "curl"`, { url: { domain: 'a.example' }, destination: { port: 443 } }]
  ])('%s', (pattern, line, expected) => {
    expect(parse(pattern, line)).toMatchObject({ '@timestamp': '2026-11-20T14:11:52.000Z', ...expected })
  })
})

test('a user is told from a time of any form in brackets', () => {
  expect(
    parse('%h %l %u [%{%Y-%m-%dT%H:%M:%S%z}t] "%r" %>s', '192.0.2.1 - kim [7] [2026-11-20T23:11:52Z] "-" 408')
  ).toEqual({
    '@timestamp': '2026-11-20T23:11:52.000Z',
    source: { address: '192.0.2.1', ip: '192.0.2.1' },
    user: { name: 'kim [7]' },
    http: { response: { status_code: 408 } },
    event: { outcome: 'failure' }
  })
})

test('a line with one more field before it is not taken for one without', () => {
  expect(parse('common', `a.example ${HIT}`)).toBeUndefined()
  expect(parse('%v %h %l %u %t "%r" %>s %b', `a.example ${HIT}`)).toMatchObject({
    url: { domain: 'a.example' },
    source: { ip: '192.0.2.1' },
    user: { name: 'kim' }
  })
})

describe('of several directives for one field the better has it, and the others keep theirs', () => {
  test.each<[pattern: string, line: string, expected: Fields]>([
    ['%T %D', '1 1234567', { event: { duration: 1_234_567_000 }, ...own({ duration_s: '1' }) }],
    [
      '%s %>s',
      '302 200',
      { http: { response: { status_code: 200 } }, ...own({ status: '302' }), event: { outcome: 'success' } }
    ],
    [
      '%h %a',
      'a.example 192.0.2.1',
      { source: { address: '192.0.2.1', ip: '192.0.2.1' }, ...own({ remote_host: 'a.example' }) }
    ],
    ['%t %{msec}t', '[20/Nov/2026:23:11:52 +0900] 1795183912345', { '@timestamp': '2026-11-20T14:11:52.345Z' }]
  ])('%s', (pattern, line, expected) => {
    expect(parse(pattern, line)).toEqual(expected)
  })
})

describe('a format that could be read in two ways, or not at all, is refused', () => {
  const apart = /cannot be told apart/
  test.each<[pattern: string, message: RegExp, context: object]>([
    ['%s%b', apart, { column: 0, variables: ['%s', '%b'] }],
    ['%{User-Agent}i %{Referer}i', apart, { variables: ['%{User-Agent}i', '%{Referer}i'] }],
    ['%h %', /^column 4: "%" names no directive/, { column: 3 }],
    ['combind', /^column 1: "combind" names no directive; allowed: .* combined,/, { column: 0 }],
    ['%{%!}t', /"%!" is no directive of strftime/, { column: 0 }]
  ])('%s', (pattern, message, context) => {
    expect(() => compileParser({ format: 'apache', pattern })).toThrow(
      expect.objectContaining({
        code: 'E_PARSE_PATTERN',
        message: expect.stringMatching(message),
        context: expect.objectContaining(context)
      })
    )
  })
})

test('a line that does not match says where it stopped', () => {
  const parser = compileParser({ format: 'apache', pattern: 'common' })
  for (const [line, column, expected] of [
    [HIT.replace('200', 'OK'), 63, /^%>s, a whole number or -$/],
    [HIT.replace('20/Nov', '31/Nov'), 16, /^%t, a time such as /],
    [`${HIT} "-"`, 68, /^the end of the line after %b$/]
  ] as const) {
    expect(parser.parse(line, {})).toBe(false)
    expect(parser.mismatch(line)).toEqual({ column, expected: expect.stringMatching(expected) })
  }
})
