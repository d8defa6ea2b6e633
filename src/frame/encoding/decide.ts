// Decides in which encoding a generation is framed. A byte order mark of UTF-16 counts whatever is configured; with `auto`
// the first line that is not ASCII decides, and until then nothing has to be. What was decided is for the life of it.

import { isAscii } from 'node:buffer'
import { type Framed, offset } from '#record'
import { type Bytes, mergeFramed, type Newlines, NOTHING, newlines } from '../newline.ts'
import { endOfNuls } from '../nul-hole.ts'
import { type Detected, detectMark, detectText, detectUtf16 } from './detect.ts'
import { type Encoding, encodingOf } from './encoding.ts'
import { wholeUnits } from './units.ts'

/** The most that is held back, undecided, while a line has no end. */
const SAMPLE_BYTES = 65_536
/** NULs that are a hole, and no character of UTF-16. */
const HOLE_NULS = 4
const NEWLINE = 0x0a
const NO_BYTES = Buffer.alloc(0)

export interface Decoded extends Newlines {
  /** The encoding that was decided from the bytes, where it was. */
  readonly decided: string | undefined
}

export interface Decide {
  /** The encoding that was configured; undefined to have it decided. */
  readonly configured: Encoding | undefined
  /** What was decided for this generation before. */
  readonly decided: string | undefined
  readonly maxLineBytes: number
  readonly isMidCut: boolean
}

/** Newline framing in the encoding that was configured or is decided. */
export function decodedLines({ configured, decided: before, maxLineBytes, isMidCut }: Decide): Decoded {
  let decided = counts(before, configured) ? before : undefined
  let lines = linesIn(decided === undefined ? (configured ?? encodingOf('utf-8')) : encodingOf(decided))
  let isSettled = decided !== undefined
  /** What is not framed yet because it may decide. */
  let held: Buffer = NO_BYTES
  let heldStart = 0
  /** Where the first bytes stand, or those behind a hole that they begin with. */
  let head: number | undefined

  function linesIn(encoding: Encoding): Newlines {
    const framed = newlines(maxLineBytes, isMidCut, encoding)
    return encoding.width === 1 ? framed : wholeUnits(framed, encoding.name === 'utf-16be')
  }

  function push(next: Bytes): Framed {
    if (isSettled) return lines.push(next)
    const start = held.length === 0 ? next.start : offset(heldStart)
    const bytes = held.length === 0 ? next.bytes : Buffer.concat([held, next.bytes])
    held = NO_BYTES
    return take({ bytes, start }, false)
  }

  function end(): Framed {
    const last = { bytes: held, start: offset(heldStart) }
    held = NO_BYTES
    return mergeFramed([last.bytes.length === 0 ? NOTHING : take(last, true), lines.end()])
  }

  function take(next: Bytes, isLast: boolean): Framed {
    head ??= next.start
    if (next.start === head) return takeHead(next, isLast)
    return configured === undefined ? takeText(next, isLast) : settle(next)
  }

  /** The first bytes: those of a file or, where nothing was decided for it so far, of what is read of it. */
  function takeHead({ bytes, start }: Bytes, isLast: boolean): Framed {
    const mark = start === 0 ? detectMark(bytes) : undefined
    if (mark === 'torn' && !isLast) return hold({ bytes, start })
    if (mark === 'utf-16le' || mark === 'utf-16be') return settle({ bytes, start }, mark)
    if (configured !== undefined) return settle({ bytes, start })
    if (mark === 'utf-8') return settle({ bytes, start }, mark)
    const nuls = endOfNuls(bytes, 0)
    if (nuls >= HOLE_NULS) {
      // The first byte of UTF-16's units may be a NUL as well.
      head = start + nuls - (nuls % 2)
      const rest = { bytes: bytes.subarray(head - start), start: offset(head) }
      const framed = lines.push({ bytes: bytes.subarray(0, head - start), start })
      return rest.bytes.length === 0 ? framed : mergeFramed([framed, takeHead(rest, isLast)])
    }
    // Two characters of UTF-16, one of which may be the newline, are told from a line with a NUL in it.
    const isEnough = bytes.includes(NEWLINE) && (bytes.length >= 4 || !bytes.includes(0))
    if (!isLast && bytes.length < SAMPLE_BYTES && !isEnough) return hold({ bytes, start })
    const utf16 = detectUtf16(bytes.subarray(0, SAMPLE_BYTES))
    return utf16 === undefined ? takeText({ bytes, start }, isLast) : settle({ bytes, start }, utf16)
  }

  /** Bytes in which ASCII stands for itself: the line of the first that is none decides, once it is whole. */
  function takeText({ bytes, start }: Bytes, isLast: boolean): Framed {
    if (isAscii(bytes)) return lines.push({ bytes, start })
    const first = bytes.findIndex(byte => byte >= 0x80)
    const from = bytes.lastIndexOf(NEWLINE, first) + 1
    const before = from === 0 ? NOTHING : lines.push({ bytes: bytes.subarray(0, from), start })
    const rest = { bytes: bytes.subarray(from), start: offset(start + from) }
    const isWhole = isLast || rest.bytes.length >= SAMPLE_BYTES || bytes.includes(NEWLINE, first)
    if (!isWhole) return mergeFramed([before, hold(rest)])
    return mergeFramed([before, settle(rest, detectText(rest.bytes.subarray(0, SAMPLE_BYTES)))])
  }

  function hold({ bytes, start }: Bytes): Framed {
    held = Buffer.from(bytes)
    heldStart = start
    return NOTHING
  }

  function settle(next: Bytes, found?: Detected): Framed {
    isSettled = true
    if (found !== undefined && found !== configured?.name) {
      decided = found
      const encoding = encodingOf(found)
      if (encoding.width === 2) lines = linesIn(encoding)
      else lines.use(encoding)
    }
    return lines.push(next)
  }

  return {
    push,
    end,
    use: lines.use,
    get isOpen() {
      return held.length > 0 || lines.isOpen
    },
    get decided() {
      return decided
    }
  }
}

/** Whether an earlier decision counts beside what is configured now: a mark of UTF-16 does always. */
function counts(decided: string | undefined, configured: Encoding | undefined): boolean {
  if (decided === undefined) return false
  return configured === undefined || (decided.startsWith('utf-16') && decided !== configured.name)
}
