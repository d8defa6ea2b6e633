// One generation on its way through a lane: what frames it, where it stands, and what its documents' ids begin with.

import type { Framer } from '#frame'
import type { Generation, GenerationId, Offset } from '#record'
import type { Reading } from '#time'
import type { Place } from './document.ts'
import type { Opened } from './halves.ts'

export interface Stream {
  readonly generation: Generation
  readonly framer: Framer
  /** The encoding of its text where it was decided from the bytes, as the store has it. */
  encoding: string | undefined
  /** What its documents' ids begin with. */
  idPrefix: string
  /** Documents below this may have been sent by an earlier process. */
  readonly sentBefore: Offset
  /** The newest index that it knew before it sent what was not settled. */
  readonly sentSince: string | undefined
  /** What lines at its head may continue, until they do not. */
  before: Stream | undefined
  /** Where the bytes that were framed so far end. */
  framedTo: Offset
  /** Where its last chunk stood; undefined before the first. */
  place: Place | undefined
  readonly reading: Reading
  /** How many chunks, releases and ends of it were taken. */
  taken: number
}

export function createStream({ generation, checkpoint, sent }: Opened, framer: Framer, reading?: Reading): Stream {
  return {
    generation,
    framer,
    encoding: framer.decided,
    idPrefix: sent.idPrefix,
    sentBefore: sent.through,
    sentSince: sent.since,
    before: undefined,
    framedTo: checkpoint,
    place: undefined,
    reading: reading ?? { path: generation.path, readMs: 0, modifiedMs: undefined },
    taken: 0
  }
}

/** The stream of a generation that was opened and is not closed. */
export function knownStream(streams: ReadonlyMap<GenerationId, Stream>, id: GenerationId): Stream {
  const stream = streams.get(id)
  if (stream === undefined) throw new Error(`generation ${id} was never opened`)
  return stream
}
