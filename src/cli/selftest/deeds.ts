// What is done to the logs. What a shipper could not have seen is nobody's fault: bytes are destroyed only after all of them
// were settled, but for a deleted file that the running shipper has open, which it must read to its end.

import {
  copyFileSync,
  createReadStream,
  createWriteStream,
  renameSync,
  statSync,
  truncateSync,
  unlinkSync,
  utimesSync
} from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { createGzip } from 'node:zlib'
import type { Log } from './log.ts'
import { between, pick, type Random } from './random.ts'

export interface Scene {
  readonly log: Log
  readonly random: Random
  /** Waits until all that was written is at the endpoint and in the ledger; false where that takes too long. */
  settled(patience?: 'some' | 'much'): Promise<boolean>
  /** Does something while the shipper runs and is not killed. */
  truce(action: () => Promise<boolean>): Promise<boolean>
  /** The endpoint refuses everything for so long. */
  outage(ms: number): Promise<unknown>
}

export interface Deed {
  /** For a person, such as `rotated by renaming`. */
  readonly name: string
  /** How often it is chosen, beside the weights of the others. */
  readonly weight: number
  /** Returns whether it could be done. The log is whole and its writer goes on afterwards. */
  act(scene: Scene): Promise<boolean>
}

/** How long a writer goes on with a file that was renamed, at most. */
const REOPEN_MS = 200
/** More than is read ahead. */
const BURST_BYTES = 1_500_000
const SMALL_BURST_BYTES = 50_000

async function rotate({ log, random }: Scene): Promise<boolean> {
  log.moveOn()
  renameSync(log.file, `${log.file}.1`)
  if (random() < 0.3) await sleep(between(random, 1, REOPEN_MS))
  log.create()
  await sleep(random() < 0.5 ? 0 : between(random, 1, REOPEN_MS))
  await log.ask({ deed: 'reopen' })
  return true
}

async function rotateSeveral(scene: Scene): Promise<boolean> {
  for (let left = between(scene.random, 2, 4); left > 0; left -= 1) await rotate(scene)
  return true
}

/** Nothing is written between the copying and the cutting, which no shipper could find again. */
async function copyTruncate({ log }: Scene): Promise<boolean> {
  await log.ask({ deed: 'hold' })
  log.moveOn()
  copyFileSync(log.file, `${log.file}.1`)
  truncateSync(log.file)
  await log.ask({ deed: 'go' })
  return true
}

async function truncate({ log, settled }: Scene): Promise<boolean> {
  await log.ask({ deed: 'hold' })
  const isSettled = await settled()
  if (isSettled) truncateSync(log.file)
  await log.ask({ deed: 'go' })
  return isSettled
}

async function removeOldest({ log, settled }: Scene): Promise<boolean> {
  const oldest = log.rotated().at(-1)
  if (oldest === undefined) return false
  await log.ask({ deed: 'hold' })
  const isSettled = await settled()
  if (isSettled) unlinkSync(oldest)
  await log.ask({ deed: 'go' })
  return isSettled
}

/** The running shipper has read from the file and so has it open; what is written then, and deleted at once, it still has. */
function removeUnread({ log, settled, truce }: Scene): Promise<boolean> {
  return truce(async () => {
    await log.ask({ deed: 'hold' })
    await log.ask({ deed: 'burst', bytes: 1 })
    const isOpen = await settled()
    if (isOpen) {
      await log.ask({ deed: 'burst', bytes: SMALL_BURST_BYTES })
      unlinkSync(log.file)
      log.create()
      // It must not be killed before.
      await settled('much')
      await log.ask({ deed: 'reopen' })
    }
    await log.ask({ deed: 'go' })
    return isOpen
  })
}

/** As gzip does it: beside the file, with its times, and then the file goes. */
async function compress({ log, random }: Scene): Promise<boolean> {
  const plain = log.rotated().filter(path => !path.endsWith('.gz'))
  const path = pick(random, plain)
  if (path === undefined) return false
  const { size, atime, mtime } = statSync(path)
  if (size === 0) return false
  await pipeline(createReadStream(path), createGzip(), createWriteStream(`${path}.gz`))
  utimesSync(`${path}.gz`, atime, mtime)
  unlinkSync(path)
  return true
}

async function fill({ log, random, outage }: Scene): Promise<boolean> {
  await outage(between(random, 200, 1_000))
  await log.ask({ deed: 'burst', bytes: BURST_BYTES })
  return true
}

async function pause({ log, random }: Scene): Promise<boolean> {
  await log.ask({ deed: 'hold' })
  await sleep(between(random, 100, 1_000))
  await log.ask({ deed: 'go' })
  return true
}

export const DEEDS: readonly Deed[] = [
  { name: 'renamed, and made anew', weight: 6, act: rotate },
  { name: 'renamed several times in one go', weight: 2, act: rotateSeveral },
  { name: 'copied and truncated', weight: 5, act: copyTruncate },
  { name: 'rotated file compressed', weight: 5, act: compress },
  { name: 'truncated', weight: 2, act: truncate },
  { name: 'rotated file deleted', weight: 2, act: removeOldest },
  { name: 'deleted while unread', weight: 1, act: removeUnread },
  { name: 'read-ahead filled during an outage', weight: 1, act: fill },
  { name: 'writer paused', weight: 1, act: pause }
]

/** A deed by its weight. */
export function chooseDeed(random: Random): Deed {
  const lots = DEEDS.flatMap(deed => Array.from({ length: deed.weight }, () => deed))
  return pick(random, lots) as Deed
}
