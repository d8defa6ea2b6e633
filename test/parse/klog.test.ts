// What is read of klog's lines.

import { describe, expect, test } from 'vitest'
import { compileParser } from '#parse'
import type { Fields } from '#record'

const { parse, mismatch } = compileParser({ format: 'klog', timezone: 'Asia/Seoul' })
const reading = { path: '/var/log/kubelet.log', readMs: Date.parse('2026-11-20T15:00:00Z'), modifiedMs: undefined }
const HEADER = 'I1120 23:11:52.067890    1234 server.go:123] '

function read(line: string): Fields | undefined {
  const fields: Fields = {}
  return parse(line, fields, { ...reading }) ? fields : undefined
}

test('the header says level, time, process and place', () => {
  expect(read(`${HEADER}Starting`)).toEqual({
    '@timestamp': '2026-11-20T14:11:52.067Z',
    log: { level: 'info', origin: { file: { name: 'server.go', line: 123 } } },
    process: { pid: 1234 },
    message: 'Starting'
  })
})

test.each([
  ['I', 'info'],
  ['W', 'warning'],
  ['E', 'error'],
  ['F', 'fatal']
])('%s is %s', (letter, level) => {
  expect(read(HEADER.replace('I', letter))).toMatchObject({ log: { level }, message: '' })
})

test('the year is the last in which the time had come, or that of the header where glog writes it', () => {
  expect(read(HEADER.replace('1120', '1231'))).toMatchObject({ '@timestamp': '2025-12-31T14:11:52.067Z' })
  expect(read(HEADER.replace('1120', '20240229'))).toMatchObject({ '@timestamp': '2024-02-29T14:11:52.067Z' })
})

describe('structured calls', () => {
  test.each<[text: string, expected: Fields]>([
    ['"Ready" pod="a/b" n=3 ok=true', { message: 'Ready', labels: { pod: 'a/b', n: '3', ok: 'true' } }],
    ['"Failed \\"x\\"" err="no\\nway \\u00e9"', { message: 'Failed "x"', error: { message: 'no\nway é' } }],
    [
      '"Pods" list=["a b" "c"] map={A:b c:{d e}} z=1',
      { labels: { list: '["a b" "c"]', map: '{A:b c:{d e}}', z: '1' } }
    ],
    ['"Data" text=<\n\ta\n\t b\n > z=1', { message: 'Data', labels: { text: 'a\n b', z: '1' } }],
    ['"Twice" a="1" a="2" b.c="3"', { labels: { a: ['1', '2'], b_c: '3' } }],
    ['"quoted" and more', { message: '"quoted" and more' }],
    ['"open', { message: '"open' }]
  ])('%j', (text, expected) => {
    expect(read(HEADER + text)).toMatchObject(expected)
  })
})

test.each([
  ['I1120 23:11:52.067890 1234 server.go] x', 36],
  ['I1331 23:11', 1],
  ['I0230 23:11:52.067890    1234 server.go:123] no such day', 1],
  ['', 0]
])('%j is none', (line, column) => {
  expect(read(line)).toBeUndefined()
  expect(mismatch(line).column).toBe(column)
})
