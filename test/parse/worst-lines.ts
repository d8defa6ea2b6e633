// Runs beside its test: reads each format's worst lines of 1 MiB, and says how far it came.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort } from 'node:worker_threads'
import { createGrouping } from '#frame'
import { compileParser, type ParseEntry } from '#parse'
import { fixtureFolder, fixtureNames } from './fixture.ts'

const written: readonly ParseEntry[] = [
  { format: 'dissect', pattern: '%{a->} [%{b}] %{c}="%{d}"' },
  { format: 'grok', pattern: '%{SYSLOGBASE} %{DATA:a} %{DATA:b} %{DATA:c}: %{GREEDYDATA:message}$' },
  { format: 'kv', fieldSplit: '\\s*[,; ]\\s*', valueSplit: '\\s*=\\s*', trimValue: ' "' },
  { format: 'regex', pattern: '(?<a>.*) (?<b>.*) (?<c>.*) (?<d>.*)x', anchored: false },
  { format: 'regex', pattern: '(?<a>(?:\\w+\\s?)+):', allowSlow: true }
]
/** Entries with beginnings of lines that they take. */
const entries = [
  ...written.map(entry => ({ entry, heads: [''] })),
  ...fixtureNames.flatMap(name => {
    const { parse = [] } = JSON.parse(readFileSync(join(fixtureFolder(name), 'pipeline.json'), 'utf8'))
    const sample = readFileSync(join(fixtureFolder(name), 'input.log'), 'utf8')
    return (parse as ParseEntry[]).map(entry => ({ entry, heads: ['', sample.slice(0, 30), sample.slice(0, 60)] }))
  })
]
const READING = { path: 'input.log', readMs: Date.parse('2026-12-01T00:00:00Z'), modifiedMs: undefined }
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
for (const { entry, heads } of entries) {
  const parser = compileParser(entry)
  const isSlow = written.includes(entry) && entry.format === 'regex'
  // Of the slow ones every line comes to the limit, and one says as much as many.
  for (const unit of isSlow ? ['a', ' '] : units) {
    for (const head of 'a "'.includes(unit) ? heads : heads.slice(0, 1)) {
      const begin = performance.now()
      const isTaken = parser.parse(head + unit.repeat(SIZE / unit.length), {}, READING)
      const name = `${entry.format} on ${head}${JSON.stringify(unit)}`
      parentPort?.postMessage({ format: entry.format, name, isTaken, ms: performance.now() - begin })
    }
  }
}
const { continues } = createGrouping({ startsWith: '^(.*) (.*) (.*) \\d+$' })()
for (const unit of units) continues(unit.repeat(SIZE / unit.length))
parentPort?.postMessage('done')
