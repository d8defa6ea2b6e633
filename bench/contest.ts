// Runs the contestants on one workload in turns, so that what else the machine does meets all alike, and proves after each
// run that every record was delivered as it should be.

import { join } from 'node:path'
import type { PipelineConfig } from '#config'
import { type Cost, runNode } from './child.ts'
import { compareSamples } from './compare.ts'
import type { Endpoint, Sample } from './endpoint-process.ts'
import type { Contestant, Job } from './job.ts'
import { compareWithRecords } from './peer/compare.ts'
import { configFor } from './shipper.ts'

const SAMPLES = 400

/** One run of one contestant. */
export interface Run extends Cost {
  readonly recordsPerSecond: number
  /** CPU time per record in microseconds. */
  readonly cpuUs: number
  /** What the endpoint took of the processors meanwhile, in milliseconds. */
  readonly endpointCpuMs: number
  /** Bytes of the bulk requests. */
  readonly sentBytes: number
}

/** One round: each contestant once, on the same work, in their order. */
export type Round = readonly Run[]

/** Who takes part, under the name that tables show. */
export interface Entry {
  readonly name: string
  readonly run: Contestant
  /** Whether it makes the shipper's own documents, or only the values that matter of them. */
  readonly documents: 'same' | 'alike'
}

export const floor: Entry = {
  name: 'floor',
  run: ({ workload: { name, pipeline }, input, url }) =>
    runNode([join(import.meta.dirname, 'floor.ts'), name, input.path, url, pipeline.destination.dataset]),
  documents: 'same'
}

/**
 * Runs the rounds one after the other.
 * @throws where a contestant fails, delivers too few or too many documents, or others than `sluice try` would
 */
export async function contest(
  entries: readonly Entry[],
  job: Job,
  rounds: number,
  endpoint: Endpoint,
  onRound: (round: Round, number: number) => void
): Promise<Round[]> {
  const [pipeline] = (await configFor(job)).pipelines
  if (pipeline === undefined) throw new Error('the settings name no pipeline')
  const done: Round[] = []
  for (let number = 1; number <= rounds; number += 1) {
    const round: Run[] = []
    for (const entry of entries) round.push(await prove(entry, { job, pipeline, endpoint }))
    done.push(round)
    onRound(round, number)
  }
  return done
}

interface Ground {
  readonly job: Job
  readonly pipeline: PipelineConfig
  readonly endpoint: Endpoint
}

async function prove({ name, run, documents: kind }: Entry, { job, pipeline, endpoint }: Ground): Promise<Run> {
  const { records, path } = job.input
  endpoint.begin(Math.max(1, Math.floor(records / SAMPLES)))
  const cost = await run(job)
  const { documents, bytes, samples, cpuMs } = await endpoint.report()
  if (documents !== records) throw new Error(`the ${name} delivered ${documents} documents of ${records} records`)
  const compare: (samples: readonly Sample[], pipeline: PipelineConfig, path: string) => void =
    kind === 'same' ? compareSamples : compareWithRecords
  try {
    compare(samples, pipeline, path)
  } catch (error) {
    throw new Error(`the ${name} delivered other documents than sluice try shows`, { cause: error })
  }
  const recordsPerSecond = records / (cost.wallMs / 1000)
  return { ...cost, recordsPerSecond, cpuUs: (cost.cpuMs * 1000) / records, endpointCpuMs: cpuMs, sentBytes: bytes }
}
