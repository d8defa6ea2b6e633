// What the state store takes and gives. Whoever writes it relies on the order of its writes, and on `stored` where
// something must not happen before they are on the disk.

import type { Archive, DeadLetter, GenerationId, Offset, Position, Share } from '#record'
import type { Joins } from './joins.ts'
import type { Known } from './known.ts'
import type { SetAside } from './open.ts'
import type { Prunable } from './prune.ts'

/** How far a generation has come, with all that proves it. */
export interface Advance {
  readonly generation: GenerationId
  readonly path: string
  readonly head: Position['head']
  readonly size: number
  readonly checkpoint: Offset
  readonly isMidCut: boolean
  readonly proof: Uint8Array
  readonly waymarks: Position['waymarks']
  /** What became of the bytes since the last checkpoint. */
  readonly shares: readonly Share[]
}

/** The file that a generation goes on in. */
export interface Carried {
  readonly path: string
  readonly deviceId: string
  readonly inode: string
  readonly birthMs: number
  readonly size: number
}

/** Where a generation's documents stand: what their ids begin with, and up to where they may have been sent. */
export interface Sent {
  readonly idPrefix: string
  readonly through: Offset
  /** The newest index that was known before what is not settled was first sent; undefined where none was. */
  readonly since?: string | undefined
  /** The encoding of their text where it was decided from the bytes. */
  readonly encoding: string | undefined
}

/** A generation as its documents tell of it. */
export interface Rebuilt {
  readonly position: Position
  readonly sent: Sent
  /** Documents of what is before its checkpoint. */
  readonly documents: number
  readonly forcedEnds: readonly Offset[]
}

/** Up to where documents of a generation may be sent, and what its file is known by while they are under way. */
export interface Reservation {
  readonly generation: GenerationId
  readonly through: Offset
  /** As in `Sent`. */
  readonly since: string | undefined
  readonly head: Position['head']
  readonly size: number
}

/**
 * Writes are made in the order of their calls. Where the disk does not take them they wait, and are tried again: what must
 * not happen before they are on the disk waits for `stored`.
 */
export interface State extends Joins {
  /** The damaged store that was found in this one's place. */
  readonly setAside: SetAside | undefined
  /** Whether all that was written is stored. */
  readonly isStored: boolean
  /** Resolves when all that was written is stored. */
  stored(): Promise<void>
  /** What is known of a pipeline's files, as it is at each call. */
  known(pipeline: string): Known
  /** Whether this store has known the pipeline's files from their beginnings, or as far as `rebuild` told. */
  knows(pipeline: string): boolean
  /** Stores, durably, all that could be found out of a pipeline's files that the store does not know. */
  rebuild(pipeline: string, rebuilt: readonly Rebuilt[]): void
  /**
   * Stores generations that begin, durably, before anything of them is sent; what stands before their checkpoints counts as
   * skipped for this reason.
   */
  begin(pipeline: string, positions: readonly Position[]): void
  /** Notes, durably, that a generation goes on in another file. */
  carry(generation: GenerationId, to: Carried): void
  /** Forgets, durably, a generation of which nothing was read. */
  forgo(generation: GenerationId): void
  /** Generations that ended before `at`, of which all is settled and no dead letter is kept. */
  prunable(at: Date): Prunable[]
  /** Forgets generations but for their sums. */
  prune(generations: readonly GenerationId[]): void
  /** Nothing more will be read of these generations, or something will after all. */
  setEnded(generations: readonly GenerationId[], isEnded: boolean): void
  sent(generation: GenerationId): Sent
  /** Notes, durably, up to where documents may be sent. */
  reserve(reservations: readonly Reservation[]): void
  /** Notes, durably, that nothing of these generations was sent beyond their checkpoints. */
  unreserve(generations: readonly GenerationId[]): void
  /**
   * Notes, durably, where records end that nothing in the file ends: by time, or because no more was there to read. They
   * end there again when they are read again, so that one id never names two texts.
   */
  forceEnds(ends: ReadonlyMap<GenerationId, Offset>): void
  /** Where records of a generation were forced to end behind its checkpoint, in order. */
  forcedEnds(generation: GenerationId): Offset[]
  /** Notes, durably, the encoding that was decided for a generation, before anything is sent that was decoded so. */
  setEncoding(generation: GenerationId, encoding: string): void
  /** A generation was compressed into this file. */
  archived(generation: GenerationId, archive: Archive): void
  /** So much as is not known was lost behind what was read of a generation. */
  lose(generation: GenerationId, reason: string): void
  /** Gives a generation a new prefix for its documents' ids, durably. */
  renew(generation: GenerationId, idPrefix: string): void
  /** Moves checkpoints, with their shares and dead letters, all or nothing. */
  advance(pipeline: string, advances: readonly Advance[], deadLetters: readonly DeadLetter[]): void
  /** What the dead letters take, and of which kinds each pipeline has some; what another process settled is gone from it. */
  keptLetters(): KeptLetters
  close(): void
}

export interface KeptLetters {
  readonly bytes: number
  readonly of: ReadonlyMap<string, readonly KeptKind[]>
}

/** Dead letters that were refused for errors of one type. */
export interface KeptKind {
  readonly type: string
  readonly count: number
  /** When the one that has waited longest was refused. */
  readonly sinceMs: number
}
