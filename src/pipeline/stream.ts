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

interface ReservedPart {
  readonly start: Offset
  readonly since: string | undefined
}

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
  /** The newest index that it knew before it sent what was not settled. */
  readonly sentSince: string | undefined
  /** Documents below this were sent by this process. */
  sentTo: Offset
  /** Documents below this may be sent: it is noted in the state store, with so many bytes of the file's head. */
  reserved: Offset
  /** What was reserved and may not be settled: where each part begins, and the newest index that was known before. */
  reservedParts: readonly ReservedPart[]
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

export function createStream(begun: Position, framer: Framer, sent: Sent, reading?: Reading): Stream {
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
    sentSince: sent.since,
    sentTo: offset(0),
    reserved: sent.through,
    reservedParts: sent.through > checkpoint ? [{ start: checkpoint, since: sent.since }] : [],
    notedHeadBytes: begun.head.bytes,
    before: undefined,
    framedTo: checkpoint,
    place: undefined,
    reading: reading ?? { path: generation.path, readMs: 0, modifiedMs: undefined },
    chunkMs: 0,
    isEnding: false
  }
}

/**
 * Reserves what a span needs before it is sent, and returns what is to be noted of it; undefined where nothing is. It tells
 * the file by all of its head that is known: were another to take its place before anything is acknowledged, its lines would
 * pass for those sent. `newest` is the newest index of the destination that is known.
 */
export function reserve(
  stream: Stream,
  end: Offset,
  { head, size }: { readonly head: Head; readonly size: number },
  newest: string | undefined
): Reservation | undefined {
  const { generation, reserved, ledger, notedHeadBytes } = stream
  stream.sentTo = offset(Math.max(stream.sentTo, end))
  if (end <= reserved && head.bytes <= notedHeadBytes) return undefined
  if (end > reserved) {
    const parts = [...stream.reservedParts, { start: reserved, since: newest }]
    // Of those that begin at the checkpoint or before, the last one is enough.
    const first = parts.findLastIndex(({ start }) => start <= ledger.checkpoint)
    stream.reservedParts = parts.slice(Math.max(0, first))
    stream.reserved = offset(end + RESERVE_BYTES)
  }
  stream.notedHeadBytes = head.bytes
  return { generation: generation.id, through: stream.reserved, since: stream.reservedParts[0]?.since, head, size }
}

/** Whether nothing of it can have been sent that is not settled: not by this process, and not by an earlier one. */
export function isSettled({ ledger: { checkpoint }, sentTo, sentBefore }: Stream): boolean {
  return checkpoint >= sentTo && checkpoint >= sentBefore
}

/** Whether nothing is held of it that the store does not have. */
export function isAtRest({ framer, ledger, framedTo, letters, before, isEnding }: Stream): boolean {
  const isOpen = framer.isHolding || before !== undefined || letters.length > 0
  return !isOpen && !isEnding && ledger.checkpoint >= framedTo
}

/** The stream of a generation that was begun and is not forgotten. */
export function knownStream(streams: ReadonlyMap<GenerationId, Stream>, id: GenerationId): Stream {
  const stream = streams.get(id)
  if (stream === undefined) throw new Error(`generation ${id} was never begun`)
  return stream
}
