// What the rounds say, in a table for people or as JSON for programs.

import Table from 'cli-table3'
import type { Round } from './contest.ts'
import type { Input } from './generate.ts'
import { type Machine, machine, machineLine, type Versions, versions } from './machine.ts'

/** The medians of one contestant's rounds on one workload. */
export interface Standing {
  readonly name: string
  readonly recordsPerSecond: number
  /** In microseconds per record. */
  readonly cpuUs: number
  /** The shipper's CPU time to this one's, round by round; of the shipper itself 1. */
  readonly ratio: number
  /** The highest of all rounds. */
  readonly peakBytes: number
  /** Share of the time in which the endpoint was at work. */
  readonly endpointBusy: number
}

export interface Summary {
  readonly workload: string
  readonly records: number
  /** Bytes of the log per record. */
  readonly recordBytes: number
  /** The shipper first. */
  readonly standings: readonly Standing[]
  readonly rounds: readonly Round[]
}

export interface Result {
  readonly date: string
  readonly machine: Machine
  readonly versions: Versions
  readonly summaries: readonly Summary[]
}

export function summarise(
  workload: string,
  { records, bytes }: Input,
  names: readonly string[],
  rounds: readonly Round[]
): Summary {
  const standings = names.map((name, place) => {
    const runs = rounds.flatMap(round => round[place] ?? [])
    const ratios = rounds.flatMap(
      ([shipper, ...others]) => (shipper?.cpuUs ?? 0) / ([shipper, ...others][place]?.cpuUs ?? 0)
    )
    return {
      name,
      recordsPerSecond: median(runs.map(run => run.recordsPerSecond)),
      cpuUs: median(runs.map(run => run.cpuUs)),
      ratio: median(ratios),
      peakBytes: Math.max(...runs.map(run => run.peakBytes)),
      endpointBusy: median(runs.map(run => run.endpointCpuMs / run.wallMs))
    }
  })
  return { workload, records, recordBytes: bytes / records, standings, rounds }
}

export function resultOf(summaries: readonly Summary[]): Result {
  return { date: new Date().toISOString().slice(0, 10), machine: machine(), versions: versions(), summaries }
}

/** A table and, below it, what it was measured with. */
export function render({ date, machine, versions, summaries }: Result): string {
  const table = new Table({
    head: ['workload', 'program', 'records/s', 'CPU µs/record', 'sluice takes', 'peak MB', 'endpoint busy'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] }
  })
  for (const summary of summaries) table.push(...rows(summary))
  const { sluice, node, client } = versions
  return [
    table.toString(),
    `${date}, ${machineLine(machine)}`,
    `sluice ${sluice}, Node.js ${node}, @elastic/elasticsearch ${client}`
  ].join('\n')
}

function rows({ workload, recordBytes, standings }: Summary): string[][] {
  return standings.map(({ name, recordsPerSecond, cpuUs, ratio, peakBytes, endpointBusy }, place) => [
    place === 0 ? `${workload}, ${recordBytes.toFixed(0)} bytes/record` : '',
    place === 0 ? 'sluice' : name,
    Math.round(recordsPerSecond).toLocaleString('en'),
    cpuUs.toFixed(2),
    place === 0 ? '' : `${ratio.toFixed(2)} × as much`,
    (peakBytes / 1e6).toFixed(0),
    `${Math.round(endpointBusy * 100)} %`
  ])
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
