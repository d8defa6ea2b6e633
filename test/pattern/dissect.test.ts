// Dissect patterns: what they take and where it goes, held against Elasticsearch's own dissect processor where it has it.
import { Client } from '@elastic/elasticsearch'
import { describe, expect, test } from 'vitest'
import { compileDissect } from '#pattern'
import { elasticsearch } from '../elasticsearch.ts'

const { url, auth } = await elasticsearch()
const client = new Client({ node: url, ...(auth && { auth }) })

function dissected(pattern: string, text: string, appendSeparator?: string): Record<string, string> | undefined {
  const dissect = compileDissect(pattern, { option: 'pattern', appendSeparator })
  const found = dissect.match(text)
  if (found === undefined) return undefined
  return Object.fromEntries([...dissect.fields.map(({ field }, i) => [field, found.texts[i]]), ...found.named])
}

async function dissectedThere(pattern: string, text: string, separator = ''): Promise<object | undefined> {
  const { docs } = await client.ingest.simulate({
    pipeline: { processors: [{ dissect: { field: 'text', pattern, append_separator: separator } }] },
    docs: [{ _source: { text } }]
  })
  const { text: _, ...fields } = docs[0]?.doc?._source ?? {}
  return docs[0]?.doc === undefined ? undefined : fields
}

describe('takes apart what Elasticsearch takes apart', () => {
  test.each<[pattern: string, text: string, separator?: string]>([
    ['%{a} %{b}', 'foo bar baz'],
    ['%{a} %{b}', 'foo  bar'],
    ['%{a->} %{b}', 'foo    bar'],
    ['%{a->},%{b}', '1,,,'],
    ['%{a} %{b->} %{c}', 'x   y z'],
    ['%{a} %{->}[%{b}] %{c}', 'x        [y] z'],
    ['%{a},%{b},%{c}', 'x,,z'],
    ['%{a},%{b},%{c}', 'x,,'],
    ['%{a} %{b} %{c}', '1  3 4'],
    ['[%{a}] %{b}', '[x] y z'],
    ['[%{a}] %{b}', 'x] y z'],
    ['%{+n} %{+n} %{x}', 'John Doe 1', ' '],
    ['%{+n/2} %{+n/1} %{+n/3}', 'b a c', ','],
    ['%{a} %{+a}', '1 2', '-'],
    ['%{*k}=%{&k}', 'name=value'],
    ['%{*k}=%{&k} %{*l}=%{&l}', 'one=1 two=2'],
    ['%{a} %{a}', '1 2'],
    ['%{a} -', 'x -'],
    ['%{a} -', 'x - y'],
    ['%{a} -', 'x'],
    ['%{?s} %{b}', '1 2'],
    ['%{} %{b}', '1 2'],
    ['%{a}:%{b}', 'no colon'],
    ['%{a},%{b}', ',x'],
    ['%{시각} - %{수준}', '12:00 - 경고'],
    [
      '%{clientip} %{ident} %{auth} [%{at}] "%{verb} %{request} HTTP/%{version}" %{status} %{size}',
      '192.0.2.1 - kim [30/Apr/1998:22:00:52 +0000] "GET /english/ HTTP/1.0" 304 0'
    ]
  ])('%s on %s', async (pattern, text, separator) => {
    expect(dissected(pattern, text, separator ?? '')).toEqual(await dissectedThere(pattern, text, separator))
  })
})

describe("what Beats' dissect has beside it", () => {
  test.each<[pattern: string, text: string, expected: object | undefined]>([
    ['%{?key}=%{&key}', 'user=kim', { user: 'kim' }],
    ['%{key} %{&key}', 'hello world', { key: 'hello', hello: 'world' }],
    ['%{date#10}T%{time}', '2026-11-20T23:11', { date: '2026-11-20', time: '23:11' }],
    ['%{a#2}%{b}', 'xyz', { a: 'xy', b: 'z' }],
    ['%{a#4}%{b}', 'xyz', undefined],
    ['%{status|integer} %{rest}', '200 ok', { status: '200', rest: 'ok' }]
  ])('%s on %s', (pattern, text, expected) => {
    expect(dissected(pattern, text)).toEqual(expected)
  })

  test.each<[name: string, pattern: string, text: string, expected: object | undefined]>([
    [
      'data behind the last key',
      'level=%{level} ts=%{timestamp} caller=%{caller} msg="%{message}"',
      'level=info ts=2018-06-27T17:19:13.036579993Z caller=main.go:222 msg="Starting OK" version="(version=2.3.1)"}',
      { level: 'info', timestamp: '2018-06-27T17:19:13.036579993Z', caller: 'main.go:222', message: 'Starting OK' }
    ],
    [
      'lines of a stack trace',
      '%{day}-%{month}-%{year} %{hour} %{severity} [%{thread_id}] %{origin} %{message}',
      '18-Apr-2018 06:53:20.411 INFO [exec-1] Http11.service Error\n at a.b(C.java:1)',
      {
        day: '18',
        month: 'Apr',
        year: '2018',
        hour: '06:53:20.411',
        severity: 'INFO',
        thread_id: 'exec-1',
        origin: 'Http11.service',
        message: 'Error\n at a.b(C.java:1)'
      }
    ],
    ['no delimiter at the beginning', '/var/log/%{key}.log', 'foobar', undefined],
    ['no delimiter behind a key', '/var/log/%{key}.log', '/var/log/foobar', undefined],
    ['one key', '%{key}', 'foobar', { key: 'foobar' }],
    ['a key to the end', '/var/%{key}', '/var/foobar/log', { key: 'foobar/log' }],
    ['several keys', '/var/%{key}/log/%{key1}.log', '/var/foobar/log/apache.log', { key: 'foobar', key1: 'apache' }],
    ['appended in an order', '%{+key/3} %{+key/1} %{+key/2}', '1 2 3', { key: '2 3 1' }],
    ['appended', '%{key}-%{+key}-%{+key}', '1-2-3', { key: '1-2-3' }],
    ['a field that names another', '%{key} %{&key}', 'hello world', { key: 'hello', hello: 'world' }],
    ['a skipped field', '%{} %{key}', 'hello world', { key: 'world' }],
    [
      'empty values',
      '%{name},%{addr1},%{addr2},%{addr3},%{city},%{zip}',
      'Jane Doe,4321 Fifth Avenue,,,New York,87432',
      { name: 'Jane Doe', addr1: '4321 Fifth Avenue', addr2: '', addr3: '', city: 'New York', zip: '87432' }
    ],
    [
      'padding',
      '%{id} %{function->} %{server}',
      '00000043 ViewReceive     machine-321',
      { id: '00000043', function: 'ViewReceive', server: 'machine-321' }
    ],
    [
      'padding behind the last key',
      '%{id} %{function} %{server->} ',
      '00000043 ViewReceive machine-321    ',
      { id: '00000043', function: 'ViewReceive', server: 'machine-321' }
    ],
    [
      'padding behind the first key',
      '%{id->} %{function} %{server}',
      '00000043    ViewReceive machine-321',
      { id: '00000043', function: 'ViewReceive', server: 'machine-321' }
    ],
    ['braces', '{%{a}}{%{b}} %{rest}', '{c}{d} anything', { a: 'c', b: 'd', rest: 'anything' }]
  ])("Beats' own suite: %s", (_, pattern, text, expected) => {
    expect(dissected(pattern, text, undefined)).toEqual(expected)
  })

  test('types are told', () => {
    expect(compileDissect('%{status|integer} %{rest}', { option: 'pattern' }).fields).toEqual([
      { field: 'status', type: 'integer' },
      { field: 'rest', type: 'string' }
    ])
  })
})

test.each<[pattern: string, column: number, reason: string]>([
  ['no key', 1, 'names no key'],
  ['%{a}%{b}', 1, 'has nothing between it and %{b}'],
  ['%{a} %{b|decimal}', 6, 'its type is none'],
  ['%{a/2} %{b}', 1, 'has an order, but is not appended'],
  ['%{*a} %{b}', 1, 'has no other half'],
  ['%{a} %{+}', 6, 'has no name']
])('%s is refused', (pattern, column, reason) => {
  const compile = () => compileDissect(pattern, { option: 'pattern' })
  expect(compile).toThrow(`column ${column} of "pattern"`)
  expect(compile).toThrow(reason)
})

test.each<[pattern: string, text: string, column: number, expected: string]>([
  ['[%{a}] %{b}', 'x] y', 0, '"["'],
  ['[%{a}] %{b}: %{c}', '[x] y z', 4, '": "']
])('%s stops in %s', (pattern, text, column, expected) => {
  expect(compileDissect(pattern, { option: 'pattern' }).mismatch(text)).toEqual({ column, expected })
})
