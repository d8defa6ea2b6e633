// Grok patterns: what they take and what they capture, held against Elasticsearch's own grok processor.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@elastic/elasticsearch'
import { describe, expect, test } from 'vitest'
import { compileGrok, type GrokOptions } from '#pattern'
import { elasticsearch } from '../elasticsearch.ts'

const { url, auth } = await elasticsearch()
const client = new Client({ node: url, ...(auth && { auth }) })

type Pattern = readonly [pattern: string, options?: Partial<GrokOptions>]

function captured([pattern, options]: Pattern, text: string): Record<string, string> | undefined {
  const grok = compileGrok(pattern, { option: 'pattern', ecsCompatibility: 'disabled', ...options })
  const values = grok.match(text)
  if (values === undefined) return undefined
  return Object.fromEntries(
    grok.fields.flatMap(({ field }, i) => (values[i] === undefined ? [] : [[field, values[i]]]))
  )
}

/** What Elasticsearch captures, flat, every value as text. */
async function capturedThere([pattern, options]: Pattern, text: string): Promise<Record<string, string> | undefined> {
  const { docs } = await client.ingest.simulate({
    pipeline: {
      processors: [
        {
          grok: {
            field: 'text',
            patterns: [pattern],
            pattern_definitions: { ...options?.definitions },
            ecs_compatibility: options?.ecsCompatibility ?? 'disabled'
          }
        }
      ]
    },
    docs: [{ _source: { text } }]
  })
  const { text: _, ...fields } = docs[0]?.doc?._source ?? {}
  return docs[0]?.doc === undefined ? undefined : flat(fields)
}

function flat(fields: object, prefix = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      typeof value === 'object' && value !== null
        ? Object.entries(flat(value, `${prefix}${name}.`))
        : [[`${prefix}${name}`, String(value)]]
    )
  )
}

describe('captures what Elasticsearch captures', () => {
  test.each<[name: string, pattern: Pattern, text: string]>([
    ['words', ['%{WORD:first} %{WORD:second}'], 'one two three'],
    ['anywhere in the text', ['%{INT:number}'], 'the answer is 42.'],
    ['words beside other scripts', ['%{WORD:word}'], '로그 한글abc line'],
    ['letters of all scripts', ['(?<word>[[:alpha:]]+)'], '로그É 한글abc'],
    ['boundaries of words in all scripts', ['(?<end>.\\b)'], '로그É 한글abc'],
    ['a user and an address', ['%{USER:user}@%{IPORHOST:host}'], 'kim@db1.example.org'],
    ['an ISO time', ['%{TIMESTAMP_ISO8601:time} %{LOGLEVEL:level}'], '2026-11-20T23:11:52,915+09:00 WARN x'],
    ['a quoted string', ['%{QS:quoted}'], 'say "a \\"quoted\\" word" now'],
    ['a path and a URI', ['%{UNIXPATH:path} %{URI:uri}'], '/var/log/a.log https://example.org/a?b=c'],
    ['an IPv6 address', ['%{IP:ip}'], 'from 2001:db8::8a2e:370:7334 in'],
    ['definitions of its own', ['%{DURATION:took}', { definitions: { DURATION: '%{INT}ms' } }], 'took 15ms'],
    ['named groups', ['(?<queue_id>[0-9A-F]{10,11})'], 'postfix BEF25A72965: removed'],
    ['fields of objects', ['%{WORD:event.action} by %{IP:source.ip}'], 'denied by 192.0.2.1'],
    ['what took part, of a field named twice', ['a=%{INT:n}|b=%{INT:n}'], 'b=7'],
    ['flags', ['(?i)error: %{DATA:reason}$'], 'ERROR: none'],
    ['lines', ['^second %{WORD:word}$'], 'first a\nsecond b\nthird c'],
    ['all of several lines', ['(?m)%{WORD:first}%{GREEDYDATA:rest}'], 'one\ntwo'],
    ['possessive repetition', ['(?<a>a++)b'], 'xaab'],
    ['syslog', ['%{SYSLOGBASE} %{GREEDYDATA:rest}'], 'Nov 20 23:11:52 web1 sshd[812]: Accepted key'],
    [
      'the combined log',
      ['%{COMBINEDAPACHELOG}', { ecsCompatibility: 'v1' }],
      '192.0.2.1 - kim [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326 "http://example.org/" "Mozilla/4.08"'
    ],
    ['what does not match', ['%{INT:number}'], 'none']
  ])('%s', async (_, pattern, text) => {
    expect(captured(pattern, text)).toEqual(await capturedThere(pattern, text))
  })
})

test('a name is defined where it stands', () => {
  expect(captured(['%{LEVEL:level=(?:low|high)}'], 'a high one')).toEqual({ level: 'high' })
})

describe('the standard definitions', () => {
  test.each(['legacy', 'ecs-v1'])('of %s can all be compiled', set => {
    const folder = join(import.meta.dirname, '..', '..', 'data', 'grok', set)
    const names = readdirSync(folder).flatMap(file =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/^(\w+) /gm)].map(match => match[1] ?? '')
    )
    expect(names.length).toBeGreaterThan(300)
    const ecsCompatibility = set === 'legacy' ? 'disabled' : 'v1'
    for (const name of names) compileGrok(`%{${name}}`, { option: 'pattern', ecsCompatibility })
  })
})

describe('what is not understood is refused by its place', () => {
  test.each<[pattern: string, column: number, reason: string]>([
    ['%{INT:a} %{NOPE:b}', 10, '"NOPE" is not defined'],
    ['%{INT:a:decimal}', 1, 'its type is none; allowed: string, int, long, float, double, boolean'],
    ['%{INT:a} (', 1, 'Unclosed group'],
    ['%{INT:a}%{B}%{C:c}', 9, '"B" is not defined']
  ])('%s', (pattern, column, reason) => {
    const compile = () => compileGrok(pattern, { option: 'pattern', ecsCompatibility: 'disabled' })
    expect(compile).toThrow(`column ${column} of "pattern"`)
    expect(compile).toThrow(reason)
  })

  test('a definition that needs itself', () => {
    const definitions = { A: 'x%{B}', B: '%{A}' }
    expect(() => compileGrok('%{A}', { option: 'pattern', ecsCompatibility: 'disabled', definitions })).toThrow(
      'stands in its own definition, by way of A, B'
    )
  })
})
