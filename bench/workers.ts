// `npm run bench:workers`: what threads gain and what it costs that they tell each other what they do: the same records, in one
// log and in four, imported with no thread and with some, in turns.

import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Table from 'cli-table3'
import { Command } from 'commander'
import { type Cost, runNode } from './child.ts'
import { type Endpoint, startEndpoint } from './endpoint-process.ts'
import { inputFor } from './generate.ts'
import { machineLine } from './machine.ts'
import { median } from './report.ts'
import { COMMANDS } from './shipper.ts'
import { nginx } from './workload/nginx.ts'

/** A pipeline that costs little for a line, and one whose processors make the document an object first. */
const PIPELINES = {
  nginx: nginx.pipeline,
  processors: {
    ...nginx.pipeline,
    enrich: [{ append: { field: 'tags', value: ['shop'] } }, { lowercase: { field: 'http.request.method' } }]
  }
}
const LOGS = [1, 4]

interface Options {
  readonly records: string
  readonly rounds: string
  readonly workers: readonly string[]
}

/** What takes its turn. */
interface Entry {
  readonly pipeline: keyof typeof PIPELINES
  readonly logs: number
  readonly workers: number
}

await new Command('workers')
  .description('Measures what worker threads gain and cost.')
  .option('--records <n>', 'records of all logs together', '1000000')
  .option('--rounds <n>', 'how often all take turns', '3')
  .option('--workers <n...>', 'numbers of threads', ['0', '1', '2'])
  .action(bench)
  .parseAsync()

async function bench({ records, rounds, workers }: Options): Promise<void> {
  await import('../scripts/build.ts')
  const names = Object.keys(PIPELINES) as (keyof typeof PIPELINES)[]
  const entries = names.flatMap(pipeline =>
    LOGS.flatMap(logs => workers.map((threads): Entry => ({ pipeline, logs, workers: Number(threads) })))
  )
  const costs = new Map(entries.map(entry => [entry, [] as Cost[]]))
  const endpoint = await startEndpoint()
  try {
    for (let round = 0; round < Number(rounds); round += 1) {
      for (const entry of entries) costs.get(entry)?.push(await measure(entry, Number(records), endpoint))
    }
  } finally {
    endpoint.close()
  }
  process.stdout.write(`${render(costs, Number(records))}\n`)
}

/** Imports logs that are copies of one, and holds the number of documents against that of records. */
async function measure({ pipeline, logs, workers }: Entry, records: number, endpoint: Endpoint): Promise<Cost> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-workers-'))
  const write = (name: string, value: object) => writeFileSync(join(folder, name), JSON.stringify(value))
  try {
    const { path } = inputFor(nginx, records / logs)
    mkdirSync(join(folder, 'logs'))
    for (let i = 0; i < logs; i += 1) copyFileSync(path, join(folder, 'logs', `${i}.log`))
    write('pipeline.json', { name: 'web', source: { type: 'file', paths: ['logs/*.log'] }, ...PIPELINES[pipeline] })
    write('sluice.json', {
      ...{ elasticsearch: { nodes: [endpoint.url] }, stateDir: 'state', pipelines: ['pipeline.json'] },
      workers
    })
    endpoint.begin(records)
    const cost = await runNode([...COMMANDS.package, 'import', '--config', join(folder, 'sluice.json')])
    const { documents } = await endpoint.report()
    if (documents !== records) throw new Error(`${documents} documents of ${records} records`)
    return cost
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function render(costs: ReadonlyMap<Entry, readonly Cost[]>, records: number): string {
  const table = new Table({
    head: ['pipeline', 'logs', 'threads', 'records/s', 'CPU µs/record', 'peak MB'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] }
  })
  for (const [{ pipeline, logs, workers }, runs] of costs) {
    const wallMs = median(runs.map(run => run.wallMs))
    const cpuUs = (median(runs.map(run => run.cpuMs)) * 1000) / records
    const peakBytes = Math.max(...runs.map(run => run.peakBytes))
    const perSecond = Math.round(records / (wallMs / 1000)).toLocaleString('en')
    table.push([pipeline, logs, workers, perSecond, cpuUs.toFixed(2), (peakBytes / 1e6).toFixed(0)])
  }
  return `${table}\n${machineLine()}, Node.js ${process.versions.node}`
}
