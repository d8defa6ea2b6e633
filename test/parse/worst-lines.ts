// Runs beside its test: reads each format's worst lines of 1 MiB, and says how far it came.

import { parentPort } from 'node:worker_threads'
import { createGrouping } from '#frame'
import { compileParser, type ParseEntry } from '#parse'

const entries: readonly ParseEntry[] = [
  { format: 'apache', pattern: '%h %l %u %t \\"%r\\" %>s %b \\"%{Referer}i\\" \\"%{User-Agent}i\\"' },
  { format: 'csv', columns: ['a', 'b', 'c'] },
  { format: 'dissect', pattern: '%{a->} [%{b}] %{c}="%{d}"' },
  { format: 'grok', pattern: '%{COMBINEDAPACHELOG}' },
  { format: 'grok', pattern: '%{SYSLOGBASE} %{DATA:a} %{DATA:b} %{DATA:c}: %{GREEDYDATA:message}$' },
  { format: 'grok', pattern: '%{IPORHOST:a} %{URI:b} %{EMAILADDRESS:c} %{PATH:d} %{QUOTEDSTRING:e}' },
  { format: 'json' },
  { format: 'kv', fieldSplit: '\\s*[,; ]\\s*', valueSplit: '\\s*=\\s*', trimValue: ' "' },
  { format: 'logfmt' },
  { format: 'nginx', pattern: '$remote_addr - $remote_user [$time_local] "$request" $status "$http_referer"' },
  { format: 'python-logging', pattern: '%(asctime)s %(levelname)-8s [%(name)s] %(message)s' },
  { format: 'regex', pattern: '(?<a>.*) (?<b>.*) (?<c>.*) (?<d>.*)x', anchored: false },
  { format: 'regex', pattern: '(?<a>(?:\\w+\\s?)+):', allowSlow: true }
]
const SIZE = 2 ** 20
const units = [
  ' ',
  'a',
  '0',
  '"',
  '\\',
  '"\\',
  '[',
  '{"a":',
  'a=',
  'a="',
  'a ',
  '.',
  '0.',
  '-',
  ',',
  '",',
  '=',
  '\n',
  '\t',
  '1.1.1.1 ',
  ':',
  '%',
  '/a',
  '한'
]
const heads = ['', '192.0.2.1 - - [', '2026-11-20 23:11:52,345 ', 'a="', '{"a":"']

for (const entry of entries) {
  const parser = compileParser(entry)
  // Of these every line comes to the limit, and one says as much as many.
  const isSlow = entry.format === 'regex'
  for (const unit of isSlow ? ['a', ' '] : units) {
    for (const head of !isSlow && 'a \\'.includes(unit) ? heads : ['']) {
      const begin = performance.now()
      const isTaken = parser.parse(head + unit.repeat(SIZE / unit.length), {})
      const name = `${entry.format} on ${head}${JSON.stringify(unit)}`
      parentPort?.postMessage({ name, isTaken, ms: performance.now() - begin })
    }
  }
}
const { continues } = createGrouping({ startsWith: '^(.*) (.*) (.*) \\d+$' })()
for (const unit of units) continues(unit.repeat(SIZE / unit.length))
parentPort?.postMessage('done')
