// Holds documents of peers against what `sluice try` says of the log, by the values that peers were told to make too. Their
// documents need not say where they stand, so a sample is right where any record of the log makes it.

import { readFileSync } from 'node:fs'
import type { PipelineConfig } from '#config'
import { createTrial } from '#pipeline'
import type { Fields } from '#record'
import { host } from '../compare.ts'
import type { Sample } from '../endpoint-process.ts'

/** The fields that are compared, of each workload. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  nginx: [
    '@timestamp',
    'source.address',
    'http.request.method',
    'http.request.referrer',
    'http.version',
    'http.response.status_code',
    'http.response.body.bytes',
    'url.original',
    'user_agent.original'
  ],
  python: ['@timestamp', 'log.level', 'log.logger', 'message'],
  json: ['@timestamp', 'log.level', 'log.logger', 'message', 'process.pid', 'reqId', 'req.url', 'res.statusCode']
}

/** @throws with the first sample that no record makes */
export function compareWithRecords(samples: readonly Sample[], pipeline: PipelineConfig, path: string): void {
  const fields = FIELDS[pipeline.name] ?? []
  const wanted = new Map<string, string>()
  for (const { source } of samples) {
    const document = flatten(JSON.parse(source))
    if (!isHostile(document)) wanted.set(keyOf(document, fields), source)
  }
  const trial = createTrial(pipeline, host(), Date.now)
  const log = readFileSync(path)
  for (let at = 0; at < log.length && wanted.size > 0; ) {
    const end = at + CHUNK_BYTES < log.length ? log.lastIndexOf('\n', at + CHUNK_BYTES) + 1 : log.length
    const outcomes = trial.push(log.subarray(at, end))
    at = end
    for (const outcome of at === log.length ? [...outcomes, ...trial.end()] : outcomes) {
      if (outcome.kind === 'document') wanted.delete(keyOf(flatten(outcome.fields), fields))
    }
  }
  for (const [key, source] of wanted) throw new Error(`no record makes this document:\n${source}\nas far as:\n${key}`)
}

const CHUNK_BYTES = 262_144

/** Of what scanners send, Sluice makes more than was asked of the peers. */
const isHostile = (document: Flat): boolean =>
  /[\\\s]/.test(`${document['http.request.method']}${document['url.original']}`) ||
  String(document['user_agent.original']).includes('\\')

type Flat = Readonly<Record<string, unknown>>

/** A document with dots in its keys and no objects in it. */
function flatten(value: Fields, before = ''): Flat {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.entries(flatten(inner as Fields, `${before}${key}.`))
        : [[`${before}${key}`, inner]]
    )
  )
}

/** The compared values as a text; `-` stands for none in access logs. */
function keyOf(document: Flat, fields: readonly string[]): string {
  return fields
    .map(field => {
      const value = document[field]
      if (value === undefined || value === '-' || value === '') return ''
      if (field === '@timestamp')
        return new Date(typeof value === 'string' && /\D/.test(value) ? value : Number(value)).toISOString()
      if (field === 'message') return messageOf(document)
      return String(value)
    })
    .join('\n')
}

/** A traceback is a field of its own in Sluice's documents, and part of the message in those of peers. */
function messageOf({ message, 'error.stack_trace': trace, 'event.dataset': dataset }: Flat): string {
  return trace === undefined || dataset !== 'python' ? String(message) : `${message}\n${trace}`
}
