// Where the shipper's time goes: one run under V8's profiler, as a `.cpuprofile` that browsers and editors open, and as a
// flame graph in a page of its own.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runNode } from './child.ts'
import { type CpuProfile, flameGraph } from './flame-graph.ts'
import type { Job } from './job.ts'
import { installed } from './shipper.ts'

/** Runs a job under the profiler and returns the files that say what it did. */
export async function profile(command: readonly string[], job: Job, folder: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true })
  const raw = mkdtempSync(join(folder, 'raw-'))
  try {
    // The launcher is left out: it gives way to another process, which is the one to look into.
    const program = [...NODE_FLAGS, `--cpu-prof-dir=${raw}`, ...programOf(command)]
    await installed(job, settingsFile => runNode([...program, 'import', '--config', settingsFile]))
    const written = readdirSync(raw).find(file => file.endsWith('.cpuprofile'))
    if (written === undefined) throw new Error('Node.js wrote no profile')
    const text = readFileSync(join(raw, written), 'utf8')
    const { name } = job.workload
    const files = {
      [join(folder, `${name}.cpuprofile`)]: text,
      [join(folder, `${name}.html`)]: flameGraph(JSON.parse(text) as CpuProfile, `sluice import, ${name}`)
    }
    for (const [file, content] of Object.entries(files)) writeFileSync(file, content)
    return Object.keys(files)
  } finally {
    rmSync(raw, { recursive: true })
  }
}

const NODE_FLAGS = ['--cpu-prof', '--cpu-prof-interval=500']

/** What the launcher would start. */
function programOf(command: readonly string[]): readonly string[] {
  const [launcher, program] = command
  return program === undefined ? ['--conditions=source', join(String(launcher), '../../src/cli/main.ts')] : [program]
}
