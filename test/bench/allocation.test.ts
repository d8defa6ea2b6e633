// What a record costs, as far as it can be counted: the bytes that its way allocates on the heap. Times differ from machine
// to machine and from minute to minute; this hardly does, and what it costs to collect is a good part of every figure.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getHeapStatistics } from 'node:v8'
import { expect, onTestFinished, test } from 'vitest'
import { runProgram } from '../../bench/child.ts'
import { startEndpoint } from '../../bench/endpoint-process.ts'
import { inputFor } from '../../bench/generate.ts'
import { installed } from '../../bench/shipper.ts'
import { workloads } from '../../bench/workload/index.ts'

const MAIN = join(import.meta.dirname, '../../src/cli/main.ts')
const PRELOAD = join(import.meta.dirname, 'allocation.ts')
const FEW = 8_000
/** So many that what one start allocates more than another is nothing beside them. */
const MANY = 160_000

/** Bytes per record, half as much again as when they were last looked at. Who needs more should know why. */
const MOST: Readonly<Record<string, number>> = { nginx: 1_400, python: 1_600, json: 1_600 }

/** Older releases of Node.js do not count it. */
const isCounted = 'total_allocated_bytes' in getHeapStatistics()

test.runIf(isCounted).each(workloads)('a record of $name allocates no more than it did', async workload => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-test-'))
  const endpoint = await startEndpoint()
  onTestFinished(() => {
    endpoint.close()
    rmSync(folder, { recursive: true })
  })

  async function allocated(records: number): Promise<number> {
    const job = { workload, input: inputFor(workload, records, folder), url: endpoint.url }
    const file = join(folder, 'allocated')
    const program = ['--conditions=source', `--import=${PRELOAD}`, MAIN, 'import', '--config']
    endpoint.begin(records)
    await installed(job, settings =>
      runProgram({ command: process.execPath, args: [...program, settings], env: { ALLOCATED: file } })
    )
    expect((await endpoint.report()).documents).toBe(records)
    return Number(readFileSync(file, 'utf8'))
  }

  // The difference leaves out what every start allocates.
  const few = await allocated(FEW)
  const perRecord = ((await allocated(MANY)) - few) / (MANY - FEW)
  expect(perRecord).toBeGreaterThan(0)
  expect(perRecord).toBeLessThan(MOST[workload.name] ?? 0)
})
