// The real logrotate copies a log and cuts it, again and again, while the real shipper is killed at random moments around it:
// every line arrives once, whether the copies match the glob or not.

import { execFile } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { createRandom } from '../../src/cli/selftest/random.ts'
import { elasticsearch } from '../elasticsearch.ts'
import { logrotate } from '../programs/logrotate.ts'
import { clientFor, settingsFor } from './connection.ts'
import { install } from './installation.ts'
import { readStore } from './store.ts'
import { untilShipped } from './verify.ts'

const run = promisify(execFile)
const server = await elasticsearch()
const client = clientFor(server)
afterAll(() => client.close())
const rotator = await logrotate()

const TURNS = 6
const LINES_PER_TURN = 400

test.each([
  { where: 'within the glob', paths: ['logs/app.log*'] },
  { where: 'out of the glob', paths: ['logs/app.log'] }
])(
  'copytruncate of logrotate, copies $where, with kills around it, loses and doubles nothing',
  {
    timeout: 60_000
  },
  async ({ paths }) => {
    const source = { type: 'file', paths, sweepMs: 100 }
    const installation = install({ elasticsearch: settingsFor(server), pipeline: { source, parse: [] } })
    const log = join(installation.logs, 'app.log')
    const configuration = join(installation.folder, 'logrotate.conf')
    writeFileSync(configuration, `${log} {\n  rotate 20\n  copytruncate\n}\n`)
    const seed = Date.now() % 1_000_000
    console.log(`seed ${seed}`)
    const random = createRandom(seed)
    let lines = 0
    const write = () => {
      let text = ''
      for (const end = lines + LINES_PER_TURN; lines < end; lines += 1)
        text += `${lines} ${'x'.repeat(random() * 100)}\n`
      appendFileSync(log, text)
    }

    write()
    let shipper = installation.run()
    for (let turn = 0; turn < TURNS; turn += 1) {
      // A copy out of the glob is known again where its original was seen before it was cut.
      await untilShipped(client, installation, lines)
      write()
      const isKilled = random() < 0.5
      if (isKilled) await Promise.all([sleep(random() * 200).then(() => shipper.kill()), sleep(100).then(rotate)])
      else await rotate()
      write()
      if (isKilled) shipper = installation.run()
    }
    await untilShipped(client, installation, lines)
    expect(await shipper.terminate()).toBe(0)

    const found: number[] = []
    const search = { index: installation.index, size: 5_000, _source: ['message'] }
    for await (const { message } of client.helpers.scrollDocuments<{ message: string }>(search)) {
      found.push(Number.parseInt(message, 10))
    }
    found.sort((a, b) => a - b)
    expect(found).toEqual(Array.from({ length: lines }, (_, i) => i))
    expect(readStore(installation).sum('lost').bytes).toBe(0)

    async function rotate(): Promise<void> {
      await run(rotator, ['--force', '--state', join(installation.folder, 'logrotate.state'), configuration])
    }
  }
)
