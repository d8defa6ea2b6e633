// What becomes of the lines of Redis, in all forms that they have had.

import { expect, test } from 'vitest'
import { compileParser } from '#parse'
import type { Fields } from '#record'

const parser = compileParser({ format: 'redis', timezone: '+09:00' })

function parse(line: string): Fields | undefined {
  const fields: Fields = {}
  const reading = { path: 'redis.log', readMs: Date.parse('2026-11-21T00:00:00Z'), modifiedMs: undefined }
  return parser.parse(line, fields, reading) ? fields : undefined
}

test('every part has its field', () => {
  expect(parse('98738:M 20 Nov 2026 23:11:52.345 * Ready to accept connections tcp')).toEqual({
    '@timestamp': '2026-11-20T14:11:52.345Z',
    event: { kind: 'event', category: ['database'], type: ['info'] },
    log: { level: 'notice' },
    message: 'Ready to accept connections tcp',
    process: { pid: 98738 },
    redis: { log: { role: 'master' } }
  })
})

test.each<[line: string, expected: Fields]>([
  [
    '7:S 20 Nov 23:11:52.345 # x',
    { '@timestamp': '2026-11-20T14:11:52.345Z', log: { level: 'warning' }, redis: { log: { role: 'slave' } } }
  ],
  [
    '7:C 31 Dec 23:11:52.345 - x',
    { '@timestamp': '2025-12-31T14:11:52.345Z', log: { level: 'verbose' }, redis: { log: { role: 'child' } } }
  ],
  ['7:X 20 Nov 2026 23:11:52.345 . x', { log: { level: 'debug' }, redis: { log: { role: 'sentinel' } } }],
  ['[2932] 20 Nov 23:11:52 * x', { '@timestamp': '2026-11-20T14:11:52.000Z', process: { pid: 2932 } }],
  ['20 Nov 23:11:52 . 0 clients', { '@timestamp': '2026-11-20T14:11:52.000Z', message: '0 clients' }],
  [
    '5092:signal-handler (1795183912) Received SIGINT',
    { '@timestamp': '2026-11-20T14:11:52.000Z', message: 'Received SIGINT', redis: { log: { role: 'signal-handler' } } }
  ]
])('%s', (line, expected) => {
  expect(parse(line)).toMatchObject(expected)
})

test.each([
  ['_._ Redis', 0, 'a time such as 20 Nov 2026 23:11:52.345'],
  ['7:M 20 Nov 2026 23:11:52.345 ! x', 29, 'a level, one of . - * #'],
  ['7:M 31 Feb 2026 23:11:52.345 * x', 0, 'a time that there is']
])('%s says where it stopped', (line, column, expected) => {
  expect(parse(line)).toBeUndefined()
  expect(parser.mismatch(line)).toEqual({ column, expected })
})
