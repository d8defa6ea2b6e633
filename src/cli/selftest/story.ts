// What happens in the self-test: writers write, each log lives its life, and the shipper is killed again and again; then the
// faults end, and all that was written must arrive.

import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import PQueue from 'p-queue'
import { chooseDeed, type Scene } from './deeds.ts'
import type { EndpointState } from './endpoint-program.ts'
import { readLedger } from './ledger.ts'
import type { Log } from './log.ts'
import { between, createRandom } from './random.ts'
import type { Stage } from './stage.ts'

/** How long is waited for what must come: some time where it can be done without, much where not. */
const PATIENCE_MS = { some: 5_000, much: 60_000 }
const LOOK_MS = 100

/** What was done so far. */
export interface Course {
  /** How often each deed was done. */
  readonly deeds: Map<string, number>
  /** The last of them, such as `web.log truncated`. */
  latest: string
  kills: number
  /** How often it was stopped in good order and started again. */
  restarts: number
}

interface Cast extends Stage {
  readonly seconds: number
  readonly seed: number
  readonly course: Course
  /** Ends the story at once. */
  readonly signal: AbortSignal
}

/** Plays the story; resolves when all lines arrived, or no more come. Rejects when the signal fires. */
export async function play(cast: Cast): Promise<void> {
  const { logs, shipper, endpoint, seconds, seed, signal } = cast
  const truce = new PQueue({ concurrency: 1 })
  const timeUp = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000)])
  shipper.start()
  await Promise.all(logs.map(log => log.ask({ deed: 'go' })))
  const lives = logs.map((log, i) => live(log, createRandom(seed + i + 1), { cast, truce, timeUp }))
  const living = Promise.all(lives)
  // It is awaited below, after the killing.
  living.catch(() => {})
  await Promise.race([keepKilling(cast, truce, timeUp), failure(living)])
  signal.throwIfAborted()
  await endpoint.ask({ deed: 'mend' })
  await living
  note(cast, 'waiting for the last lines')
  await Promise.all(logs.map(log => log.ask({ deed: 'hold' })))
  await arrival(cast)
  await shipper.stop()
}

/** Shows what was done last, and keeps it in the folder beside the shipper's log. */
function note({ course, folder }: Cast, event: string): void {
  course.latest = event
  appendFileSync(join(folder, 'story.log'), `${new Date().toISOString()} ${event}\n`)
}

/** Rejects as the promise does, and never resolves. */
const failure = (promise: Promise<unknown>): Promise<never> => new Promise((_resolve, reject) => promise.catch(reject))

interface World {
  readonly cast: Cast
  readonly truce: PQueue
  readonly timeUp: AbortSignal
}

/** Does one thing after the other to a log until the time is up. */
async function live(log: Log, random: () => number, { cast, truce, timeUp }: World): Promise<void> {
  const { course, endpoint, signal } = cast
  const scene: Scene = {
    log,
    random,
    settled: (patience = 'some') => settle(log, cast, PATIENCE_MS[patience]),
    truce: action => truce.add(action),
    outage: ms => endpoint.ask({ deed: 'outage', ms })
  }
  while (!timeUp.aborted) {
    await sleep(between(random, 20, 400), undefined, { signal })
    const { name, act } = chooseDeed(random)
    if (!(await act(scene))) continue
    course.deeds.set(name, (course.deeds.get(name) ?? 0) + 1)
    note(cast, `${log.name}.log: ${name}`)
  }
}

/** Kills the shipper at random moments, soon after its start and late, and lets the logs go on without it for a while. */
async function keepKilling(cast: Cast, truce: PQueue, timeUp: AbortSignal): Promise<void> {
  const { shipper, seed, course, signal } = cast
  const random = createRandom(seed)
  while (!timeUp.aborted) {
    const isEarly = random() < 0.4
    if (!isEarly) await untilItShips(cast, timeUp)
    await sleep(between(random, 1, isEarly ? 600 : 1_500), undefined, { signal: timeUp }).catch(() => {})
    if (timeUp.aborted) return
    const isKill = random() < 0.85
    await truce.add(async () => {
      await (isKill ? shipper.kill() : shipper.stop())
      course[isKill ? 'kills' : 'restarts'] += 1
      note(cast, isKill ? 'shipper killed with -9' : 'shipper stopped')
      await sleep(random() < 0.5 ? 0 : between(random, 1, 800), undefined, { signal })
      shipper.start()
    })
  }
}

/** Waits until something arrives, however long a start takes on this machine; but not for ever. */
async function untilItShips({ endpoint, signal }: Cast, timeUp: AbortSignal): Promise<void> {
  const { documents: before } = await endpoint.ask({ deed: 'look' })
  const untilMs = performance.now() + PATIENCE_MS.some
  while (!timeUp.aborted && performance.now() < untilMs) {
    if ((await endpoint.ask({ deed: 'look' })).documents > before) return
    await sleep(LOOK_MS, undefined, { signal })
  }
}

/** Waits until all of a log, whose writer holds, is at the endpoint and in the ledger. */
async function settle(
  { name, folder, written }: Log,
  { endpoint, stateDir, signal }: Cast,
  patienceMs: number
): Promise<boolean> {
  const untilMs = performance.now() + patienceMs
  while (performance.now() < untilMs) {
    const { distinct } = await endpoint.ask({ deed: 'look' })
    // What is acknowledged is in the ledger a moment later, and only then a kill leaves no doubt about it.
    const acked = readLedger(stateDir)?.ackedBelow(folder) ?? 0
    if (distinct[name] === written.lines && acked >= written.bytes) return true
    await sleep(LOOK_MS, undefined, { signal })
  }
  return false
}

/** Waits until all lines are there and settled, or nothing comes any more. */
async function arrival({ logs, endpoint, stateDir, signal }: Cast): Promise<void> {
  let [latest, sinceMs] = [-1, performance.now()]
  for (;;) {
    const { documents, distinct }: EndpointState = await endpoint.ask({ deed: 'look' })
    const ledger = readLedger(stateDir)
    const isSettled = logs.every(({ folder, written }) => (ledger?.ackedBelow(folder) ?? 0) >= written.bytes)
    if (isSettled && logs.every(({ name, written }) => distinct[name] === written.lines)) return
    if (documents !== latest) [latest, sinceMs] = [documents, performance.now()]
    if (performance.now() - sinceMs >= PATIENCE_MS[isSettled ? 'some' : 'much']) return
    await sleep(LOOK_MS, undefined, { signal })
  }
}
