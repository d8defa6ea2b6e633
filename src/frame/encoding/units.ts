// Hands UTF-16 on in whole units of two bytes, wherever reads tear them, and in one order of bytes.

import { type Framed, offset } from '#record'
import { type Bytes, mergeFramed, type Newlines, NOTHING } from '../newline.ts'

const NO_BYTES = Buffer.alloc(0)

/** @param isBigEndian whether the bytes of each unit are to be turned around */
export function wholeUnits(lines: Newlines, isBigEndian: boolean): Newlines {
  /** The first half of a unit, and where it stands. */
  let half: Buffer = NO_BYTES
  let halfStart = 0

  function push({ bytes, start }: Bytes): Framed {
    if (half.length === 0 && start % 2 === 1) return pushStray({ bytes, start })
    const all = half.length === 0 ? bytes : Buffer.concat([half, bytes])
    const from = start - half.length
    const length = all.length - (all.length % 2)
    half = length === all.length ? NO_BYTES : Buffer.from(all.subarray(length))
    halfStart = from + length
    if (length === 0) return NOTHING
    const whole = all.subarray(0, length)
    return lines.push({ bytes: isBigEndian ? Buffer.from(whole).swap16() : whole, start: offset(from) })
  }

  /** The second half of a unit between whose halves a line was forced to end is a line of its own. */
  function pushStray({ bytes, start }: Bytes): Framed {
    const stray = lines.push({ bytes: bytes.subarray(0, 1), start })
    const isPassed = stray.skips.length > 0
    const rest = { bytes: bytes.subarray(1), start: offset(start + 1) }
    return mergeFramed([stray, isPassed ? NOTHING : lines.end(), rest.bytes.length === 0 ? NOTHING : push(rest)])
  }

  function end(): Framed {
    const last = half
    half = NO_BYTES
    return mergeFramed([
      last.length === 0 ? NOTHING : lines.push({ bytes: last, start: offset(halfStart) }),
      lines.end()
    ])
  }

  return {
    push,
    end,
    use: lines.use,
    get isOpen() {
      return half.length > 0 || lines.isOpen
    }
  }
}
