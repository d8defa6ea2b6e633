// What becomes of events in the Log Event Extended Format.

import { expect, test } from 'vitest'
import { compileParser } from '#parse'
import type { Fields } from '#record'

const parser = compileParser({ format: 'leef', timezone: '+09:00' })

function parse(line: string): Fields | undefined {
  const fields: Fields = {}
  const reading = { path: 'leef.log', readMs: Date.parse('2026-11-21T00:00:00Z'), modifiedMs: undefined }
  return parser.parse(line, fields, reading) ? fields : undefined
}

test('version 1.0, with a syslog header and a time in a format of its own', () => {
  expect(
    parse(
      "Nov 20 23:11:50 fw1 LEEF:1.0|Microsoft|MSExchange|2016|15345|src=10.50.1.1\tdst=2.10.20.20\tsrcPort=1200\tusrName=kim\tsev=5\tdevTime=2026-11-20T23:11:52.345+0900\tdevTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSZ\tproto=TCP\tmsg=there are = in it"
    )
  ).toEqual({
    '@timestamp': '2026-11-20T14:11:52.345Z',
    destination: { ip: '2.10.20.20' },
    event: { code: '15345', severity: 5 },
    host: { hostname: 'fw1' },
    leef: {
      attributes: {
        devTime: '2026-11-20T23:11:52.345+0900',
        devTimeFormat: "yyyy-MM-dd'T'HH:mm:ss.SSSZ",
        dst: '2.10.20.20',
        msg: 'there are = in it',
        proto: 'TCP',
        sev: '5',
        src: '10.50.1.1',
        srcPort: '1200',
        usrName: 'kim'
      },
      version: '1.0'
    },
    log: { syslog: { hostname: 'fw1' } },
    message: 'there are = in it',
    network: { transport: 'tcp' },
    observer: { product: 'MSExchange', vendor: 'Microsoft', version: '2016' },
    source: { ip: '10.50.1.1', port: 1200 },
    user: { name: 'kim' }
  })
})

test.each<[line: string, expected: Fields]>([
  [
    'LEEF:2.0|Lancope|StealthWatch|1.0|41|^|src=10.0.1.8^dst=10.0.0.5^sev=5',
    { source: { ip: '10.0.1.8' }, event: { code: '41', severity: 5 } }
  ],
  ['LEEF:2.0|a|b|1|41|x7C|src=10.0.1.8|dst=10.0.0.5', { destination: { ip: '10.0.0.5' } }],
  ['LEEF:2.0|a|b|1|41|0x09|src=10.0.1.8\tdst=10.0.0.5', { destination: { ip: '10.0.0.5' } }],
  ['LEEF:2.0|a|b|1|41|src=10.0.1.8\tdst=10.0.0.5', { destination: { ip: '10.0.0.5' } }],
  ['LEEF:2.0|a|b|1|41||src=10.0.1.8\tdst=10.0.0.5', { destination: { ip: '10.0.0.5' } }],
  ['LEEF:1.0|a|b|1|41|devTime=Nov 20 2026 23:11:52 GMT+09:00', { '@timestamp': '2026-11-20T14:11:52.000Z' }],
  ['LEEF:1.0|a|b|1|41|devTime=1795183912345\tdevTimeFormat=no such', { '@timestamp': '2026-11-20T14:11:52.345Z' }]
])('%s', (line, expected) => {
  expect(parse(line)).toMatchObject(expected)
})

test.each([
  ['hello', 0, /^"LEEF:1\.0\|" or/],
  ['Nov 20 23:11:50 fw1 LEEF:3.0|a|b|1|41|', 20, /^"LEEF:1\.0\|" or/],
  ['hello LEEF:1.0|a|b|1|41|', 0, /^a syslog header, or nothing/]
])('%s says where it stopped', (line, column, expected) => {
  expect(parse(line)).toBeUndefined()
  expect(parser.mismatch(line)).toEqual({ column, expected: expect.stringMatching(expected) })
})
