// What a file source gives and takes: chunks in order go out, checkpoints come back.

import type { Archive, Chunk, GenerationId, Head, Offset, Position, Waymark } from '#record'

/** Why a generation ends. */
export type EndReason = 'rotated away' | 'deleted' | 'rewritten' | 'read' | 'released' | 'damaged' | 'ends early'

/** Where a file source puts what it finds, and what it asks of the rest. */
export interface FileSink {
  /** Generations are followed from here on; those that are new are stored before this returns. */
  begin(positions: readonly Position[], areNew: boolean): void
  /** A generation goes on in another file, which is a copy of its own; stored before this returns. */
  carry(generation: GenerationId, to: Carrier): void
  /** A generation that was begun, and of which nothing was read, never was. */
  forgo(generation: GenerationId): void
  chunk(chunk: Chunk): void
  /**
   * Of these generations all is acknowledged, and nothing of them is read for now: what is held for them can go, and is made
   * anew when they go on. Returns those of which nothing is held any more.
   */
  rest(generations: readonly GenerationId[]): readonly GenerationId[]
  /** Nothing more is read of it; `lostBytes` behind its position are known to have been there and cannot be read. */
  end(generation: GenerationId, reason: EndReason, lostBytes: number): void
  /** Its file was removed, as settings ask for what is acknowledged in full. */
  removed(generation: GenerationId): void
  /** More than is known stood behind what was read of it, which has not ended yet, and cannot be read. */
  lose(generation: GenerationId, reason: string): void
  /** A generation was compressed into this file. */
  archived(generation: GenerationId, archive: Archive): void
  /** What is read to its end before this generation, where there is such. */
  precededBy(generation: GenerationId): GenerationId | undefined
  failed(path: string, error: unknown): void
  /** What takes the chunks broke: nothing more is read. */
  broken(error: unknown): void
  /** Whether there is room for another chunk: of this generation, or of any where none is named. */
  hasRoom(generation?: GenerationId): boolean
}

/** The file that carries a generation on. */
export interface Carrier {
  readonly path: string
  readonly deviceId: string
  readonly inode: string
  readonly birthMs: number
  /** Size in bytes as it was last seen, that of the original where it was longer. */
  readonly size: number
}

/** What a checkpoint is stored with. */
export interface Standing {
  readonly path: string
  readonly head: Head
  readonly size: number
  readonly proof: Uint8Array
  /** Those before the checkpoint. */
  readonly waymarks: readonly Waymark[]
}

/** What earlier processes and this one have stored of the files of this pipeline; several are newest first. */
export interface Known {
  /** Whether anything is known. */
  has(): boolean
  one(generation: GenerationId): Position | undefined
  /** Those whose file has, or had, this device and inode. */
  at(deviceId: string, inode: string): Position[]
  /** Whether documents of it may have been sent. */
  wasSent(generation: GenerationId): boolean
  /** Those that are followed, or were when the last process stopped. */
  unended(): Position[]
  /** Those that were compressed into a file. */
  archived(): Position[]
  /** Those whose head has the hash that `hashOf` gives for its length. */
  beginningAs(hashOf: (bytes: number) => string | undefined): Position[]
}

export interface FileStatus {
  readonly id: GenerationId
  readonly inode: string
  readonly path: string
  readonly size: number
  readonly position: number
  readonly checkpoint: number
}

export interface FileSource {
  /** Takes up all files that are there and follows them until `stop`. */
  start(): Promise<void>
  /** Reads all files that are there to their ends, once; resolves when all was handed over. */
  readAll(): Promise<void>
  /** Ends reading; what was handed over can still be acknowledged. */
  stop(): Promise<void>
  /** There may be room again. */
  resume(): void
  /** What a checkpoint is stored with; undefined for a generation that is not followed. */
  standing(generation: GenerationId, checkpoint: Offset): Standing | undefined
  acked(generation: GenerationId, checkpoint: Offset): void
  /** Whether all that is known to be there of a generation was read. */
  isReadToEnd(generation: GenerationId): boolean
  /** All that is followed, at rest too, and what has ended and is not acknowledged in full. */
  status(): FileStatus[]
}
