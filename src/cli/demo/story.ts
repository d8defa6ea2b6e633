// What happens in the demo, in its order: services log, logs are rotated, the shipper is killed and started again, and in
// the end all that was written is there or it is not.

import { setTimeout as sleep } from 'node:timers/promises'
import { grouped, listed, type Narrator } from '../rehearsal/narrator.ts'
import type { Stage } from './stage.ts'
import type { Writer } from './writer.ts'

const LOOK_MS = 500
/** So long nothing may arrive before it is called an end. */
const PATIENCE_MS = 60_000

/** What arrived, look by look, and when the shipper was killed and started. */
export interface Course {
  /** Documents a second in each half second. */
  readonly perSecond: readonly number[]
  /** The half seconds, counted from 0, in which the shipper was killed. */
  readonly kills: readonly number[]
}

interface Cast extends Stage {
  readonly narrator: Narrator
  readonly seconds: number
  /** Of all services together. */
  readonly recordsPerSecond: number
  /** Ends the story at once. */
  readonly signal: AbortSignal
}

/** Plays the story; resolves when all records arrived or no more come. Rejects when the signal fires or a look fails. */
export async function play(cast: Cast): Promise<Course> {
  const { writers, logs, shipper, narrator, seconds, recordsPerSecond, signal } = cast
  const watch = watchArrivals(cast)
  const pass = (share: number) => sleep(seconds * 1000 * share, undefined, { signal })
  const renamed = writers.filter(({ service }) => service.isRenamed)
  const renamedLogs = listed(renamed.map(({ service }) => service.file))
  const names = listed(writers.map(({ service }) => service.name))
  const records = () => sumRecords(writers)
  const kills: number[] = []

  function start(event: string): void {
    narrator.tell(`${event} (pid ${shipper.start()})`)
  }
  async function rotate(remark = ''): Promise<void> {
    await Promise.all(renamed.map(writer => writer.rotate()))
    narrator.tell(`rotated ${renamedLogs} by renaming them${remark}`)
  }
  async function kill(): Promise<void> {
    await watch.arrivals()
    await shipper.kill()
    kills.push(Math.max(0, watch.counts.length - 1))
    narrator.tell(
      `killed the shipper with -9, ${grouped(records())} records written, ${grouped(watch.latest())} arrived`
    )
  }

  try {
    start('started the shipper')
    startAll(writers, recordsPerSecond)
    narrator.tell(`${names} write ${grouped(recordsPerSecond)} records a second to ${logs}`)
    await pass(0.2)
    await rotate()
    await pass(0.1)
    await kill()
    await pass(0.06)
    start('started it again')
    await pass(0.14)
    await rotate()
    await pass(0.1)
    await kill()
    await pass(0.05)
    await rotate(' while no shipper runs')
    await pass(0.05)
    start('started it again')
    await pass(0.2)
    await rotate()
    await pass(0.1)
    await Promise.all(writers.map(writer => writer.stop()))
    narrator.tell(`stopped the services at ${grouped(records())} records`)
    await watch.until(records())
    await shipper.stop()
    narrator.tell('all has arrived; stopped the shipper with SIGTERM')
  } finally {
    await watch.end()
  }
  return { perSecond: toRates(watch.counts), kills }
}

/** Starts all, each with its share of the records. */
export function startAll(writers: readonly Writer[], recordsPerSecond: number): void {
  const parts = writers.reduce((sum, { service }) => sum + service.parts, 0)
  for (const writer of writers) writer.start((recordsPerSecond * writer.service.parts) / parts)
}

const sumRecords = (writers: readonly Writer[]): number => writers.reduce((sum, { records }) => sum + records, 0)

/** Looks every half second at how many documents there are. */
function watchArrivals({ destination, signal }: Cast) {
  const counts: number[] = []
  const ending = new AbortController()
  const looking = look()
  // Whoever waits for a look hears of its failure, and nobody else.
  looking.catch(() => {})

  async function look(): Promise<void> {
    while (!ending.signal.aborted) {
      const dueMs = performance.now() + LOOK_MS
      counts.push(await destination.count())
      await sleep(Math.max(0, dueMs - performance.now()), undefined, { signal: ending.signal }).catch(() => {})
    }
  }

  const latest = () => counts.at(-1) ?? 0

  /** Waits until a look shows `enough`, or nothing has arrived for long. */
  async function waitFor(enough: () => boolean): Promise<void> {
    let [best, sinceMs] = [latest(), performance.now()]
    while (!enough() && performance.now() - sinceMs < PATIENCE_MS) {
      await Promise.race([sleep(LOOK_MS / 5, undefined, { signal }), looking])
      if (latest() > best) [best, sinceMs] = [latest(), performance.now()]
    }
  }

  return {
    counts,
    latest,
    /** More documents than there are now. */
    arrivals() {
      const before = latest()
      return waitFor(() => latest() > before)
    },
    until: (documents: number) => waitFor(() => latest() >= documents),
    async end() {
      ending.abort()
      await looking.catch(() => {})
    }
  }
}

function toRates(counts: readonly number[]): number[] {
  return counts.slice(1).map((count, i) => ((count - (counts[i] ?? 0)) * 1000) / LOOK_MS)
}
