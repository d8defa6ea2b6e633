// Real writers, each with its own way of rotating, followed by the real shipper: Python's logging handlers, logrotate, and
// Loguru, which compresses what it rotates.

import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { logrotate } from '../programs/logrotate.ts'
import { python } from '../programs/python.ts'
import { clientFor, settingsFor } from './connection.ts'
import { type Installation, install } from './installation.ts'
import { readStore } from './store.ts'
import { untilShipped } from './verify.ts'

const run = promisify(execFile)
const server = await elasticsearch()
const client = clientFor(server)
afterAll(() => client.close())
const interpreter = (await python()).path
const rotator = await logrotate()

const WAYS = ['file', 'rotating', 'timed', 'watched', 'loguru']
const LINES = 2_000
const SECONDS = 8
const ROTATE_MS = 1_500

/** Runs a writer of writers.py to its end. */
async function write({ logs }: Installation, way: string): Promise<void> {
  const program = join(import.meta.dirname, 'writers.py')
  const args = ['-X', 'utf8', program, way, join(logs, way, 'app.log'), String(LINES), String(SECONDS)]
  await run(interpreter, args)
}

/** Has logrotate rename and compress the log of a writer that watches for it, until the signal fires. */
async function keepRotating({ logs }: Installation, way: string, signal: AbortSignal): Promise<void> {
  const configuration = join(logs, 'logrotate.conf')
  writeFileSync(configuration, `${join(logs, way, 'app.log')} {\n  rotate 20\n  create\n  compress\n}\n`)
  while (!signal.aborted) {
    await sleep(ROTATE_MS)
    await run(rotator, ['--force', '--state', join(logs, 'logrotate.state'), configuration])
  }
}

/** How often each line, such as `timed 17`, is in the data stream. */
async function countLines({ index }: Installation): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  const search = { index, size: 5_000, _source: ['message'] }
  for await (const { message } of client.helpers.scrollDocuments<{ message: string }>(search)) {
    const line = / 주문이 접수되었습니다 (\w+ \d+)$/.exec(message)?.[1] ?? message
    counts.set(line, (counts.get(line) ?? 0) + 1)
  }
  return counts
}

test('every line of Python loggers arrives once, though they, logrotate or Loguru rotate and compress, and Sluice is killed', {
  timeout: 90_000
}, async () => {
  const source = { type: 'file', paths: ['logs/*/app*'], sweepMs: 100 }
  const installation = install({ elasticsearch: settingsFor(server), pipeline: { source, parse: [] } })
  const { logs } = installation
  for (const way of WAYS) mkdirSync(join(logs, way))
  const killed = installation.run()
  await killed.says('sluice started')
  const ended = new AbortController()
  const rotating = keepRotating(installation, 'watched', ended.signal)
  const writing = Promise.all(WAYS.map(way => write(installation, way)))
  await sleep(SECONDS * 500)
  await killed.kill()
  // For as long nobody looks, and the writers go on.
  await sleep(ROTATE_MS)
  const shipper = installation.run()
  await writing
  ended.abort()
  await rotating
  const lines = WAYS.length * LINES
  await untilShipped(client, installation, lines)
  expect(await shipper.terminate()).toBe(0)
  expect(await installation.sluice('import')).toMatchObject({ code: 0, stdout: expect.stringContaining(' 0 lines') })

  const counts = await countLines(installation)
  const expected = WAYS.flatMap(way => Array.from({ length: LINES }, (_, serial) => `${way} ${serial}`))
  expect(expected.filter(line => counts.get(line) !== 1)).toEqual([])
  expect(counts.size).toBe(lines)
  const store = readStore(installation)
  expect(store.sum('acked')).toMatchObject({ lines, documents: lines })
  expect(store.sum('lost').bytes).toBe(0)
  const names = (way: string) => readdirSync(join(logs, way)).join(' ')
  expect(names('rotating')).toContain('app.log.5')
  expect(names('timed')).toMatch(/(app\.log\.[-\d_]+ ?){5}/)
  expect(names('watched')).toContain('app.log.3.gz')
  expect(names('loguru')).toMatch(/(app\.[-\d_]+\.log\.gz ?){2}/)
})
