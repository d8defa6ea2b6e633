// One generation on its way through a pipeline: what frames it, what counts its receipts, and up to where its documents
// may have been sent. A stream ends once everything that was read of it is settled.

import { createLedger, type Ledger } from '#ack'
import type { Framer } from '#frame'
import {
  type DeadLetter,
  type Generation,
  type GenerationId,
  type Head,
  type Offset,
  offset,
  type Position
} from '#record'
import type { Reservation, Sent } from '#state'
import type { Reading } from '#time'
import type { Place } from './document.ts'

/** How far ahead of what is sent the note of it reaches, so that it is written seldom. */
const RESERVE_BYTES = 16_777_216

export interface Stream {
  readonly generation: Generation
  /** Where it stood when this process took it up. */
  readonly begun: Position
  readonly framer: Framer
  readonly ledger: Ledger
  /** Dead letters that are stored once the checkpoint passes them. */
  letters: DeadLetter[]
  /** The encoding of its text where it was decided from the bytes, as the store has it. */
  encoding: string | undefined
  /** What its documents' ids begin with. */
  idPrefix: string
  /** Documents below this may have been sent by an earlier process. */
  readonly sentBefore: Offset
  /** Documents below this may be sent: it is noted in the state store, with so many bytes of the file's head. */
  reserved: Offset
  notedHeadBytes: number
  /** What lines at its head may continue, until they do not. */
  before: Stream | undefined
  /** Where the bytes that were framed so far end. */
  framedTo: Offset
  /** Where its last chunk stood; undefined before the first. */
  place: Place | undefined
  readonly reading: Reading
  /** When its last chunk came, in milliseconds since 1970. */
  chunkMs: number
  /** Whether nothing more will be read of it. */
  isEnding: boolean
}

export function createStream(begun: Position, framer: Framer, sent: Sent): Stream {
  const { generation, checkpoint } = begun
  return {
    generation,
    begun,
    framer,
    ledger: createLedger(checkpoint),
    letters: [],
    encoding: framer.decided,
    idPrefix: sent.idPrefix,
    sentBefore: sent.through,
    reserved: sent.through,
    notedHeadBytes: begun.head.bytes,
    before: undefined,
    framedTo: checkpoint,
    place: undefined,
    reading: { path: generation.path, readMs: 0, modifiedMs: undefined },
    chunkMs: 0,
    isEnding: false
  }
}

/**
 * The reservation that a span needs before it is sent; undefined where it has one. It tells the file by all of its head
 * that is known: were another to take its place before anything is acknowledged, its lines would pass for those sent.
 */
export function reservationFor(
  { generation, reserved, notedHeadBytes }: Stream,
  end: Offset,
  { head, size }: { readonly head: Head; readonly size: number }
): Reservation | undefined {
  if (end <= reserved && head.bytes <= notedHeadBytes) return undefined
  const through = end <= reserved ? reserved : offset(end + RESERVE_BYTES)
  return { generation: generation.id, through, head, size }
}

/** The stream of a generation that was begun and is not forgotten. */
export function knownStream(streams: ReadonlyMap<GenerationId, Stream>, id: GenerationId): Stream {
  const stream = streams.get(id)
  if (stream === undefined) throw new Error(`generation ${id} was never begun`)
  return stream
}
