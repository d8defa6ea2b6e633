// Puts together, at one moment, what the pipelines show and what they have told: all that metrics, health and documents
// are made of. Looks are taken again and again, because lag and a full budget are seen only by looking.

import { createLag, type FileLag } from './lag.ts'
import type { LineCounters, PipelineSnapshot, Snapshot } from './snapshot.ts'
import type { Counts } from './tally.ts'

export interface Vitals {
  readonly nowMs: number
  readonly process: ProcessVitals
  readonly budget: Snapshot['budget'] & {
    /** Since when there has been no room at all; undefined where there is some. */
    readonly fullSinceMs: number | undefined
  }
  readonly pace: Snapshot['pace']
  /** What broke that no waiting mends. */
  readonly failure: { readonly sinceMs: number; readonly message: string } | undefined
  /** Set while the state folder takes no writes. */
  readonly storeWait?: (StoreWait & { readonly sinceMs: number }) | undefined
  /** Documents on Sluice's own state that were not taken. */
  readonly healthDocumentsDropped: number
  readonly pipelines: readonly PipelineVitals[]
}

/** Why the state folder takes no writes. */
export interface StoreWait {
  readonly folder: string
  readonly reason: string
  /** Room on its disk, where the system tells. */
  readonly freeBytes: number | undefined
}

/** The process, as Node.js sees it. */
export interface ProcessVitals {
  readonly pid: number
  readonly startedMs: number
  readonly cpuMs: number
  readonly rssBytes: number
  readonly heapUsedBytes: number
}

export interface PipelineVitals {
  readonly name: string
  readonly index: string
  readonly counters: LineCounters
  readonly counts: Readonly<Counts>
  readonly queued: number
  readonly keptLetters: PipelineSnapshot['keptLetters']
  readonly spool: PipelineSnapshot['spool']
  readonly files: readonly FileLag[]
  /** Over all files. */
  readonly lagBytes: number
  /** That of the file furthest behind in time. */
  readonly lagMs: number
}

/** What is known beside the snapshot. */
export interface Known extends Pick<Vitals, 'nowMs' | 'process' | 'failure' | 'storeWait' | 'healthDocumentsDropped'> {
  countsOf(pipeline: string): Readonly<Counts>
}

export interface Looks {
  look(snapshot: Snapshot, known: Known): Vitals
  /** There was room in the budget again. */
  roomMade(): void
}

export function createLooks(): Looks {
  const lags = new Map<string, ReturnType<typeof createLag>>()
  let fullSinceMs: number | undefined

  function lookAt(
    { name, index, counters, files, queued, keptLetters, spool }: PipelineSnapshot,
    known: Known
  ): PipelineVitals {
    const lag = lags.get(name) ?? createLag()
    lags.set(name, lag)
    const measured = lag(files, known.nowMs)
    return {
      name,
      index,
      counters,
      counts: known.countsOf(name),
      queued,
      keptLetters,
      spool,
      files: measured,
      lagBytes: measured.reduce((sum, { lagBytes }) => sum + lagBytes, 0),
      lagMs: measured.reduce((most, { lagMs }) => Math.max(most, lagMs), 0)
    }
  }

  return {
    look({ budget, pace, pipelines }, known) {
      const { nowMs, process, failure, storeWait, healthDocumentsDropped } = known
      fullSinceMs = budget.usedBytes < budget.limitBytes ? undefined : (fullSinceMs ?? nowMs)
      return {
        nowMs,
        process,
        failure,
        storeWait,
        healthDocumentsDropped,
        pace,
        budget: { usedBytes: budget.usedBytes, limitBytes: budget.limitBytes, fullSinceMs },
        pipelines: pipelines.map(pipeline => lookAt(pipeline, known))
      }
    },
    roomMade() {
      fullSinceMs = undefined
    }
  }
}
