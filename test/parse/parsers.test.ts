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
  expect(fields).toMatchObject({ message: 'hello', tags: ['edge', '_parse_failure'] })
})

test('a line that no format takes says which came furthest, and where it stopped', () => {
  const line: Fields = {}
  parsers([status, { format: 'nginx', pattern: '[$time_local] $status' }]).parse('[20/Nov/2026:23:11:52 +0900] x', line)
  expect(line).toEqual({
    message: '[20/Nov/2026:23:11:52 +0900] x',
    tags: ['_parse_failure'],
    error: {
      message: 'no format matches; nginx came furthest: column 30: expected $status, a whole number or -'
    },
    sluice: { parse_failure: { format: 'nginx', pattern: '[$time_local] $status', column: 30 } }
  })
})

test('what a document says already stands beside what is said of the line', () => {
  const fields: Fields = { error: { type: 'kept' }, sluice: { generation: 'g' } }
  parsers([{ format: 'json' }]).parse('{"a": ]', fields)
  expect(fields).toMatchObject({
    error: { type: 'kept', message: 'json does not match: column 7: expected a value' },
    sluice: { generation: 'g', parse_failure: { format: 'json', column: 7 } }
  })
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
