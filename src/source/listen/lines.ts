// Cuts a stream into lines. Of a line that is too long its beginning is kept, and the rest is passed over.

import type { SpoolRecord } from '../spool/record.ts'
import type { Intake, Taken } from './contract.ts'

const NEWLINE = 0x0a
const RETURN = 0x0d

/** An intake for lines of at most `maxBytes`, each ended by `delimiter`, a newline where left out. */
export function createLines(maxBytes: number, delimiter = NEWLINE): Intake {
  let held: Buffer[] = []
  let heldBytes = 0
  let isPassingOver = false

  /** The bytes of a line, without what ends it. */
  function take(last: Buffer, out: SpoolRecord[]): void {
    const line = held.length === 0 ? last : Buffer.concat([...held, last])
    held = []
    heldBytes = 0
    if (isPassingOver) isPassingOver = false
    else if (line.length > maxBytes) out.push({ cut: line.subarray(0, maxBytes) })
    else out.push(line.at(-1) === RETURN ? line.subarray(0, -1) : line)
  }

  /** Keeps the beginning of a line; what is too long already is a record. */
  function hold(rest: Buffer, out: SpoolRecord[]): void {
    if (isPassingOver || rest.length === 0) return
    // A small rest must not keep the whole chunk that it came in.
    held.push(Buffer.from(rest))
    heldBytes += rest.length
    if (heldBytes <= maxBytes + 1) return
    out.push({ cut: Buffer.concat(held).subarray(0, maxBytes) })
    held = []
    heldBytes = 0
    isPassingOver = true
  }

  return {
    push(bytes): Taken {
      const records: SpoolRecord[] = []
      let at = 0
      for (let end = bytes.indexOf(delimiter); end !== -1; end = bytes.indexOf(delimiter, at)) {
        take(bytes.subarray(at, end), records)
        at = end + 1
      }
      hold(bytes.subarray(at), records)
      return { records }
    },
    end() {
      const records: SpoolRecord[] = []
      if (heldBytes > 0) take(Buffer.alloc(0), records)
      return { records }
    },
    get heldBytes() {
      return heldBytes
    }
  }
}
