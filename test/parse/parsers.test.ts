// Several formats in order, and lines that none of them takes.

import { expect, test } from 'vitest'
import { parsers } from '#parse'
import type { Fields } from '#record'

const status = { format: 'nginx', pattern: '$status' } as const
const user = { format: 'nginx', pattern: 'user $remote_user' } as const

test('the first format that takes a line parses it', () => {
  const { parse, parsers: compiled } = parsers([status, user])
  const fields: Fields = {}
  expect(parse('user kim', fields)).toBe(compiled[1])
  expect(fields).toMatchObject({ user: { name: 'kim' } })
})

test('a line that no format takes is its own message, tagged beside the tags that it has', () => {
  const fields: Fields = { tags: ['edge'] }
  expect(parsers([status, user]).parse('hello', fields)).toBeUndefined()
  expect(fields).toEqual({ message: 'hello', tags: ['edge', '_parse_failure'] })
})

test('without formats every line is its own message and nothing has failed', () => {
  const fields: Fields = {}
  expect(parsers([]).parse('hello', fields)).toBeUndefined()
  expect(fields).toEqual({ message: 'hello' })
})

test('the fields that may be written are those of all formats and of a failure', () => {
  expect(parsers([status, user]).writes).toMatchObject({
    'http.response.status_code': 'long',
    'user.name': 'keyword',
    message: 'match_only_text',
    tags: 'keyword'
  })
})

test('every field that a line writes was declared', () => {
  const pattern =
    '$remote_addr $time_local "$request" $status $bytes_sent $upstream_status "$http_x_forwarded_for" $ssl_protocol'
  const { parse, writes } = parsers([{ format: 'nginx', pattern }])
  const fields: Fields = {}
  parse(
    '1.2.3.4 20/Nov/2026:23:11:52 +0900 "GET /a.b?c#d HTTP/1.1" 200 99999999999999999999 1, 2 "::1" TLSv1.3',
    fields
  )
  expect(fields.message).toBeUndefined()
  expect(Object.keys(writes)).toEqual(expect.arrayContaining(namesIn(fields)))
})

function namesIn(fields: Fields, prefix = ''): string[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? namesIn(value as Fields, `${prefix}${name}.`)
      : `${prefix}${name}`
  )
}
