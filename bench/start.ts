// `npm run bench:start`: what a start costs: how soon `sluice run` has the first document at the endpoint, and what the
// processors pay for a command that does next to nothing, beside Node.js that does nothing at all.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import Table from 'cli-table3'
import { Command } from 'commander'
import { type Cost, runNode } from './child.ts'
import { type Endpoint, startEndpoint } from './endpoint-process.ts'
import { type Input, inputFor } from './generate.ts'
import { machineLine } from './machine.ts'
import { median } from './report.ts'
import { COMMANDS, installed } from './shipper.ts'
import { type Workload, workloads } from './workload/index.ts'

/** Batches of a tenth of the log are full at once, and wait for nothing. */
const RECORDS = 1_000
const BATCH = { maxCount: RECORDS / 10 }
const LOOK_MS = 2

interface Options {
  readonly rounds: string
  readonly sources?: true
}

/** What one round of something took. */
type Measure = () => Promise<{ readonly wallMs: number; readonly cpuMs: number }>

await new Command('start')
  .description('Measures what a start of the command line costs.')
  .option('--rounds <n>', 'how often all take turns', '9')
  .option('--sources', 'run the sources as they stand, instead of the package that is built from them')
  .action(bench)
  .parseAsync()

async function bench({ rounds, sources }: Options): Promise<void> {
  if (sources !== true) await import('../scripts/build.ts')
  const command = sources === true ? COMMANDS.sources : COMMANDS.package
  const endpoint = await startEndpoint()
  try {
    const measures = measuresOf(command, endpoint)
    const costs = new Map(Object.keys(measures).map(name => [name, [] as Pick<Cost, 'wallMs' | 'cpuMs'>[]]))
    for (let round = 0; round <= Number(rounds); round += 1) {
      for (const [name, measure] of Object.entries(measures)) {
        const cost = await measure()
        // The first round fills the cache of compiled code.
        if (round > 0) costs.get(name)?.push(cost)
      }
    }
    process.stdout.write(`${render(costs)}\n`)
  } finally {
    endpoint.close()
  }
}

function measuresOf(command: readonly string[], endpoint: Endpoint): Record<string, Measure> {
  const [workload] = workloads
  if (workload === undefined) throw new Error('there is no workload')
  const one = { workload, input: inputFor(workload, 1), url: endpoint.url }
  const batched = { ...workload, pipeline: { ...workload.pipeline, batch: BATCH } }
  const many = { workload: batched, input: inputFor(workload, RECORDS), url: endpoint.url }
  const on = (job: { workload: Workload; input: Input; url: string }, ...words: string[]): Measure => {
    return () => installed(job, settingsFile => runNode([...command, ...words, '--config', settingsFile]))
  }
  return {
    'node -e 0': () => runNode(['-e', '0']),
    'sluice check': on(one, 'check'),
    'sluice import, one record': on(one, 'import'),
    'sluice run, to the first document': () =>
      installed(many, settingsFile => untilFirst([...command, 'run', '--config', settingsFile], endpoint))
  }
}

/** Runs the shipper until the endpoint has a document; what it costs to stop is not counted. */
async function untilFirst(args: readonly string[], endpoint: Endpoint): Promise<{ wallMs: number; cpuMs: number }> {
  endpoint.begin(RECORDS)
  const beganMs = Date.now()
  const child = spawn(process.execPath, args, { stdio: 'ignore' })
  let first = 0
  while (first === 0) {
    await sleep(LOOK_MS)
    first = (await endpoint.report()).firstMs
  }
  child.kill('SIGTERM')
  await once(child, 'exit')
  return { wallMs: first - beganMs, cpuMs: Number.NaN }
}

function render(costs: ReadonlyMap<string, readonly Pick<Cost, 'wallMs' | 'cpuMs'>[]>): string {
  const table = new Table({
    head: ['', 'ms', 'less the time of node', 'CPU ms'],
    colAligns: ['left', 'right', 'right', 'right'],
    style: { head: [], border: [] }
  })
  const [bare = []] = costs.values()
  for (const [name, runs] of costs) {
    const beyond = median(runs.map(({ wallMs }, at) => wallMs - (bare[at]?.wallMs ?? 0)))
    const cpuMs = median(runs.map(run => run.cpuMs))
    table.push([
      name,
      median(runs.map(run => run.wallMs)).toFixed(0),
      runs === bare ? '' : beyond.toFixed(0),
      Number.isNaN(cpuMs) ? '' : cpuMs.toFixed(0)
    ])
  }
  return `${table}\n${machineLine()}, Node.js ${process.versions.node}`
}
