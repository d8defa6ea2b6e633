// What every contestant is given: the same log, to be delivered to the same endpoint.

import type { Cost } from './child.ts'
import type { Input } from './generate.ts'
import type { Workload } from './workload/workload.ts'

export interface Job {
  readonly workload: Workload
  readonly input: Input
  /** The endpoint's address. */
  readonly url: string
}

/** Delivers every record of a job once, in a process of its own, and says what that cost. */
export type Contestant = (job: Job) => Promise<Cost>
