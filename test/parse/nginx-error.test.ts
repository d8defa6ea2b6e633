// What becomes of the lines of nginx's error log.

import { expect, test } from 'vitest'
import { compileParser } from '#parse'
import type { Fields } from '#record'

const parser = compileParser({ format: 'nginx-error', timezone: '+09:00' })

function parse(line: string): Fields | undefined {
  const fields: Fields = {}
  return parser.parse(line, fields) ? fields : undefined
}

const HEAD = '2026/11/20 23:11:52 [error] 1234#1235: *5'

test('what is said of the request becomes fields, and the message stays whole', () => {
  const message =
    'open() "/srv/www/a, b" failed (2: No such file or directory), client: 192.0.2.1, server: shop.example, request: "GET /a?q="x", y HTTP/1.1", upstream: "http://10.0.0.1:80/a", host: "shop.example:8080", referrer: "https://a.example/"'
  expect(parse(`${HEAD} ${message}`)).toEqual({
    '@timestamp': '2026-11-20T14:11:52.000Z',
    event: { kind: 'event', category: ['web'], type: ['error'] },
    log: { level: 'error' },
    process: { pid: 1234, thread: { id: 1235 } },
    nginx: { error: { connection_id: 5, server: 'shop.example', upstream: 'http://10.0.0.1:80/a' } },
    message,
    source: { address: '192.0.2.1', ip: '192.0.2.1' },
    http: { request: { method: 'GET', referrer: 'https://a.example/' }, version: '1.1' },
    url: { original: '/a?q="x", y', path: '/a', query: 'q="x", y', domain: 'shop.example', port: 8080 }
  })
})

test.each<[line: string, expected: Fields]>([
  [
    '2026/11/20 23:11:52 [notice] 1#1: signal 17 (SIGCHLD) received from 29',
    { log: { level: 'notice' }, event: { type: ['info'] }, message: 'signal 17 (SIGCHLD) received from 29' }
  ],
  [`${HEAD} recv() failed, client: unix:, server: , request: "GET / HTTP/1.0"`, { source: { address: 'unix:' } }],
  [
    `${HEAD} upstream timed out, client: 192.0.2.1, server: 0.0.0.0:80, upstream: "10.0.0.1:9000", bytes from/to client:0/0, bytes from/to upstream:0/0`,
    { nginx: { error: { upstream: '10.0.0.1:9000', server: '0.0.0.0:80' } } }
  ],
  [`${HEAD} PHP message: a\nStack trace:\n#0 x`, { message: 'PHP message: a\nStack trace:\n#0 x' }]
])('%s', (line, expected) => {
  expect(parse(line)).toMatchObject(expected)
})

test.each([
  ['2026/02/31 23:11:52 [error] 1#1: x', 0, 'a time that there is'],
  ['2026/11/20 23:11:52 error', 19, 'a level in brackets'],
  ['2026/11/20 23:11:52 [error] x', 27, 'a process and a thread such as 1234#0:'],
  ['hello', 0, 'a time such as 2026/11/20 23:11:52']
])('%s says where it stopped', (line, column, expected) => {
  expect(parse(line)).toBeUndefined()
  expect(parser.mismatch(line)).toEqual({ column, expected })
})
