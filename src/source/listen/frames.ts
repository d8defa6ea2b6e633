// Frames of a connection as records. A frame that is none, or that is not understood, ends the connection: nobody knows
// where the next one would begin.

import type { Answer, Cut, Cutter } from '#wire'
import type { Intake, Taken } from './contract.ts'

/** An intake for the frames that `cutter` cuts, each of which `decode` makes a record of. */
export function createFrames(cutter: Cutter, decode: (frame: Buffer) => Answer<Uint8Array>): Intake {
  function take({ frames, error }: Cut, pushed: Uint8Array): Taken {
    const records: Uint8Array[] = []
    for (const frame of frames) {
      const decoded = decode(frame)
      if ('error' in decoded) return { records, broken: { reason: decoded.error, bytes: frame } }
      records.push(decoded.ok)
    }
    return error === undefined ? { records } : { records, broken: { reason: error, bytes: pushed } }
  }

  return {
    push: bytes => take(cutter.push(bytes), bytes),
    end: () => take(cutter.end(), new Uint8Array()),
    get heldBytes() {
      return cutter.heldBytes
    }
  }
}
