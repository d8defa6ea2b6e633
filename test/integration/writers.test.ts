// Real writers, each with its own way of rotating, followed by the real shipper: Python's logging handlers, logrotate, and
// Loguru, which compresses what it rotates.

import { execFile } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
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

const LINES = 1_200
const SECONDS = 3
const ROTATE_MS = 600

interface Way {
  /** In writers.py. */
  readonly way: string
  readonly what: string
  /** What stands in the configuration of logrotate, where that rotates. */
  readonly logrotate?: readonly string[]
  /** The files that are there in the end, by their names in order. */
  readonly leaves: RegExp
}

const WAYS: readonly Way[] = [
  {
    way: 'rotating',
    what: "Python's RotatingFileHandler, in a chain of numbers,",
    leaves: /^app\.log app\.log\.1 (app\.log\.\d+ ?){3}/
  },
  {
    way: 'timed',
    what: "Python's TimedRotatingFileHandler, under dated names,",
    leaves: /^app\.log (app\.log\.\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d ?){2}/
  },
  {
    way: 'watched',
    what: "Python's WatchedFileHandler, whose file logrotate renames,",
    logrotate: ['create'],
    leaves: /^app\.log app\.log\.1 app\.log\.2/
  },
  {
    way: 'watched',
    what: "Python's WatchedFileHandler, whose file logrotate renames and compresses,",
    logrotate: ['create', 'compress'],
    leaves: /^app\.log app\.log\.1\.gz app\.log\.2\.gz/
  },
  {
    way: 'loguru',
    what: "Loguru's rotation",
    leaves: /^(app\.\d{4}-[-\d_]+\.log ){2}.*app\.log$/
  },
  {
    way: 'loguru-gz',
    what: 'Loguru\'s rotation with compression="gz"',
    leaves: /^(app\.\d{4}-[-\d_]+\.log\.gz ){2}.*app\.log$/
  }
]

/** Runs a writer of writers.py to its end. */
async function write({ logs }: Installation, { way }: Way): Promise<void> {
  const program = join(import.meta.dirname, 'writers.py')
  const args = ['-X', 'utf8', program, way, join(logs, 'app.log'), String(LINES), String(SECONDS)]
  await run(interpreter, args)
}

/** Has logrotate rotate the log of a writer that watches for it, until the signal fires. */
async function keepRotating({ logs, folder }: Installation, options: readonly string[], signal: AbortSignal) {
  const configuration = join(folder, 'logrotate.conf')
  const lines = ['rotate 20', 'missingok', ...options].map(option => `  ${option}\n`)
  writeFileSync(configuration, `${join(logs, 'app.log')} {\n${lines.join('')}}\n`)
  while (!signal.aborted) {
    await sleep(ROTATE_MS)
    await run(rotator, ['--force', '--state', join(folder, 'logrotate.state'), configuration])
  }
}

/** How often each line, such as `timed 17`, is in the data stream. */
async function countLines({ index }: Installation): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  const search = { index, size: 5_000, _source: ['message'] }
  for await (const { message } of client.helpers.scrollDocuments<{ message: string }>(search)) {
    const line = / 주문이 접수되었습니다 ([\w-]+ \d+)$/.exec(message)?.[1] ?? message
    counts.set(line, (counts.get(line) ?? 0) + 1)
  }
  return counts
}

/**
 * The names of the files that are there, in order, but for those that logrotate put aside. Of a writer that opened the log
 * anew between the rename and the `create`, it renames the new file to `app.log-YYYYMMDDHH.backup`.
 */
function namesOf({ logs }: Installation): string {
  const names = readdirSync(logs).filter(name => !name.endsWith('.backup'))
  return names.sort().join(' ')
}

test.each(WAYS)(
  'every line of $what arrives once, though Sluice is killed amid it',
  {
    timeout: 60_000
  },
  async way => {
    const source = { type: 'file', paths: ['logs/app*'], sweepMs: 100 }
    const installation = install({ elasticsearch: settingsFor(server), pipeline: { source, parse: [] } })
    const killed = installation.run()
    await killed.says('sluice started')
    const ended = new AbortController()
    const rotating = way.logrotate && keepRotating(installation, way.logrotate, ended.signal)
    const writing = write(installation, way)
    await sleep(SECONDS * 400)
    await killed.kill()
    // For as long nobody looks, and the writer goes on.
    await sleep(SECONDS * 300)
    const shipper = installation.run()
    await writing
    ended.abort()
    await rotating
    await untilShipped(client, installation, LINES)
    expect(await shipper.terminate()).toBe(0)
    expect(await installation.sluice('import')).toMatchObject({ code: 0, stdout: expect.stringContaining(' 0 lines') })

    const counts = await countLines(installation)
    const expected = Array.from({ length: LINES }, (_, serial) => `${way.way} ${serial}`)
    expect(expected.filter(line => counts.get(line) !== 1)).toEqual([])
    expect(counts.size).toBe(LINES)
    const store = readStore(installation)
    expect(store.sum('acked')).toMatchObject({ lines: LINES, documents: LINES })
    expect(store.sum('lost').bytes).toBe(0)
    expect(namesOf(installation)).toMatch(way.leaves)
  }
)
