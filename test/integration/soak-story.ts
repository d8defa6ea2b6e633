// A stream of lines through everything that goes wrong, for any time: faults at the door, kill -9, rotation, rollovers and a
// server that stops or dies. In the end every line is there once, and the memory of the last life has not grown.

import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@elastic/elasticsearch'
import { expect, onTestFinished } from 'vitest'
import { createRandom } from '../../src/cli/selftest/random.ts'
import { createFaultyDoor } from './faulty-door.ts'
import { install, type Shipper } from './installation.ts'
import { countDocuments, expectOnce, untilShipped } from './verify.ts'
import { createWriter, type Writer } from './writer.ts'

export interface Soak {
  readonly durationMs: number
  readonly linesPerSecond: number
  /** Longest life of a shipper in the first half; in the second half one lives through. */
  readonly lifeMs: number
  /** What reaches the server, which may move. */
  readonly server: { readonly url: string; readonly settings: object; readonly client: Client }
  /** Does to the server what is to be done, again and again, until the signal fires. */
  readonly disturb?: (signal: AbortSignal, random: () => number) => Promise<void>
}

const TICK_MS = 50
const ROTATE_MS = 5_000
const ROLLOVER_MS = 6_000
const PAGE_BYTES = 4_096
/** More than it takes with the largest batches of this test under way, far less than a leak would. */
const MAX_RESIDENT_BYTES = 512 * 1_048_576

/** How many figures of memory are printed. */
const PRINTED = 30

/** Tells the story. The seed is printed, and told again it is the same but for the machine's own haste. */
export async function tellSoakStory({ durationMs, linesPerSecond, lifeMs, server, disturb }: Soak): Promise<void> {
  const seed = Number(process.env.SLUICE_TEST_SEED ?? Date.now() % 1_000_000)
  console.log(`seed ${seed} (SLUICE_TEST_SEED)`)
  const random = createRandom(seed)
  const door = await createFaultyDoor(() => server.url, createRandom(seed + 1))
  const installation = install({ elasticsearch: { ...server.settings, nodes: [door.url] } })
  const writer = createWriter(installation.logs, random)
  const ending = new AbortController()
  const { signal } = ending
  const others = [
    write(writer, random, linesPerSecond, signal),
    rollOver(server.client, installation.index, createRandom(seed + 2), signal),
    disturb?.(signal, createRandom(seed + 3))
  ]
  onTestFinished(async () => {
    ending.abort()
    await Promise.allSettled(others)
  })

  const kills = await liveShortly(() => installation.run(), durationMs / 2, lifeMs, random)
  const shipper = installation.run()
  const resident = await watchMemory(shipper, durationMs / 2)
  ending.abort()
  await Promise.all(others)
  writer.finish()
  door.mend()
  console.log(`${writer.lines - (await countDocuments(server.client, installation))} lines behind when the faults end`)
  await untilShipped(server.client, installation, writer.lines, 60_000 + durationMs / 4)
  expect(await shipper.terminate()).toBe(0)
  const faults = [...door.faults].map(([fault, times]) => `${times} ${fault}`).join(', ')
  console.log(`${writer.lines} lines, ${writer.rotations} rotations, ${kills} kills; ${faults}`)
  await expectOnce(server.client, installation, writer)
  expectFlat(resident)
}

async function write(writer: Writer, random: () => number, perSecond: number, signal: AbortSignal): Promise<void> {
  const perTick = (perSecond * TICK_MS) / 1_000
  while (!signal.aborted) {
    writer.write(Math.round(random() * 2 * perTick))
    if (random() < TICK_MS / ROTATE_MS) writer.rotate()
    await sleep(TICK_MS)
  }
}

/** Gives the data stream a new backing index now and then, in which ids of the one before are free again. */
async function rollOver(client: Client, index: string, random: () => number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(random() * ROLLOVER_MS)
    // It may not be there yet, or the server may be away.
    await client.indices.rollover({ alias: index }, { maxRetries: 0 }).catch(() => {})
  }
}

/** Starts shippers and kills them at random moments; returns how many. */
async function liveShortly(run: () => Shipper, forMs: number, lifeMs: number, random: () => number): Promise<number> {
  const endMs = Date.now() + forMs
  let kills = 0
  for (; Date.now() < endMs; kills += 1) {
    const shipper = run()
    await sleep(random() * lifeMs)
    await shipper.kill()
  }
  return kills
}

/** Bytes that a process has in memory, as it lives. */
async function watchMemory({ pid, log }: Shipper, forMs: number): Promise<number[]> {
  const resident: number[] = []
  for (const endMs = Date.now() + forMs; Date.now() < endMs; ) {
    await sleep(500)
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1])
    expect(pages, `the shipper has ended: ${JSON.stringify(log.at(-1))}`).toBeGreaterThan(0)
    resident.push(pages * PAGE_BYTES)
  }
  return resident
}

/** What it takes at most at the end is no more than what it took at most when it had warmed up, but for some noise. */
function expectFlat(resident: readonly number[]): void {
  const third = Math.floor(resident.length / 3)
  const step = Math.max(1, Math.floor(resident.length / PRINTED))
  console.log(
    `resident over time: ${resident
      .filter((_, i) => i % step === 0)
      .map(toMegabytes)
      .join(' ')} MB`
  )
  const [middle, last] = [Math.max(...resident.slice(third, -third)), Math.max(...resident.slice(-third))]
  console.log(`resident ${toMegabytes(middle)} MB in the middle, ${toMegabytes(last)} MB at the end`)
  expect(last).toBeLessThan(MAX_RESIDENT_BYTES)
  expect(last).toBeLessThan(middle * 1.25)
}

const toMegabytes = (bytes: number) => Math.round(bytes / 1_048_576)
