// What becomes of events in the Common Event Format.

import { expect, test } from 'vitest'
import { compileParser } from '#parse'
import type { Fields } from '#record'

const parser = compileParser({ format: 'cef', timezone: '+09:00' })

function parse(line: string): Fields | undefined {
  const fields: Fields = {}
  const reading = { path: 'cef.log', readMs: Date.parse('2026-11-21T00:00:00Z'), modifiedMs: undefined }
  return parser.parse(line, fields, reading) ? fields : undefined
}

test('the head, the extensions and what ECS knows of them', () => {
  expect(
    parse(
      'Nov 20 23:11:50 fw1 CEF:0|Trend Micro|Deep \\| Security|1.2.3|600|User Signed In|3|src=10.52.116.160 spt=4711 suser=admin rt=1795183912345 proto=TCP cs1=a b\\=c cs1Label=Reason target=admin msg=User signed in\\nfrom 2001:db8::5 request=http://a.example/?x=1'
    )
  ).toEqual({
    '@timestamp': '2026-11-20T14:11:52.345Z',
    cef: {
      device: { event_class_id: '600', product: 'Deep | Security', vendor: 'Trend Micro', version: '1.2.3' },
      extensions: {
        deviceCustomString1: 'a b=c',
        deviceCustomString1Label: 'Reason',
        deviceReceiptTime: '1795183912345',
        message: 'User signed in\nfrom 2001:db8::5',
        requestUrl: 'http://a.example/?x=1',
        sourceAddress: '10.52.116.160',
        sourcePort: '4711',
        sourceUserName: 'admin',
        target: 'admin',
        transportProtocol: 'TCP'
      },
      name: 'User Signed In',
      severity: '3',
      version: '0'
    },
    event: { code: '600', severity: 3 },
    host: { hostname: 'fw1' },
    log: { syslog: { hostname: 'fw1' } },
    message: 'User Signed In',
    network: { transport: 'tcp' },
    observer: { product: 'Deep | Security', vendor: 'Trend Micro', version: '1.2.3' },
    source: { ip: '10.52.116.160', port: 4711, user: { name: 'admin' } },
    url: { original: 'http://a.example/?x=1' }
  })
})

test.each<[line: string, expected: Fields]>([
  ['CEF:0|a|b|c|d|e|High|', { event: { code: 'd', severity: 7 }, message: 'e' }],
  ['CEF: 1|a|b|c|d|e|5', { cef: { version: '1', severity: '5' } }],
  [
    '<13>1 2026-11-20T23:11:52+09:00 fw1 CEF:0|a|b|c|d|e|5|',
    { '@timestamp': '2026-11-20T14:11:52.000Z', host: { hostname: 'fw1' } }
  ],
  [
    '<13>1 2026-11-20T23:11:52+09:00 fw1 app - - - CEF:0|a|b|c|d|e|5|',
    { process: { name: 'app' }, log: { level: 'notice' } }
  ],
  ['CEF:0|a|b|c|d|e|5|rt=Nov 20 2026 23:11:52.345', { '@timestamp': '2026-11-20T14:11:52.345Z' }],
  ['CEF:0|a|b|c|d|e|5|rt=Nov 20 23:11:52', { '@timestamp': '2026-11-20T14:11:52.000Z' }],
  [
    'CEF:0|a|b|c|d|e|5|dvc=hostname ad.field[0]=x',
    { cef: { extensions: { deviceAddress: 'hostname', 'ad.field[0]': 'x' } } }
  ]
])('%s', (line, expected) => {
  expect(parse(line)).toMatchObject(expected)
})

test.each([
  ['hello', 0, '"CEF:0|"'],
  ['CEF:0|a|b', 9, 'seven values, each with a | behind it'],
  ['hello CEF:0|a|b|c|d|e|5|', 0, 'a syslog header, or nothing, before "CEF:"']
])('%s says where it stopped', (line, column, expected) => {
  expect(parse(line)).toBeUndefined()
  expect(parser.mismatch(line)).toEqual({ column, expected })
})

test('a long line of nothing is read at once', () => {
  for (const text of ['=', ' a=', '\\', '|', 'a'])
    expect(parse(`CEF:0|a|b|c|d|e|5|${text.repeat(1 << 18)}`)).toBeDefined()
})
