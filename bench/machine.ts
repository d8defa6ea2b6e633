// What figures were measured with: the machine, and the versions of all that takes part.

import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  readonly os: string
}

export interface Versions {
  readonly sluice: string
  readonly node: string
  /** The Elasticsearch client. */
  readonly client: string
}

export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    os: `${type()} ${release().split('-', 1)}`
  }
}

/** The machine in a line. */
export function machineLine({ cpu, cores, memoryBytes, os } = machine()): string {
  return `${cores} × ${cpu}, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB, ${os}`
}

export function versions(): Versions {
  const client = versionIn('node_modules/@elastic/elasticsearch')
  return { sluice: versionIn('.'), node: process.versions.node, client }
}

function versionIn(folder: string): string {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')).version
}
