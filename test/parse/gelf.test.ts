// Where fields of GELF go.

import { expect, test } from 'vitest'
import { compileParser } from '#parse'
import type { Fields } from '#record'

const { parse, mismatch } = compileParser({ format: 'gelf' })

test.each<[object, Fields]>([
  [{ timestamp: 1795183912.3072 }, { '@timestamp': '2026-11-20T14:11:52.307Z' }],
  [{ timestamp: 'yesterday' }, { labels: { timestamp: 'yesterday' } }],
  [{ level: 4 }, { log: { level: 'warning' }, event: { severity: 4 } }],
  [{ level: '7' }, { log: { level: 'debug' }, event: { severity: 7 } }],
  [{ level: 8 }, { labels: { level: '8' } }],
  [{ level: '', line: 'x', file: null }, { labels: { level: '', line: 'x' } }],
  [
    { host: 'web-1', full_message: 'a\nb', facility: 7 },
    { host: { hostname: 'web-1' }, gelf: { full_message: 'a\nb', facility: '7' } }
  ],
  [{ _user: { id: 1 }, '_a.b': true, own: 1 }, { labels: { user: '{"id":1}', a_b: 'true', own: '1' } }]
])('%j', (message, expected) => {
  const fields: Fields = {}
  expect(parse(JSON.stringify({ short_message: 'x', ...message }), fields)).toBe(true)
  expect(fields).toEqual({ message: 'x', ...expected })
})

test.each(['', 'text', '{}', '{"short_message":1}'])('%j is none', line => {
  const fields: Fields = {}
  expect(parse(line, fields)).toBe(false)
  expect(fields).toEqual({})
  expect(mismatch(line).expected).not.toBe('')
})
