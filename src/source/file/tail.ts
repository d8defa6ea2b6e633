// Keeps the bytes of one generation that were read and are not yet behind its checkpoint, so that the 256 bytes before
// any position among them are at hand: as proof in the next read, and as proof of the checkpoint after a restart.

import { Buffer } from 'node:buffer'
import type { Waymark } from '#record'
import { addWaymark, waymarkAt } from './waymarks.ts'

/** How many bytes before a position prove it. */
export const PROOF_BYTES = 256

export interface Tail {
  /** The proof of the position behind all that was read. */
  readonly last: Buffer
  /** A few places in what was read, in order. */
  readonly waymarks: readonly Waymark[]
  /** Takes the bytes that were read next, which nobody writes to. */
  push(bytes: Buffer): void
  /** Up to 256 bytes before `position`, which was not passed by `forget`. */
  before(position: number): Buffer
  /** What stands more than a proof before `position` is not asked for again. */
  forget(position: number): void
}

/** A tail that begins at `start`, with the bytes right before it and waymarks of what was read earlier. */
export function createTail(start: number, proof: Uint8Array, earlier: readonly Waymark[]): Tail {
  let pieces: Buffer[] = [Buffer.from(proof)]
  let from = start - proof.length
  let end = start
  let last = Buffer.from(proof)
  const first = waymarkAt(start, proof)
  let waymarks = first === undefined ? earlier : addWaymark(earlier, first)

  return {
    get last() {
      return last
    },
    get waymarks() {
      return waymarks
    },
    push(bytes) {
      pieces.push(bytes)
      end += bytes.length
      last =
        bytes.length >= PROOF_BYTES
          ? Buffer.from(bytes.subarray(-PROOF_BYTES))
          : Buffer.concat([last, bytes]).subarray(-PROOF_BYTES)
      const waymark = waymarkAt(end, last)
      if (waymark !== undefined) waymarks = addWaymark(waymarks, waymark)
    },
    before(position) {
      const first = Math.max(from, position - PROOF_BYTES)
      const parts: Buffer[] = []
      let at = from
      for (const piece of pieces) {
        if (at >= position) break
        if (at + piece.length > first) parts.push(piece.subarray(Math.max(0, first - at), position - at))
        at += piece.length
      }
      return Buffer.concat(parts)
    },
    forget(position) {
      const needed = Math.min(position, end) - PROOF_BYTES
      let passed = 0
      for (const piece of pieces) {
        if (from + piece.length > needed) break
        from += piece.length
        passed += 1
      }
      if (passed > 0) pieces = pieces.slice(passed)
      // A file at rest holds its proof and not the whole of its last read.
      if (position < end || end - from === last.length) return
      pieces = [last]
      from = end - last.length
    }
  }
}
