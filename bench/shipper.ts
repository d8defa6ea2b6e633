// The shipper as a person has it: the command line on a settings file and a pipeline, with a state folder that is new each
// time, so that it ships everything and keeps every promise on the way.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, loadConfig } from '#config'
import { type Cost, runNode } from './child.ts'
import type { Job } from './job.ts'

const COMMAND = join(import.meta.dirname, '../bin/sluice.cjs')

/** Ships the log of a job with `sluice import` and says what that cost. */
export async function runShipper(job: Job): Promise<Cost> {
  return await installed(job, settingsFile => runNode([COMMAND, 'import', '--config', settingsFile]))
}

/** What the shipper makes of its settings. */
export async function configFor(job: Job): Promise<Config> {
  return await installed(job, settingsFile => loadConfig({ settingsFile, env: {} }))
}

async function installed<Result>(
  { workload, input, url }: Job,
  use: (settingsFile: string) => Promise<Result>
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
  const write = (name: string, value: object) => writeFileSync(join(folder, name), JSON.stringify(value))
  write('pipeline.json', { name: workload.name, source: { type: 'file', paths: [input.path] }, ...workload.pipeline })
  write('sluice.json', { elasticsearch: { nodes: [url] }, stateDir: 'state', pipelines: ['pipeline.json'] })
  try {
    return await use(join(folder, 'sluice.json'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}
