// Cuts bytes into lines at newlines, with exact byte offsets: every byte pushed is part of one line, of one skip or of
// the carry. What follows the last newline is carried over; what a line has beyond the longest length is skipped as cut,
// and NULs before a line as a hole.

import { isAscii } from 'node:buffer'
import { type Chunk, type Framed, type Line, offset, type Skip } from '#record'
import type { Encoding } from './encoding/encoding.ts'
import { endOfNuls } from './nul-hole.ts'
import { Page, Standing } from './standing.ts'

const NEWLINE = 0x0a
const RETURN = 0x0d
const NO_BYTES = Buffer.alloc(0)
/** A larger text would not be made among V8's young objects, and would be kept until all of its heap is collected. */
const PAGE_BYTES = 65_536
/** The most bytes that a character takes in any encoding. */
const CHARACTER_BYTES = 4

/** Bytes of a generation, and where they stand; those of UTF-16 begin and end with whole units, the lower byte first. */
export type Bytes = Pick<Chunk, 'bytes' | 'start'>

export interface Newlines {
  /** Frames the next bytes, which start where the last ones ended. */
  push(bytes: Bytes): Framed
  /** No more bytes will come: what has no newline yet is a line as it stands. */
  end(): Framed
  /** Whether a line has begun and not ended. */
  readonly isOpen: boolean
  /** What comes next, and what has no newline yet, is in this encoding, whose newlines are of the same width. */
  use(encoding: Encoding): void
}

export const NOTHING: Framed = { lines: [], skips: [] }

/** What was framed piece by piece, as one. */
export function mergeFramed(parts: readonly Framed[]): Framed {
  return { lines: parts.flatMap(({ lines }) => lines), skips: parts.flatMap(({ skips }) => skips) }
}

/**
 * Newline framing for one generation.
 * @param maxLineBytes the longest line, its newline not counted
 * @param isMidCut whether the first bytes are the rest of a line that was cut before
 */
export function newlines(maxLineBytes: number, isMidCut: boolean, first: Encoding): Newlines {
  let encoding = first
  const { width } = first
  /** Bytes after the last newline, at most `maxLineBytes` and one return. */
  let carry: Buffer = NO_BYTES
  let carryStart = 0
  let isCutting = isMidCut
  let lines: Line[] = []
  let skips: Skip[] = []

  /** Gives out what was cut, and holds none of it: of many quiet files each would keep the text of its last read. */
  function given(): Framed {
    const framed = { lines, skips }
    lines = []
    skips = []
    return framed
  }

  function push({ bytes, start }: Bytes): Framed {
    let at = 0
    if (carry.length > 0 || isCutting) {
      const newline = newlineIn(bytes, 0, width)
      if (newline === -1) hold(bytes, start)
      else finish(bytes.subarray(0, newline + width), start)
      at = newline === -1 ? bytes.length : newline + width
    }
    at = passHole(bytes, at, start)
    const end = endOfLines(bytes, width)
    if (end > at) {
      while (at < end) {
        const to = endOfPage(bytes, at, end)
        cut(bytes.subarray(at, to), start + at)
        at = to
      }
      at = passHole(bytes, end, start)
    }
    if (at < bytes.length) hold(bytes.subarray(at), start + at)
    return given()
  }

  function end(): Framed {
    if (carry.length > 0) addBytes(carry, carryStart, carryStart + carry.length)
    carry = NO_BYTES
    isCutting = false
    return given()
  }

  /** Takes bytes without a newline. */
  function hold(bytes: Buffer, start: number): void {
    if (isCutting) {
      addSkip(start, start + bytes.length, true)
      return
    }
    if (carry.length === 0) carryStart = start
    const held = withoutMark(Buffer.concat([carry, bytes]))
    // A return at the very end may belong to the newline, so it does not make a line too long.
    const isLong = held.length - (endsWithReturn(held, held.length) ? width : 0) > maxLineBytes
    carry = isLong ? NO_BYTES : held
    if (!isLong) return
    isCutting = true
    addCut(held, carryStart, carryStart + held.length, true)
  }

  /** Ends the line in progress with its last bytes, newline included. */
  function finish(bytes: Buffer, start: number): void {
    if (isCutting) addSkip(start, start + bytes.length, false)
    else cut(Buffer.concat([carry, bytes]), carryStart)
    carry = NO_BYTES
    isCutting = false
  }

  /** Skips the NULs at `at`, where a line begins, and returns where they end. */
  function passHole(bytes: Buffer, at: number, start: number): number {
    if (bytes[at] !== 0 || (width === 2 && bytes[at + 1] !== 0)) return at
    const nuls = endOfNuls(bytes, at) - at
    const end = at + nuls - (nuls % width)
    addHole(start + at, start + end)
    return end
  }

  function addHole(start: number, end: number): void {
    skips.push({ start: offset(start), end: offset(end), reason: 'nul hole' })
  }

  /** Where the whole lines end that make a page. */
  function endOfPage(bytes: Buffer, at: number, end: number): number {
    if (end - at <= PAGE_BYTES || width === 2) return end
    const newline = bytes.lastIndexOf(NEWLINE, at + PAGE_BYTES - 1)
    return (newline < at ? bytes.indexOf(NEWLINE, at) : newline) + 1
  }

  /** Cuts whole lines. */
  function cut(bytes: Buffer, start: number): void {
    const isPlain = encoding.isAsciiPlain && isAscii(bytes)
    const isSound = isPlain || encoding.isSurelySound(bytes)
    const page = isSound ? new Page(bytes, isPlain) : undefined
    for (let from = 0; from < bytes.length; ) {
      const newline = page?.isAscii ? page.characters.indexOf('\n', from) : newlineIn(bytes, from, width)
      const to = newline > from && endsWithReturn(bytes, newline) ? newline - width : newline
      const next = newline + width
      const isLine = bytes[from] !== 0 && to - from <= maxLineBytes && start + from > 0
      if (page !== undefined && isLine) lines.push(new Standing(page, from, to, start + from, start + next))
      else addBytes(bytes.subarray(from, to), start + from, start + next)
      from = next
    }
  }

  /** Takes the byte order mark off the carry, before its length counts. */
  function withoutMark(held: Buffer): Buffer {
    if (carryStart !== 0 || !beginsWithMark(held)) return held
    addMark()
    carryStart = passHole(held, encoding.mark.length, 0)
    return held.subarray(carryStart)
  }

  function beginsWithMark(bytes: Buffer): boolean {
    const { mark } = encoding
    return mark.length > 0 && bytes.subarray(0, mark.length).equals(mark)
  }

  function addMark(): void {
    skips.push({ start: offset(0), end: offset(encoding.mark.length), reason: 'bom' })
  }

  function addBytes(bytes: Buffer, start: number, end: number): void {
    if (start === 0 && beginsWithMark(bytes)) {
      addMark()
      addBytes(bytes.subarray(encoding.mark.length), encoding.mark.length, end)
      return
    }
    const hole = passHole(bytes, 0, start)
    if (hole > 0) addBytes(bytes.subarray(hole), start + hole, end)
    else if (bytes.length > maxLineBytes) addCut(bytes, start, end, false)
    else {
      const text = encoding.decode(bytes, 0, bytes.length)
      const line = { text, start: offset(start), end: offset(end), ordinal: 0 }
      lines.push(isWhole(text, bytes) ? line : { ...line, isDamaged: true })
    }
  }

  function isWhole(text: string, bytes: Buffer): boolean {
    return !text.includes('\ufffd') || encoding.isSound(bytes)
  }

  /** The beginning of a line that is too long, up to a whole character, and a skip over its rest. */
  function addCut(bytes: Buffer, start: number, end: number, isOpen: boolean): void {
    const most = maxLineBytes - (maxLineBytes % width)
    let kept = bytes.subarray(0, most)
    let text = encoding.decode(kept, 0, most)
    for (let torn = width; text.endsWith('\ufffd') && torn < CHARACTER_BYTES; torn += width) {
      const whole = encoding.decode(bytes, 0, most - torn)
      if (whole.endsWith('\ufffd')) continue
      kept = bytes.subarray(0, most - torn)
      text = whole
    }
    const line = { text, start: offset(start), end: offset(start + kept.length), ordinal: 0, isCut: true } as const
    lines.push(isWhole(text, kept) ? line : { ...line, isDamaged: true })
    addSkip(start + kept.length, end, isOpen)
  }

  function addSkip(start: number, end: number, isOpen: boolean): void {
    skips.push({ start: offset(start), end: offset(end), reason: 'cut', isOpen })
  }

  return {
    push,
    end,
    get isOpen() {
      return carry.length > 0 || isCutting
    },
    use(next) {
      encoding = next
    }
  }

  function endsWithReturn(bytes: Buffer, end: number): boolean {
    return bytes[end - width] === RETURN && (width === 1 || bytes[end - 1] === 0)
  }
}

/** Where the first newline at or behind `from` begins, or -1. Units of two bytes are counted from the beginning. */
function newlineIn(bytes: Buffer, from: number, width: 1 | 2): number {
  let at = bytes.indexOf(NEWLINE, from)
  if (width === 1) return at
  while (at !== -1 && (at % 2 === 1 || bytes[at + 1] !== 0)) at = bytes.indexOf(NEWLINE, at + 1)
  return at
}

/** Where the last newline ends; 0 where there is none. */
function endOfLines(bytes: Buffer, width: 1 | 2): number {
  let at = bytes.lastIndexOf(NEWLINE)
  if (width === 2) {
    while (at !== -1 && (at % 2 === 1 || bytes[at + 1] !== 0)) at = at === 0 ? -1 : bytes.lastIndexOf(NEWLINE, at - 1)
  }
  return at === -1 ? 0 : at + width
}
