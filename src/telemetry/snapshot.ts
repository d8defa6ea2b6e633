// What the pipelines are asked for at each look at them. Sums count from the start of the process.

import type { GenerationId } from '#record'

/** How everything stands at one moment. */
export interface Snapshot {
  readonly budget: { readonly usedBytes: number; readonly limitBytes: number }
  readonly pace: PaceSnapshot
  readonly pipelines: readonly PipelineSnapshot[]
}

/** How fast all pipelines send, as it was learnt from Elasticsearch's answers. */
export interface PaceSnapshot {
  /** Requests under way. */
  readonly running: number
  /** Most requests at once. */
  readonly inFlight: number
  /** Most bytes of one request. */
  readonly requestBytes: number
}

export interface PipelineSnapshot {
  readonly name: string
  /** The data stream that it ships to. */
  readonly index: string
  readonly counters: LineCounters
  readonly files: readonly FileSnapshot[]
  /** Batches that wait for their turn to be sent. */
  readonly queued: number
  /** Dead letters in the store, those of the most frequent type first. */
  readonly keptLetters: readonly KeptLetters[]
  /** What is kept of senders; undefined where none are listened to. */
  readonly spool: SpoolSnapshot | undefined
}

/** Dead letters that were refused for errors of one type. */
export interface KeptLetters {
  readonly type: string
  readonly count: number
  /** When the one that has waited longest was refused. */
  readonly sinceMs: number
}

export interface SpoolSnapshot {
  readonly usedBytes: number
  readonly limitBytes: number
}

/** What is counted for every line, and therefore by the pipeline itself. */
export interface LineCounters {
  /** Lines, or groups of joined lines. */
  readonly lines: number
  /** Those that no format matched. */
  readonly unmatched: number
  /** Those on which a processor failed. */
  readonly failed: number
  /** Those with bytes that were no text. */
  readonly damaged: number
  /** Documents that Elasticsearch has. */
  readonly acked: number
}

/** One file that is followed, or that has ended and is not acknowledged in full. Offsets in bytes of its generation. */
export interface FileSnapshot {
  /** Names its generation. */
  readonly id: GenerationId
  readonly path: string
  readonly size: number
  /** Read up to here. */
  readonly position: number
  /** Made into whole lines up to here; what is between this and `position` waits for the end of its line. */
  readonly framedTo: number
  /** Settled up to here. */
  readonly checkpoint: number
}
