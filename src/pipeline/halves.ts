// A pipeline has two halves. A lane frames, parses, renders and sends the generations that it is given; the keeper has the
// source, the store and the sums. What one tells the other is kept in order, so that it does not matter whether a lane runs in
// the same thread and is called, or in another and is written to; nothing is told line by line.

import type { BulkEvents } from '#bulk'
import type { Resume } from '#frame'
import type { Chunk, Generation, GenerationId, Offset, Receipt, Settled } from '#record'
import type { Joined, Sent } from '#state'
import type { Counters } from './process.ts'

/** A generation of which bytes will come, from its checkpoint on. */
export interface Opened {
  readonly generation: Generation
  readonly checkpoint: Offset
  readonly resume: Resume
  readonly sent: Sent
}

/** What lines at the head of a generation may belong to. */
export interface Preceded {
  /** Whether the record that they were joined to was delivered with them. */
  readonly isDelivered: boolean
  /** The generation before it, where all of that was read. */
  readonly by: GenerationId | undefined
}

export interface Lane {
  open(opened: Opened): void
  /** Bytes that follow each other; `preceded` while lines at the head may continue another generation. */
  chunk(chunk: Chunk, preceded: Preceded | undefined): void
  /** Nothing is there to be read that could join what is held back of these. */
  release(generations: readonly GenerationId[]): void
  /** Nothing more comes of it, and so many bytes behind its last are lost, for this reason. */
  end(generation: GenerationId, reason: string, lostBytes: number): void
  /** All of these is settled; those that rest may be opened again. */
  close(generations: readonly GenerationId[], areResting: boolean): void
  /** Sends what is gathered, and resolves when nothing is under way. */
  drain(): Promise<void>
  readonly counters: Readonly<Counters>
  /** Batches that wait for their turn. */
  readonly queued: number
  /** Whether it takes more: what waits for its turn is not sent sooner by being read earlier, and takes memory. */
  readonly hasRoom: boolean
}

/** How a generation stands in its lane. */
export interface Told {
  /** How many chunks, releases and ends of it were taken. */
  readonly taken: number
  /** Where the bytes that were framed so far end. */
  readonly framedTo: Offset
  /** Whether lines are held back because others may join them. */
  readonly isHolding: boolean
  /** Whether its next line may still continue the generation before. */
  readonly isAtHead: boolean
  /** The generation that lines at its head may continue, until they do not. */
  readonly before: GenerationId | undefined
}

/** A batch on its way. */
export interface Delivering {
  readonly events: BulkEvents
  /** Takes what became of it and of so many bytes of the budget; resolves when that is stored. */
  settle(receipt: Receipt, costBytes: number): Promise<void>
}

export interface Keeper {
  told(generation: GenerationId, told: Told): void
  /** The encoding of a generation was decided from its bytes. */
  decided(generation: GenerationId, encoding: string): void
  /** Where records end that nothing in the bytes ends. */
  forceEnds(ends: ReadonlyMap<GenerationId, Offset>): void
  join(generation: GenerationId, joined: Joined): void
  renew(generation: GenerationId, idPrefix: string): void
  /** Resolves when all is on the disk that was told before. */
  stored(): Promise<void>
  /**
   * Documents of these runs are about to be sent, where `newest` is the newest index that is known. Resolves when how far may
   * be sent is on the disk, to whether it had to be noted anew.
   */
  note(runs: readonly Settled[], newest: string | undefined): Promise<boolean>
  /** A batch of so many documents sets out; `leave` lets others pass it. */
  deliver(documents: number, leave: () => void): Delivering
  /** A batch has left the queue. */
  moved(): void
  /** Something broke that no waiting mends. */
  broken(error: unknown): void
}
