// Worker threads change how fast it goes, and nothing else.

import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  bulkAnswer,
  bulkStream,
  lookUpAnswer,
  otherAnswer,
  readBulk,
  type Sent,
  startEndpoint
} from '../../src/cli/rehearsal/endpoint.ts'
import { elasticsearch } from '../elasticsearch.ts'
import { install } from './installation.ts'
import { tellWorkersStory } from './workers-story.ts'
import { lineOf } from './writer.ts'

await elasticsearch()

test(
  'every line arrives once though the shipper is killed eight times with two threads, and the logs are rotated',
  {
    timeout: 240_000
  },
  () => tellWorkersStory([...Array.from({ length: 8 }, () => [2, true] as const), [2, false]])
)

test('every line arrives once though each start has another number of threads', { timeout: 240_000 }, () =>
  tellWorkersStory([
    [2, true],
    [0, true],
    [3, false],
    [1, true],
    [0, false],
    [2, false]
  ])
)

const NGINX = Array.from({ length: 3_000 }, (_, i) => `${lineOf(i)}\n`).join('')
const PYTHON = Array.from({ length: 800 }, (_, i) => {
  const trace = `Traceback (most recent call last):\n  File "/app/shop.py", line ${i}, in pay\n    raise ValueError(${i})\nValueError: ${i}\n`
  return `2026-11-20 23:11:5${i % 10},${100 + (i % 900)} - shop.pay - ERROR - 결제 ${i} failed\n${i % 3 === 0 ? trace : ''}`
}).join('')
const pythonPipeline = {
  name: 'python',
  source: { type: 'file', paths: ['logs/*.txt'] },
  multiline: { preset: 'python' },
  parse: [{ format: 'python-logging', pattern: '%(asctime)s - %(name)s - %(levelname)s - %(message)s' }],
  enrich: [{ set: { field: 'service.name', value: 'shop' } }, { drop: { if: "ctx.message == '결제 7 failed'" } }],
  destination: { dataset: 'python' }
}

/** What an import with so many threads sends, by where it stands, and what it says of it. */
async function imported(workers: number) {
  const sent: Sent[] = []
  const { url, close } = await startEndpoint(asked => {
    if (bulkStream(asked.path) === undefined)
      return (
        lookUpAnswer(
          asked,
          () => [],
          () => false
        ) ?? otherAnswer(asked)
      )
    const documents = readBulk(asked.body)
    sent.push(...documents)
    return bulkAnswer(documents.map(() => 201))
  })
  onTestFinished(close)
  const installation = install({
    elasticsearch: { nodes: [url] },
    settings: { workers, pipelines: ['pipeline.json', 'python.json'] },
    pipeline: { source: { type: 'file', paths: ['logs/access*.log'] } }
  })
  const { folder, logs, dataset } = installation
  writeFileSync(join(folder, 'python.json'), JSON.stringify(pythonPipeline))
  for (const name of ['access-1.log', 'access-2.log', 'access-3.log']) writeFileSync(join(logs, name), NGINX)
  writeFileSync(join(logs, 'shop-1.txt'), PYTHON)
  copyFileSync(join(logs, 'shop-1.txt'), join(logs, 'shop-2.txt'))
  const { code, stdout } = await installation.sluice('import')
  expect(code).toBe(0)
  const { stdout: audit } = await installation.sluice('audit')
  const plain = (text: string) =>
    text
      .replaceAll(dataset, 'DATASET')
      .replaceAll(folder, '')
      .replace(/\d+\/s/g, '')
  return {
    documents: sent.map(documentOf).map(plain).sort(),
    said: plain(stdout),
    audit: plain(audit).split('\n').sort()
  }
}

/** A document without what is by chance, with the offset that its id tells. */
function documentOf({ id, source }: Sent): string {
  const { sluice, log, ...fields } = JSON.parse(source)
  const { inode, device_id: _, ...file } = log.file
  expect(id.startsWith(sluice.generation)).toBe(true)
  expect(inode).toMatch(/^\d+$/)
  const at = Number.parseInt(id.slice(sluice.generation.length), 16)
  return JSON.stringify({ at, end: sluice.end_offset, ...fields, log: { ...log, file } })
}

describe('an import', () => {
  test('sends the same documents with no thread, with one and with two, and accounts for the same bytes', {
    timeout: 240_000
  }, async () => {
    const without = await imported(0)
    expect(without.documents).toHaveLength(3 * 3_000 + 2 * 799)
    for (const workers of [1, 2]) {
      const { documents, said, audit } = await imported(workers)
      expect(said).toBe(without.said)
      expect(audit).toEqual(without.audit)
      expect(documents).toEqual(without.documents)
    }
  })
})
