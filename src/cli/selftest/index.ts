// `sluice selftest`: on the user's own disk, logs live through all that may happen to them while the shipper is killed again
// and again; then every line is counted. What it started and made it ends and removes, however it comes to its own end.

import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { Presets, SingleBar } from 'cli-progress'
import { Command } from 'commander'
import { atLeast } from '../rehearsal/at-least.ts'
import { grouped } from '../rehearsal/narrator.ts'
import { onStopSignal } from '../signals.ts'
import { readLedger } from './ledger.ts'
import { placesOf } from './place.ts'
import { type Report, renderReport } from './report.ts'
import { makeFolder, type Stage, setUp } from './stage.ts'
import { type Course, play } from './story.ts'
import { countSerials } from './tally.ts'

const TICK_MS = 250
/** Where nobody watches a line that moves, one is printed so often. */
const LINE_EVERY_MS = 5_000

interface SelftestOptions {
  readonly seconds: number
  readonly seed: number
  readonly keep?: true
  readonly sabotage?: true
  readonly json?: true
}

export function selftestCommand(): Command {
  return new Command('selftest')
    .description('prove it on this disk: logs are rotated, cut and compressed, the shipper is killed, all is counted')
    .argument('[dir]', 'where its folder is made (default: where temporary files are)')
    .option('--seconds <n>', 'how long the logs are written', atLeast(1), 30)
    .option('--seed <n>', 'what happens follows from it, but for when', atLeast(0), Date.now() % 1_000_000)
    .option('--keep', 'leave the folder; it is left as well where a line was lost or doubled')
    .option('--sabotage', 'let the endpoint lose one document without a word, to see that it is found')
    .option('--json', 'all of it as JSON')
    .addHelpText(
      'after',
      `
Three processes write logs, which are renamed, copied and truncated, cut, deleted and compressed, while
\`sluice run\` ships them and is killed with -9 at random moments. It ships to an endpoint of the self-test's
own, which keeps every id, and now and then is busy, loses a request, or stores it and never says so.
What no shipper can see, such as a line that is written and cut off between two looks, is not done.
Exits with 1 where a line was lost, doubled or torn.`
    )
    .action(selftest)
}

async function selftest(dir: string | undefined, options: SelftestOptions): Promise<void> {
  const beganMs = performance.now()
  const folder = makeFolder(dir ?? tmpdir())
  const ending = new AbortController()
  const { signal } = ending
  const endListening = onStopSignal(by => ending.abort(new Error(`interrupted by ${by}`)))
  const cleanups: (() => unknown)[] = []
  let isKept = options.keep === true
  try {
    const { seed, seconds, sabotage } = options
    const stage = await setUp({
      dir: folder,
      seed,
      isLossy: sabotage === true,
      onFailure: error => ending.abort(error),
      defer: cleanup => cleanups.unshift(cleanup)
    })
    const course: Course = { deeds: new Map(), latest: 'starting', kills: 0, restarts: 0 }
    const endWatching = watch(stage, course, seconds)
    await play({ ...stage, seconds, seed, course, signal }).finally(endWatching)
    const report = await judge(stage, course, { seed, seconds: (performance.now() - beganMs) / 1_000, isKept })
    isKept = report.isKept
    if (!report.isWhole) process.exitCode = 1
    process.stdout.write(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : renderReport(report))
  } catch (error) {
    if (!signal.aborted) throw error
    process.stderr.write(`${(signal.reason as Error).message}\n`)
    process.exitCode = 1
  } finally {
    for (const cleanup of cleanups) await cleanup()
    if (!isKept) rmSync(folder, { recursive: true, force: true })
    endListening()
  }
}

/** Shows how it goes, on one line. */
function watch({ logs, endpoint }: Stage, course: Course, seconds: number): () => void {
  const bar = new SingleBar(
    {
      format: '{bar} {lines} lines, {documents} arrived, {kills} kills  {latest}',
      stream: process.stderr,
      hideCursor: true,
      noTTYOutput: true,
      notTTYSchedule: LINE_EVERY_MS
    },
    Presets.shades_classic
  )
  const beganMs = performance.now()
  const payload = (documents: number) => ({
    lines: grouped(logs.reduce((sum, { written }) => sum + written.lines, 0)),
    documents: grouped(documents),
    kills: course.kills,
    latest: course.latest
  })
  bar.start(seconds, 0, payload(0))
  const timer = setInterval(async () => {
    try {
      await Promise.all(logs.map(log => log.ask({ deed: 'look' })))
      const { documents } = await endpoint.ask({ deed: 'look' })
      bar.update(Math.min(seconds, (performance.now() - beganMs) / 1_000), payload(documents))
    } catch {
      // That a process is gone is told by its end.
    }
  }, TICK_MS)
  return () => {
    clearInterval(timer)
    bar.stop()
  }
}

/** Holds what arrived against what was written. */
async function judge(
  { folder, logs, endpoint, stateDir }: Stage,
  course: Course,
  { seed, seconds, isKept }: Pick<Report, 'seed' | 'seconds' | 'isKept'>
): Promise<Report> {
  const lines = Object.fromEntries(logs.map(({ name, written }) => [name, written.lines]))
  const { verdict, faults, rollovers } = await endpoint.ask({ deed: 'judge', lines })
  if (verdict === undefined) throw new Error('the endpoint has not judged')
  const { documents, missing, doubled, surplus, torn, tornExamples } = verdict
  const { ackedBytes = 0, lostBytes = 0 } = readLedger(stateDir) ?? {}
  const bytes = logs.reduce((sum, { written }) => sum + written.bytes, 0)
  const isWhole = missing.length + surplus + torn + lostBytes === 0
  const { kills, restarts, deeds } = course
  return {
    ...{
      isWhole,
      seed,
      seconds,
      folder,
      isKept: isKept || !isWhole,
      documents,
      bytes,
      kills,
      restarts,
      rollovers,
      faults
    },
    lines: logs.reduce((sum, { written }) => sum + written.lines, 0),
    files: logs.reduce((sum, log) => sum + 1 + log.rotated().length, 0),
    deeds: Object.fromEntries(deeds),
    lost: { count: countSerials(missing), places: await placesOf(missing, logs) },
    doubled: { count: surplus, places: await placesOf(doubled, logs) },
    torn: { documents: torn, examples: tornExamples },
    ledger: { ackedBytes, lostBytes }
  }
}
