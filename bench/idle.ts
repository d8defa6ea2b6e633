// `npm run bench:idle`: what it costs to follow many files that hardly ever grow: how soon all of them are shipped, what
// waiting for more takes of the processors, and how much memory each file holds.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import { cpuMsOf } from './child.ts'
import { type Endpoint, startEndpoint } from './endpoint-process.ts'

const COMMAND = join(import.meta.dirname, '../bin/sluice.cjs')
const LOOK_MS = 50

interface Options {
  readonly files: string
  readonly seconds: string
  readonly folders: string
}

/** One life of the shipper over the same files. */
interface Life {
  /** From the start of the process until the endpoint has a document of each file. */
  readonly shippedMs: number
  /** Shares of one processor while nothing happens: soon after the start, and in as long a time after that. */
  readonly idleShares: readonly number[]
  readonly residentBytes: number
  readonly openFiles: number
  /** From an append to the last file until its document is there. */
  readonly wokenMs: number
}

await new Command('idle')
  .description('Measures what many files cost that hardly ever grow.')
  .option('--files <n>', 'files under one glob', '10000')
  .option('--folders <n>', 'folders that they are spread over', '1')
  .option('--seconds <n>', 'how long the idle shipper is watched, twice', '20')
  .action(idle)
  .parseAsync()

async function idle({ files, folders, seconds }: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-idle-'))
  const endpoint = await startEndpoint()
  const run = (count: number, isNew: boolean) =>
    live({ folder, endpoint, count, isNew, idleMs: Number(seconds) * 1000 })
  try {
    install(folder, endpoint.url)
    writeFiles(folder, 1, 1)
    const one = await run(1, true)
    rmSync(join(folder, 'state'), { recursive: true })
    writeFiles(folder, Number(files), Number(folders))
    tell('one file', one, 1, one)
    tell('first start', await run(Number(files), true), Number(files), one)
    tell('next start', await run(Number(files), false), Number(files), one)
  } finally {
    endpoint.close()
    rmSync(folder, { recursive: true })
  }
}

function install(folder: string, url: string): void {
  const write = (name: string, value: object) => writeFileSync(join(folder, name), JSON.stringify(value))
  write('pipeline.json', {
    name: 'idle',
    source: { type: 'file', paths: ['logs/**/*.log'] },
    destination: { dataset: 'idle' }
  })
  write('sluice.json', { elasticsearch: { nodes: [url] }, stateDir: 'state', pipelines: ['pipeline.json'] })
}

/** Files of 2 KB, so that each has a whole head. */
function writeFiles(folder: string, count: number, folders: number): void {
  for (let i = 0; i < count; i += 1) {
    const below = join(folder, 'logs', `d${i % folders}`)
    mkdirSync(below, { recursive: true })
    const line = `2026-11-21 12:00:00 service ${i} says ${'x'.repeat(970)}\n`
    writeFileSync(join(below, `service-${i}.log`), line.repeat(2))
  }
}

interface Ground {
  readonly folder: string
  readonly endpoint: Endpoint
  readonly count: number
  readonly isNew: boolean
  readonly idleMs: number
}

async function live({ folder, endpoint, count, isNew, idleMs }: Ground): Promise<Life> {
  endpoint.begin(1_000_000)
  const beganMs = performance.now()
  const child = spawn(process.execPath, [COMMAND, 'run', '--config', join(folder, 'sluice.json')], {
    stdio: ['ignore', 'ignore', 'ignore']
  })
  // At a next start one new line says when all is taken up.
  if (!isNew) appendFileSync(join(folder, 'logs', 'd0', 'service-0.log'), 'grown while nothing ran\n')
  await arrived(endpoint, isNew ? count * 2 : 1)
  const shippedMs = performance.now() - beganMs
  await sleep(2_000)
  const idleShares = [await watch(child, idleMs), await watch(child, idleMs)]
  const residentBytes = residentBytesOf(child)
  const openFiles = readdirSync(`/proc/${child.pid}/fd`).length
  endpoint.begin(1_000_000)
  const appendedMs = performance.now()
  appendFileSync(join(folder, 'logs', 'd0', 'service-0.log'), 'woken\n')
  await arrived(endpoint, 1)
  const wokenMs = performance.now() - appendedMs
  child.kill('SIGTERM')
  await once(child, 'exit')
  return { shippedMs, idleShares, residentBytes, openFiles, wokenMs }
}

/** The share of one processor that a process takes in so long a time. */
async function watch({ pid }: ChildProcess, forMs: number): Promise<number> {
  const before = cpuMsOf(Number(pid))
  const beganMs = performance.now()
  await sleep(forMs)
  return (cpuMsOf(Number(pid)) - before) / (performance.now() - beganMs)
}

/** Resolves when the endpoint has so many documents. */
async function arrived(endpoint: Endpoint, documents: number): Promise<void> {
  while ((await endpoint.report()).documents < documents) await sleep(LOOK_MS)
}

function tell(title: string, life: Life, count: number, one: Life): void {
  const perFile = (life.residentBytes - one.residentBytes) / count
  const [first = 0, then = 0] = life.idleShares.map(share => share * 100)
  const parts = [
    `shipped after ${(life.shippedMs / 1000).toFixed(2)} s`,
    `idle ${first.toFixed(2)} % of a processor, then ${then.toFixed(2)} %`,
    `${(life.residentBytes / 1e6).toFixed(0)} MB resident`,
    ...(count > 1 ? [`${perFile.toFixed(0)} bytes more per file than with one`] : []),
    `${life.openFiles} descriptors`,
    `woken after ${life.wokenMs.toFixed(0)} ms`
  ]
  process.stdout.write(`${title}: ${parts.join(', ')}\n`)
}

function residentBytesOf({ pid }: ChildProcess): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes ?? 0) * 1024
}
