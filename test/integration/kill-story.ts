// The main promise, as a story of any length: a log is written and rotated without a pause while its shipper is killed
// with -9 again and again, at random moments; then every line is in Elasticsearch exactly once, and the ledger says so.

import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished } from 'vitest'
import { createRandom } from '../../src/cli/selftest/random.ts'
import { elasticsearch } from '../elasticsearch.ts'
import { clientFor, settingsFor } from './connection.ts'
import { install } from './installation.ts'
import { expectOnce, untilShipped } from './verify.ts'
import { createWriter } from './writer.ts'

/** Longest time that a shipper lives; it takes about half a second to start. */
const LIFE_MS = 2_000
const PAUSE_MS = 40

/** Tells the story with so many kills. The seed is printed, and told again it is the same but for the machine's own haste. */
export async function tellKillStory(kills: number): Promise<void> {
  const seed = Number(process.env.SLUICE_TEST_SEED ?? Date.now() % 1_000_000)
  console.log(`seed ${seed} (SLUICE_TEST_SEED)`)
  const random = createRandom(seed)
  const server = await elasticsearch()
  const installation = install({ elasticsearch: settingsFor(server) })
  const writer = createWriter(installation.logs, random)

  const writing = new AbortController()
  const written = (async () => {
    while (!writing.signal.aborted) {
      writer.write(Math.ceil(random() * 200))
      if (random() < 0.02) writer.rotate()
      await sleep(random() * PAUSE_MS)
    }
    writer.rotate()
    writer.finish()
  })()

  onTestFinished(async () => {
    writing.abort()
    await written
  })
  for (let kill = 0; kill < kills; kill += 1) {
    const shipper = installation.run()
    await sleep(random() * LIFE_MS)
    await shipper.kill()
  }
  writing.abort()
  await written
  const shipper = installation.run()
  const client = clientFor(server)
  await untilShipped(client, installation, writer.lines)
  expect(await shipper.terminate()).toBe(0)
  expect(writer.rotations).toBeGreaterThan(1)
  console.log(`${writer.lines} lines, ${writer.rotations} rotations, ${kills} kills`)
  await expectOnce(client, installation, writer)
  await client.close()
}
