// The main promise where worker threads parse and send: several logs are written and rotated without a pause, their shipper is
// killed, stopped and started with other numbers of threads, and every line is in Elasticsearch exactly once.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import { createRandom } from '../../src/cli/selftest/random.ts'
import { elasticsearch } from '../elasticsearch.ts'
import { clientFor, settingsFor } from './connection.ts'
import { type Installation, install } from './installation.ts'
import { expectOnce, untilShipped } from './verify.ts'
import { createWriter, type Writer } from './writer.ts'

const LOGS = 3
/** Longest time that a shipper lives, from its start where it is killed; it takes about a second. */
const LIFE_MS = 2_500
const PAUSE_MS = 40
/** So many lines are enough, however slow the machine. */
const MOST_LINES = 10_000

/** Tells the story: for each life the number of threads, and whether it ends by kill -9. The last one ships what is left. */
export async function tellWorkersStory(
  lives: readonly (readonly [workers: number, isKilled: boolean])[]
): Promise<void> {
  const seed = Number(process.env.SLUICE_TEST_SEED ?? Date.now() % 1_000_000)
  console.log(`seed ${seed} (SLUICE_TEST_SEED)`)
  const random = createRandom(seed)
  const server = await elasticsearch()
  const elasticsearchSettings = settingsFor(server)
  const installation = install({
    elasticsearch: elasticsearchSettings,
    pipeline: { source: { type: 'file', paths: ['logs/*/access.log*'], sweepMs: 100 } }
  })
  const settle = (workers: number) => installation.settle({ elasticsearch: elasticsearchSettings, workers })
  const { writers, finish } = startWriting(installation, random)

  for (const [workers, isKilled] of lives.slice(0, -1)) {
    settle(workers)
    const shipper = installation.run()
    if (!isKilled) await shipper.says('sluice started')
    await sleep(LIFE_MS * random())
    if (isKilled) await shipper.kill()
    else expect(await shipper.terminate()).toBe(0)
  }
  await finish()
  settle(lives.at(-1)?.[0] ?? 0)
  const shipper = installation.run()
  const client = clientFor(server)
  const sum = (of: (writer: Writer) => number) => writers.reduce((total, writer) => total + of(writer), 0)
  const lines = sum(writer => writer.lines)
  await untilShipped(client, installation, lines)
  expect(await shipper.terminate()).toBe(0)
  expect(sum(writer => writer.rotations)).toBeGreaterThan(LOGS)
  console.log(`${lines} lines of ${LOGS} logs, ${sum(writer => writer.rotations)} rotations, ${lives.length} lives`)
  await expectOnce(client, installation, { lines, bytes: sum(writer => writer.bytes) })
  await client.close()
}

function startWriting({ logs }: Installation, random: () => number) {
  let serials = 0
  const next = () => {
    serials += 1
    return serials - 1
  }
  const writers = Array.from({ length: LOGS }, (_, i) => {
    const folder = join(logs, `shop-${i}`)
    mkdirSync(folder)
    return createWriter(folder, random, next)
  })
  const writing = new AbortController()
  const written = (async () => {
    while (!writing.signal.aborted) {
      for (const writer of writers) {
        if (serials < MOST_LINES) writer.write(Math.ceil(random() * 40))
        if (random() < 0.02) writer.rotate()
      }
      await sleep(random() * PAUSE_MS)
    }
    for (const writer of writers) {
      writer.rotate()
      writer.finish()
    }
  })()
  const finish = () => {
    writing.abort()
    return written
  }
  onTestFinished(finish)
  return { writers, finish }
}
