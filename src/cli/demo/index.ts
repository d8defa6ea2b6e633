// `sluice demo`: services log and are rotated, the shipper is killed, and then everything is counted. What it started and
// made it ends and removes, however it comes to its own end.

import { once } from 'node:events'
import { Command } from 'commander'
import { readState } from '#state'
import { atLeast } from '../rehearsal/at-least.ts'
import { createNarrator, type Narrator } from '../rehearsal/narrator.ts'
import { onStopSignal } from '../signals.ts'
import { renderKept, renderNext } from './next.ts'
import { renderChart, renderServices, renderSums, renderTables } from './report.ts'
import { type Stage, setUp } from './stage.ts'
import { play, startAll } from './story.ts'
import { type Verdict, verify } from './verify.ts'

/** Records a second while it is kept: enough to look at, little enough to forget about. */
const KEPT_RATE = 20

interface DemoOptions {
  readonly keep?: true
  readonly seconds: number
  readonly records: number
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('see it work: three services log and are rotated, the shipper is killed, and every line is counted')
    .option('--keep', 'leave Elasticsearch, the services and the shipper running until Ctrl-C')
    .option('--seconds <n>', 'how long the services log', atLeast(2), 20)
    .option('--records <n>', 'records that they log a second', atLeast(10), 3_000)
    .addHelpText(
      'after',
      '\nIt takes the Elasticsearch that ELASTICSEARCH_URL names, or starts one by Docker Compose, or a real one on this\nmachine (Java 21 and Maven; 130 MB are downloaded the first time). All that it makes it removes in the end.\nOne of the services is a Python program; where there is no python3, it stays out.\nExits with 1 where a record was lost or doubled.'
    )
    .action(demo)
}

async function demo(options: DemoOptions): Promise<void> {
  const narrator = createNarrator()
  const ending = new AbortController()
  const { signal } = ending
  const endListening = onStopSignal(by => ending.abort(new Error(`interrupted by ${by}`)))
  const cleanups: (() => unknown)[] = []
  try {
    const stage = await setUp({
      narrator,
      signal,
      onFailure: error => ending.abort(error),
      defer: cleanup => cleanups.unshift(cleanup)
    })
    await perform(stage, options, narrator, signal)
    if (options.keep) await keep(stage, narrator, signal)
  } catch (error) {
    if (!signal.aborted) throw error
    narrator.tell((signal.reason as Error).message)
    process.exitCode = 1
  } finally {
    if (signal.aborted) narrator.tell('cleaning up')
    for (const cleanup of cleanups) await cleanup()
    endListening()
  }
}

/** Plays the story and tells what came of it. */
async function perform(
  stage: Stage,
  { keep, seconds, records }: DemoOptions,
  narrator: Narrator,
  signal: AbortSignal
): Promise<void> {
  const { destination, writers, shipper, stateDir } = stage
  const course = await play({ ...stage, narrator, seconds, recordsPerSecond: records, signal })
  narrator.tell(`looking for every record in ${destination.name}`)
  const verdict = await verify(destination, writers)
  const bytes = { acked: sumAcked(stateDir), written: sumWritten(verdict) }
  const isWhole = verdict.isWhole && bytes.acked === bytes.written
  if (!isWhole) process.exitCode = 1
  const parts = [renderServices(verdict), renderSums(verdict, bytes), renderTables(verdict), renderChart(course)]
  if (!isWhole) parts.push(`The end of the shipper's log:\n${shipper.lastWords()}`)
  else if (!keep) parts.push(renderNext())
  for (const part of parts) narrator.print(`\n${part}`)
}

const sumWritten = ({ outcomes }: Verdict): number => outcomes.reduce((sum, { written }) => sum + written.bytes, 0)

/** Bytes that the ledger counts as acknowledged, over all files. */
function sumAcked(stateDir: string): number {
  const state = readState(stateDir)
  const shares = state.audit().flatMap(generation => generation.shares)
  state.close()
  return shares.reduce((sum, { fate, bytes }) => sum + (fate === 'acked' ? bytes : 0), 0)
}

/** Goes on slowly until the signal fires. */
async function keep(
  { destination, writers, logs, shipper }: Stage,
  narrator: Narrator,
  signal: AbortSignal
): Promise<void> {
  narrator.print('')
  narrator.tell(
    `started the shipper again (pid ${shipper.start()}), and the services with ${KEPT_RATE} records a second`
  )
  startAll(writers, KEPT_RATE)
  narrator.print(`\n${renderKept(destination, logs)}\n`)
  if (!signal.aborted) await once(signal, 'abort')
}
