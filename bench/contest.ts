// Runs the contestants on one workload in turns, so that what else the machine does meets both alike, and proves after each
// run that every record was delivered as it should be.

import { join } from 'node:path'
import type { PipelineConfig } from '#config'
import { type Cost, runNode } from './child.ts'
import { compareSamples } from './compare.ts'
import type { Endpoint } from './endpoint-process.ts'
import type { Contestant, Job } from './job.ts'
import { configFor, runShipper } from './shipper.ts'

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

/** One round: each contestant once, on the same work. */
export interface Round {
  readonly shipper: Run
  readonly floor: Run
}

const runFloor: Contestant = ({ workload: { name, pipeline }, input, url }) =>
  runNode([join(import.meta.dirname, 'floor.ts'), name, input.path, url, pipeline.destination.dataset])

/**
 * Runs the rounds one after the other.
 * @throws where a contestant fails, delivers too few or too many documents, or others than `sluice try` would
 */
export async function contest(
  job: Job,
  rounds: number,
  endpoint: Endpoint,
  onRound: (round: Round, number: number) => void
): Promise<Round[]> {
  const [pipeline] = (await configFor(job)).pipelines
  if (pipeline === undefined) throw new Error('the settings name no pipeline')
  const done: Round[] = []
  for (let number = 1; number <= rounds; number += 1) {
    const shipper = await prove('shipper', runShipper, { job, pipeline, endpoint })
    const round = { shipper, floor: await prove('floor', runFloor, { job, pipeline, endpoint }) }
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

async function prove(name: string, contestant: Contestant, { job, pipeline, endpoint }: Ground): Promise<Run> {
  const { records, path } = job.input
  endpoint.begin(Math.max(1, Math.floor(records / SAMPLES)))
  const cost = await contestant(job)
  const { documents, bytes, samples, cpuMs } = await endpoint.report()
  if (documents !== records) throw new Error(`the ${name} delivered ${documents} documents of ${records} records`)
  try {
    compareSamples(samples, pipeline, path)
  } catch (error) {
    throw new Error(`the ${name} delivered other documents than sluice try shows`, { cause: error })
  }
  const recordsPerSecond = records / (cost.wallMs / 1000)
  return { ...cost, recordsPerSecond, cpuUs: (cost.cpuMs * 1000) / records, endpointCpuMs: cpuMs, sentBytes: bytes }
}
