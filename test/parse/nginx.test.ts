// What a log_format of nginx makes of its lines.

import { describe, expect, test } from 'vitest'
import { compileParser } from '#parse'
import type { Fields } from '#record'

/** The event of one line, without what holds of every request. */
function parse(pattern: string | undefined, line: string): Fields | undefined {
  const fields: Fields = {}
  const parser = compileParser(pattern === undefined ? { format: 'nginx' } : { format: 'nginx', pattern })
  if (!parser.parse(line, fields)) {
    expect(fields).toEqual({})
    return undefined
  }
  const { kind, category, type, ...event } = fields.event as Fields
  expect({ kind, category, type }).toEqual({ kind: 'event', category: ['web'], type: ['access'] })
  const { event: _, ...rest } = fields
  return Object.keys(event).length === 0 ? rest : { ...rest, event }
}

const variables: [variable: string, text: string, expected: Fields][] = [
  ['$remote_addr', '203.0.113.9', { source: { address: '203.0.113.9', ip: '203.0.113.9' } }],
  ['$remote_addr', '2001:db8::1', { source: { address: '2001:db8::1', ip: '2001:db8::1' } }],
  ['$remote_addr', 'fe80::1%eth0', { source: { address: 'fe80::1%eth0' } }],
  ['$remote_addr', 'unix:', { source: { address: 'unix:' } }],
  ['${remote_port}', '51234', { source: { port: 51234 } }],
  ['$remote_user', 'Kim the 3rd', { user: { name: 'Kim the 3rd' } }],
  ['$remote_user', '-', {}],
  ['$proxy_protocol_addr', '192.0.2.1', { client: { address: '192.0.2.1', ip: '192.0.2.1' } }],
  ['$server_addr', '10.0.0.1', { destination: { address: '10.0.0.1', ip: '10.0.0.1' } }],
  ['$server_port', '443', { destination: { port: 443 } }],
  ['$time_local', '20/Nov/2026:23:11:52 +0900', { '@timestamp': '2026-11-20T14:11:52.000Z' }],
  ['$time_iso8601', '2026-11-20T23:11:52+09:00', { '@timestamp': '2026-11-20T14:11:52.000Z' }],
  ['$msec', '1795183912.345', { '@timestamp': '2026-11-20T14:11:52.345Z' }],
  ['$status', '200', { http: { response: { status_code: 200 } }, event: { outcome: 'success' } }],
  ['$status', '499', { http: { response: { status_code: 499 } }, event: { outcome: 'failure' } }],
  ['$body_bytes_sent', '0', { http: { response: { body: { bytes: 0 } } } }],
  ['$bytes_sent', '850', { http: { response: { bytes: 850 } } }],
  ['$bytes_sent', '9007199254740993', { nginx: { access: { bytes_sent: '9007199254740993' } } }],
  ['$request_length', '431', { http: { request: { bytes: 431 } } }],
  ['$content_length', '-', {}],
  ['$request_id', 'a1b2', { http: { request: { id: 'a1b2' } } }],
  ['$request_time', '0.123', { event: { duration: 123_000_000 } }],
  ['$request_time', '99999999999.000', { nginx: { access: { request_time: '99999999999.000' } } }],
  ['$request_time', '60.001', { event: { duration: 60_001_000_000 } }],
  ['$request_method', 'POST', { http: { request: { method: 'POST' } } }],
  ['$request_uri', '/a?b=c', { url: { original: '/a?b=c', path: '/a', query: 'b=c' } }],
  ['$uri', '/index.html', { url: { path: '/index.html' } }],
  ['$args', 'a=1&b=2', { url: { query: 'a=1&b=2' } }],
  ['$server_protocol', 'HTTP/2.0', { http: { version: '2.0' } }],
  ['$scheme', 'https', { url: { scheme: 'https' } }],
  ['$host', 'www.example.com', { url: { domain: 'www.example.com' } }],
  ['$http_host', 'www.example.com:8443', { url: { domain: 'www.example.com', port: 8443 } }],
  ['$http_host', '[2001:db8::1]', { url: { domain: '[2001:db8::1]' } }],
  ['$http_referer', 'https://a.example/', { http: { request: { referrer: 'https://a.example/' } } }],
  ['$http_user_agent', 'curl/8.17.0', { user_agent: { original: 'curl/8.17.0' } }],
  ['$http_x_forwarded_for', '1.2.3.4, ::1,x', { nginx: { access: { remote_ip_list: ['1.2.3.4', '::1', 'x'] } } }],
  ['$ssl_protocol', 'TLSv1.3', { tls: { version: '1.3', version_protocol: 'tls' } }],
  ['$ssl_protocol', 'odd', { nginx: { access: { ssl_protocol: 'odd' } } }],
  ['$ssl_cipher', 'TLS_AES_256_GCM_SHA384', { tls: { cipher: 'TLS_AES_256_GCM_SHA384' } }],
  ['$ssl_session_reused', 'r', { tls: { resumed: true } }],
  ['$upstream_addr', '10.0.0.1:80', { nginx: { access: { upstream_addr: '10.0.0.1:80' } } }],
  ['$upstream_addr', 'a:80, b:80 : c', { nginx: { access: { upstream_addr: ['a:80', 'b:80', 'c'] } } }],
  ['$upstream_status', '502, -, 200', { nginx: { access: { upstream_status: [502, null, 200] } } }],
  ['$upstream_response_time', '0.010', { nginx: { access: { upstream_response_time: 0.01 } } }],
  ['$upstream_response_time', '-', {}],
  ['$connection', '97', { nginx: { access: { connection: 97 } } }],
  ['$gzip_ratio', '3.25', { nginx: { access: { gzip_ratio: 3.25 } } }],
  ['$pipe', '.', { nginx: { access: { pipe: '.' } } }],
  ['$geoip_city', 'New York', { nginx: { access: { geoip_city: 'New York' } } }],
  ['$http_x_tenant', 'acme', { nginx: { access: { http_x_tenant: 'acme' } } }],
  ['$Http_X_Tenant', '', {}]
]

describe('each variable has its field', () => {
  test.each(variables)('%s of %j', (variable, text, expected) => {
    expect(parse(`"${variable}"`, `"${text}"`)).toEqual(expected)
  })
})

const requests: [request: string, expected: Fields][] = [
  ['GET / HTTP/1.1', { http: { request: { method: 'GET' }, version: '1.1' }, url: { original: '/', path: '/' } }],
  [
    'GET /a%20b/c.tar.gz?x=%20y#top HTTP/1.0',
    {
      http: { request: { method: 'GET' }, version: '1.0' },
      url: {
        original: '/a%20b/c.tar.gz?x=%20y#top',
        path: '/a b/c.tar.gz',
        query: 'x= y',
        fragment: 'top',
        extension: 'gz'
      }
    }
  ],
  [
    'GET /a b HTTP/2.0',
    { http: { request: { method: 'GET' }, version: '2.0' }, url: { original: '/a b', path: '/a b' } }
  ],
  [
    'GET /.well-known/x HTTP/3.0',
    {
      http: { request: { method: 'GET' }, version: '3.0' },
      url: { original: '/.well-known/x', path: '/.well-known/x' }
    }
  ],
  ['OPTIONS * HTTP/1.1', { http: { request: { method: 'OPTIONS' }, version: '1.1' }, url: { original: '*' } }],
  [
    'CONNECT a.example:443 HTTP/1.1',
    { http: { request: { method: 'CONNECT' }, version: '1.1' }, url: { original: 'a.example:443' } }
  ],
  ['GET /old', { http: { request: { method: 'GET' } }, url: { original: '/old', path: '/old' } }],
  [
    'GET /%zz HTTP/1.1',
    { http: { request: { method: 'GET' }, version: '1.1' }, url: { original: '/%zz', path: '/%zz' } }
  ],
  ['GET /x. HTTP/1.1', { http: { request: { method: 'GET' }, version: '1.1' }, url: { original: '/x.', path: '/x.' } }],
  ['GET HTTP/1.1', { url: { original: 'GET HTTP/1.1' } }],
  ['hello there', { url: { original: 'hello there' } }],
  ['GET / HTTP/x', { url: { original: 'GET / HTTP/x' } }],
  ['\\x16\\x03\\x01\\x00\\xF1', { url: { original: '\\x16\\x03\\x01\\x00\\xF1' } }],
  ['-', {}],
  ['', {}]
]

describe('a request line is taken apart, and what is none stays whole', () => {
  test.each(requests)('%j', (request, expected) => {
    expect(parse('"$request"', `"${request}"`)).toEqual(expected)
  })
})

describe('escapes become what they stand for', () => {
  test.each([
    ['\\x22quoted\\x22', '"quoted"'],
    ['\\xED\\x95\\x9C\\xEA\\xB8\\x80 ok', '한글 ok'],
    ['\\x5Cx41', '\\x41'],
    ['a\\x09b', 'a\tb'],
    ['\\xFF\\xFE', '\\xFF\\xFE'],
    ['\\xZZ \\', '\\xZZ \\']
  ])('%j', (text, expected) => {
    expect(parse('"$http_user_agent"', `"${text}"`)).toEqual({ user_agent: { original: expected } })
  })
})

describe('of several variables for one field the better has it, and the others keep theirs', () => {
  test.each<[string, string, Fields]>([
    ['$time_local|$msec', '20/Nov/2026:23:11:52 +0900|1795183912.345', { '@timestamp': '2026-11-20T14:11:52.345Z' }],
    ['$server_name $host', '_ a.example', { url: { domain: 'a.example' }, nginx: { access: { server_name: '_' } } }],
    [
      '"$uri" "$request"',
      '"/index.php" "GET /blog HTTP/1.1"',
      {
        http: { request: { method: 'GET' }, version: '1.1' },
        url: { original: '/blog', path: '/blog' },
        nginx: { access: { uri: '/index.php' } }
      }
    ]
  ])('%s', (pattern, line, expected) => {
    expect(parse(pattern, line)).toEqual(expected)
  })
})

describe('formats that people use are read without quotes around every value', () => {
  const combined = (event: object): object => expect.objectContaining(event)
  test.each<[name: string, pattern: string | undefined, line: string, expected: object]>([
    [
      'combined, with brackets in the user',
      undefined,
      '1.2.3.4 - a [b] c [20/Nov/2026:23:11:52 +0900] "GET / HTTP/1.1" 200 5 "-" "x"',
      { user: { name: 'a [b] c' } }
    ],
    [
      'ingress-nginx',
      '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_length $request_time [$proxy_upstream_name] [$proxy_alternative_upstream_name] $upstream_addr $upstream_response_length $upstream_response_time $upstream_status $req_id',
      '1.2.3.4 - - [20/Nov/2026:23:11:52 +0900] "GET / HTTP/1.1" 200 5 "-" "x" 431 0.004 [shop-web-80] [] 10.0.0.1:80, 10.0.0.2:80 0, 5 0.001, 0.003 502, 200 abc',
      {
        nginx: {
          access: {
            proxy_upstream_name: 'shop-web-80',
            upstream_addr: ['10.0.0.1:80', '10.0.0.2:80'],
            upstream_response_length: [0, 5],
            upstream_response_time: [0.001, 0.003],
            upstream_status: [502, 200],
            req_id: 'abc'
          }
        }
      }
    ],
    [
      'forwarded addresses between dashes',
      '$remote_addr - $http_x_forwarded_for - $remote_user [$time_local]',
      '1.2.3.4 - 5.6.7.8, 9.9.9.9 - - [20/Nov/2026:23:11:52 +0900]',
      { nginx: { access: { remote_ip_list: ['5.6.7.8', '9.9.9.9'] } } }
    ],
    [
      'a whole URL',
      '"$request_method $scheme://$host$request_uri" $status',
      '"GET https://a.example/b?c" 200',
      { url: { scheme: 'https', domain: 'a.example', original: '/b?c', path: '/b', query: 'c' } }
    ],
    [
      'tabs',
      '$http_user_agent\t$http_referer',
      'a b\tc d',
      { http: { request: { referrer: 'c d' } }, user_agent: { original: 'a b' } }
    ],
    [
      'a port behind an address',
      '$remote_addr:$remote_port',
      '2001:db8::1:443',
      { source: { address: '2001:db8::1', ip: '2001:db8::1', port: 443 } }
    ],
    [
      'one free value among numbers',
      '$status $http_user_agent $request_time',
      '200 a 1 b 2 0.001',
      { user_agent: { original: 'a 1 b 2' } }
    ]
  ])('%s', (_, pattern, line, expected) => {
    expect(parse(pattern, line)).toEqual(combined(expected))
  })
})

describe('a pattern that could be read in two ways, or not at all, is refused', () => {
  const apart = /cannot be told apart/
  test.each<[pattern: string, message: RegExp, context: object]>([
    ['$status$body_bytes_sent', apart, { column: 0, variables: ['$status', '$body_bytes_sent'], example: '200200' }],
    [
      '$status ${http_user_agent} $http_referer',
      apart,
      { column: 8, variables: ['${http_user_agent}', '$http_referer'], example: 'ab ab ab' }
    ],
    [
      '$http_user_agent $status $remote_user',
      apart,
      { variables: ['$http_user_agent', '$remote_user'], example: 'ab 200 ab 200 ab' }
    ],
    ['$http_user_agent - $http_referer', apart, { example: 'ab - ab - ab' }],
    ['$http_x_a $upstream_addr', apart, { variables: ['$http_x_a', '$upstream_addr'] }],
    ['$foo$bar', apart, { variables: ['$foo', '$bar'] }],
    ['"$request" ${status', /^column 12: "\$\{status" is not closed; allowed: \$name or \$\{name\}/, { column: 11 }],
    ['$status costs $', /^column 15: "\$" names no variable/, { column: 14 }],
    ['combined', /^column 1: "combined" names no variable/, { column: 0 }]
  ])('%s', (pattern, message, context) => {
    expect(() => compileParser({ format: 'nginx', pattern })).toThrow(
      expect.objectContaining({
        code: 'E_PARSE_PATTERN',
        message: expect.stringMatching(message),
        context: expect.objectContaining(context)
      })
    )
  })
})

describe('a line that does not match says where it stopped', () => {
  const line = '1.2.3.4 - - [20/Nov/2026:23:11:52 +0900] "GET / HTTP/1.1" 200 5 "-" "x"'
  test.each<[name: string, line: string, column: number, expected: RegExp]>([
    ['a literal that is missing', line.replace(' - -', ' -- '), 9, /^" - " after \$remote_addr$/],
    ['a day that there is not', line.replace('20/Nov', '31/Nov'), 13, /^\$time_local, a time such as /],
    ['a status that is no number', line.replace('200', 'OK'), 58, /^\$status, a whole number or -$/],
    ['a line that was cut', line.slice(0, 70), 70, /^"\\"" after \$http_user_agent$/],
    ['a line with more behind it', `${line} "-"`, 71, /^the end of the line$/],
    ['another log', '2026/11/20 23:12:05 [error] 21#21: *97 oops', 11, /^" - " after \$remote_addr$/],
    ['nothing', '', 0, /^" - " after \$remote_addr$/]
  ])('%s', (_, text, column, expected) => {
    const parser = compileParser({ format: 'nginx' })
    expect(parser.parse(text, {})).toBe(false)
    expect(parser.mismatch(text)).toEqual({ column, expected: expect.stringMatching(expected) })
  })
})

test('a value that is not known to hold blanks makes a mismatch where it could shift its neighbours', () => {
  expect(parse('$geoip_city $geoip_region', 'New York NY')).toBeUndefined()
  expect(parse('$geoip_city $geoip_region', 'Seoul 11')).toEqual({
    nginx: { access: { geoip_city: 'Seoul', geoip_region: '11' } }
  })
})

test('events share no value with each other or with the parser', () => {
  const parser = compileParser({ format: 'nginx', pattern: '$status $upstream_status' })
  const [first, second]: [Fields, Fields] = [{}, {}]
  parser.parse('200 200, 200', first)
  const before = structuredClone(first)
  parser.parse('404 500', second)
  const event = second.event as Fields
  event.category = 'changed'
  expect(first).toEqual(before)
})

test('what is in the event already stays beside what is parsed', () => {
  const fields: Fields = { event: { dataset: 'nginx.access' }, '@timestamp': undefined }
  compileParser({ format: 'nginx', pattern: '$status [$time_local]' }).parse('200 [20/Nov/2026:23:11:52 +0900]', fields)
  expect(fields).toMatchObject({
    event: { dataset: 'nginx.access', outcome: 'success' },
    '@timestamp': '2026-11-20T14:11:52.000Z'
  })
})

describe('values are unescaped by the escape of the log_format', () => {
  const event = (options: object, line: string): Fields => {
    const fields: Fields = {}
    expect(compileParser({ format: 'nginx', ...options }).parse(line, fields)).toBe(true)
    return fields
  }
  test('json', () => {
    const pattern = '{"agent":"$http_user_agent","status":"$status","took":"$upstream_response_time"}'
    const line = '{"agent":"a \\"b\\" \\\\ \\u001b 한글 \\\\","status":"200","took":""}'
    expect(event({ pattern, escape: 'json' }, line)).toMatchObject({
      user_agent: { original: 'a "b" \\ \u001b 한글 \\' },
      http: { response: { status_code: 200 } }
    })
  })
  test('none', () => {
    const pattern = '$remote_addr "$http_referer" "$http_user_agent"'
    expect(event({ pattern, escape: 'none' }, '::1 "a"b" "say "hi" \\x41"')).toMatchObject({
      http: { request: { referrer: 'a"b' } },
      user_agent: { original: 'say "hi" \\x41' }
    })
  })
  test('none, where one blank is all that stands between two texts', () => {
    expect(() => event({ pattern: '$http_referer $http_user_agent', escape: 'none' }, '')).toThrow(
      /cannot be told apart/
    )
  })
})

describe('values between vertical bars, where they could not be told apart otherwise', () => {
  const pattern = '$remote_addr | $time_iso8601|$request|$status|$http_user_agent|$upstream_addr'
  const time = '2026-11-20T23:11:52+09:00'

  test('are taken to hold none', () => {
    const fields: Fields = {}
    const line = `192.0.2.1 | ${time}|GET /a b HTTP/1.1|200|Mozilla/5.0 (X11; Linux)|192.0.2.7:80, 192.0.2.8:80`
    expect(compileParser({ format: 'nginx', pattern }).parse(line, fields)).toBe(true)
    expect(fields).toMatchObject({
      source: { ip: '192.0.2.1' },
      url: { path: '/a b' },
      user_agent: { original: 'Mozilla/5.0 (X11; Linux)' },
      nginx: { access: { upstream_addr: ['192.0.2.7:80', '192.0.2.8:80'] } }
    })
  })

  test('so that a line in which one does is not taken apart wrongly, but not at all', () => {
    const { parse, mismatch } = compileParser({ format: 'nginx', pattern })
    const line = `192.0.2.1 | ${time}|GET /a|b HTTP/1.1|200|curl|-`
    expect(parse(line, {})).toBe(false)
    expect(mismatch(line)).toMatchObject({ column: line.indexOf('b HTTP') })
  })
})

test('an address ends at what stands in none', () => {
  const fields: Fields = {}
  const { parse } = compileParser({ format: 'nginx', pattern: '$remote_addr,$time_iso8601,$request_uri,$status' })
  expect(parse('2001:db8::1,2026-11-20T23:11:52+09:00,/a,b,200', fields)).toBe(true)
  expect(fields).toMatchObject({ source: { ip: '2001:db8::1' }, url: { path: '/a,b' } })
})
