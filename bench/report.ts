// What the rounds say, in a table for people or as JSON for programs.

import Table from 'cli-table3'
import type { Round, Run } from './contest.ts'
import type { Input } from './generate.ts'
import { type Machine, machine, type Versions, versions } from './machine.ts'

/** The medians of one workload's rounds. */
export interface Summary {
  readonly workload: string
  readonly records: number
  /** Bytes of the log per record. */
  readonly recordBytes: number
  /** Of the shipper. */
  readonly recordsPerSecond: number
  /** Of the shipper, in microseconds per record. */
  readonly cpuUs: number
  /** Of the floor, in microseconds per record. */
  readonly floorCpuUs: number
  /** The shipper's CPU time to the floor's, pair by pair. */
  readonly ratio: number
  /** Of the shipper, the highest of all rounds. */
  readonly peakBytes: number
  /** Share of the shipper's time in which the endpoint was at work. */
  readonly endpointBusy: number
  readonly rounds: readonly Round[]
}

export interface Result {
  readonly date: string
  readonly machine: Machine
  readonly versions: Versions
  readonly summaries: readonly Summary[]
}

export function summarise(workload: string, { records, bytes }: Input, rounds: readonly Round[]): Summary {
  const shipper = (value: (run: Run) => number) => median(rounds.map(round => value(round.shipper)))
  return {
    workload,
    records,
    recordBytes: bytes / records,
    recordsPerSecond: shipper(run => run.recordsPerSecond),
    cpuUs: shipper(run => run.cpuUs),
    floorCpuUs: median(rounds.map(({ floor }) => floor.cpuUs)),
    ratio: median(rounds.map(round => round.shipper.cpuUs / round.floor.cpuUs)),
    peakBytes: Math.max(...rounds.map(round => round.shipper.peakBytes)),
    endpointBusy: shipper(run => run.endpointCpuMs / run.wallMs),
    rounds
  }
}

export function resultOf(summaries: readonly Summary[]): Result {
  return { date: new Date().toISOString().slice(0, 10), machine: machine(), versions: versions(), summaries }
}

/** A table and, below it, what it was measured with. */
export function render({ date, machine: { cpu, cores, memoryBytes, os }, versions, summaries }: Result): string {
  const table = new Table({
    head: ['workload', 'records/s', 'CPU µs/record', 'floor', 'ratio', 'peak MB', 'bytes/record', 'endpoint busy'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] }
  })
  for (const summary of summaries) table.push(row(summary))
  const { sluice, node, client } = versions
  return [
    table.toString(),
    `${date}, ${cores} × ${cpu}, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB, ${os}`,
    `sluice ${sluice}, Node.js ${node}, @elastic/elasticsearch ${client}`
  ].join('\n')
}

function row(summary: Summary): string[] {
  return [
    summary.workload,
    Math.round(summary.recordsPerSecond).toLocaleString('en'),
    summary.cpuUs.toFixed(2),
    summary.floorCpuUs.toFixed(2),
    `${summary.ratio.toFixed(2)}×`,
    (summary.peakBytes / 1e6).toFixed(0),
    summary.recordBytes.toFixed(0),
    `${Math.round(summary.endpointBusy * 100)} %`
  ]
}

/** The middle value, or the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
