// The shipper as a person has it: the command line on a settings file and a pipeline, with a state folder that is new each
// time, so that it ships everything and keeps every promise on the way.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, loadConfig } from '#config'
import { runNode } from './child.ts'
import type { Entry } from './contest.ts'
import type { Job } from './job.ts'

const ROOT = join(import.meta.dirname, '..')

/** How the command line is started: as a clone has it, or as the published package has it, which `npm run build` made. */
export const COMMANDS = {
  sources: [join(ROOT, 'bin/sluice.cjs')],
  package: [join(ROOT, 'bin/node.cjs'), join(ROOT, 'dist/cli/main.js')]
} as const

/** The shipper as a contestant: `sluice import`, started by this command. */
export function shipper(command: readonly string[]): Entry {
  return {
    name: 'shipper',
    run: job => installed(job, settingsFile => runNode([...command, 'import', '--config', settingsFile])),
    documents: 'same'
  }
}

/** What the shipper makes of its settings. */
export async function configFor(job: Job): Promise<Config> {
  return await installed(job, settingsFile => loadConfig({ settingsFile, env: {} }))
}

/** Uses a folder with the settings and the pipeline of a job, which is gone afterwards. */
export async function installed<Result>(
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
