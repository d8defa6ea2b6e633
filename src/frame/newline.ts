// Cuts bytes into lines at newlines, with exact byte offsets: every byte pushed is part of one line, of one skip or of
// the carry. What follows the last newline is carried over; what a line has beyond the longest length is skipped as cut,
// and NULs before a line as a hole.

import { isAscii, isUtf8 } from 'node:buffer'
import { type Chunk, type Framed, type Line, offset, type Skip } from '#record'
import { endOfNuls } from './nul-hole.ts'

const NEWLINE = 0x0a
const RETURN = 0x0d
const NOTHING = Buffer.alloc(0)
/** UTF-8's byte order mark, which some editors and Windows programs put before the first line. */
const BOM = Buffer.from([0xef, 0xbb, 0xbf])

const beginsWithBom = (bytes: Buffer): boolean => bytes.subarray(0, BOM.length).equals(BOM)

export interface Newlines {
  /** Frames the next bytes, which start where the last ones ended. */
  push(chunk: Chunk): Framed
  /** No more bytes will come: what has no newline yet is a line as it stands. */
  end(): Framed
}

/**
 * Newline framing for one generation.
 * @param maxLineBytes the longest line, its newline not counted
 * @param isMidCut whether the first bytes are the rest of a line that was cut before
 */
export function newlines(maxLineBytes: number, isMidCut = false): Newlines {
  /** Bytes after the last newline, at most `maxLineBytes` and one return. */
  let carry: Buffer = NOTHING
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

  function push({ bytes, start }: Chunk): Framed {
    let at = 0
    if (carry.length > 0 || isCutting) {
      const newline = bytes.indexOf(NEWLINE)
      if (newline === -1) hold(bytes, start)
      else finish(bytes.subarray(0, newline + 1), start)
      at = newline === -1 ? bytes.length : newline + 1
    }
    at = passHole(bytes, at, start)
    const last = bytes.lastIndexOf(NEWLINE)
    if (last >= at) {
      if (isAscii(bytes)) cutText(bytes.toString('latin1', at, last + 1), start + at)
      else cutBytes(bytes.subarray(at, last + 1), start + at)
      at = passHole(bytes, last + 1, start)
    }
    if (at < bytes.length) hold(bytes.subarray(at), start + at)
    return given()
  }

  function end(): Framed {
    if (carry.length > 0) addBytes(carry, carryStart, carryStart + carry.length, isUtf8(carry))
    carry = NOTHING
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
    const held = withoutBom(Buffer.concat([carry, bytes]))
    // A return at the very end may belong to the newline, so it does not make a line too long.
    const isLong = held.length > maxLineBytes + 1 || (held.length > maxLineBytes && held[maxLineBytes] !== RETURN)
    carry = isLong ? NOTHING : held
    if (!isLong) return
    isCutting = true
    addCut(held, carryStart, carryStart + held.length, true)
  }

  /** Ends the line in progress with its last bytes, newline included. */
  function finish(bytes: Buffer, start: number): void {
    if (isCutting) addSkip(start, start + bytes.length, false)
    else cutBytes(Buffer.concat([carry, bytes]), carryStart)
    carry = NOTHING
    isCutting = false
  }

  /** Skips the NULs at `at`, where a line begins, and returns where they end. */
  function passHole(bytes: Buffer, at: number, start: number): number {
    if (bytes[at] !== 0) return at
    const end = endOfNuls(bytes, at)
    addHole(start + at, start + end)
    return end
  }

  function addHole(start: number, end: number): void {
    skips.push({ start: offset(start), end: offset(end), reason: 'nul hole' })
  }

  /** Cuts whole lines of ASCII: decoded at once, so that offsets are indices and lines are slices. */
  function cutText(text: string, start: number): void {
    for (let from = 0; from < text.length; ) {
      if (text.charCodeAt(from) === 0) {
        const hole = from
        while (text.charCodeAt(from) === 0) from += 1
        addHole(start + hole, start + from)
      }
      const newline = text.indexOf('\n', from)
      const to = text.charCodeAt(newline - 1) === RETURN && newline > from ? newline - 1 : newline
      if (to - from <= maxLineBytes) addLine(text.slice(from, to), start + from, start + newline + 1)
      else addCut(Buffer.from(text.slice(from, to), 'latin1'), start + from, start + newline + 1, false)
      from = newline + 1
    }
  }

  /** Cuts whole lines of UTF-8. */
  function cutBytes(bytes: Buffer, start: number): void {
    const areSound = isUtf8(bytes)
    for (let from = 0; from < bytes.length; ) {
      const newline = bytes.indexOf(NEWLINE, from)
      const to = bytes[newline - 1] === RETURN && newline > from ? newline - 1 : newline
      addBytes(
        bytes.subarray(from, to),
        start + from,
        start + newline + 1,
        areSound || isUtf8(bytes.subarray(from, to))
      )
      from = newline + 1
    }
  }

  /** Takes the byte order mark off the carry, before its length counts. */
  function withoutBom(held: Buffer): Buffer {
    if (carryStart !== 0 || !beginsWithBom(held)) return held
    addBom()
    carryStart = passHole(held, BOM.length, 0)
    return held.subarray(carryStart)
  }

  function addBom(): void {
    skips.push({ start: offset(0), end: offset(BOM.length), reason: 'bom' })
  }

  function addBytes(bytes: Buffer, start: number, end: number, isSound: boolean): void {
    if (start === 0 && beginsWithBom(bytes)) {
      addBom()
      addBytes(bytes.subarray(BOM.length), BOM.length, end, isSound)
    } else if (bytes[0] === 0) {
      const hole = passHole(bytes, 0, start)
      addBytes(bytes.subarray(hole), start + hole, end, isSound)
    } else if (bytes.length > maxLineBytes) addCut(bytes, start, end, false)
    else addLine(bytes.toString('utf8'), start, end, isSound)
  }

  function addLine(text: string, start: number, end: number, isSound = true): void {
    const line = { text, start: offset(start), end: offset(end), ordinal: 0 }
    lines.push(isSound ? line : { ...line, isDamaged: true })
  }

  /** The beginning of a line that is too long, up to a whole character, and a skip over its rest. */
  function addCut(bytes: Buffer, start: number, end: number, isOpen: boolean): void {
    let kept = maxLineBytes
    while (kept > 0 && ((bytes[kept] ?? 0) & 0xc0) === 0x80) kept -= 1
    const text = bytes.toString('utf8', 0, kept)
    const line = { text, start: offset(start), end: offset(start + kept), ordinal: 0, isCut: true } as const
    lines.push(isUtf8(bytes.subarray(0, kept)) ? line : { ...line, isDamaged: true })
    addSkip(start + kept, end, isOpen)
  }

  function addSkip(start: number, end: number, isOpen: boolean): void {
    skips.push({ start: offset(start), end: offset(end), reason: 'cut', isOpen })
  }

  return { push, end }
}
