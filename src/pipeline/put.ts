// Puts values as JSON into bytes, each behind what was put before: they return where it ends. Bytes beyond the end of a buffer
// are lost, so whoever calls has made sure that there is room.

import type { Value } from '#record'
import { putRun, type Words, wordsOf } from './words.ts'

/** Bytes of UTF-8 that stand in a JSON string as they are. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, code) => (code >= 0x20 && code !== 0x22 && code !== 0x5c ? 1 : 0))
/** What stands for the others of ASCII. */
const ESCAPES = Array.from({ length: 128 }, (_, code) =>
  Buffer.from(JSON.stringify(String.fromCharCode(code)).slice(1, -1))
)
const HIGH = 0x80808080 | 0
const PAIRS = Buffer.from(Array.from({ length: 100 }, (_, pair) => String(pair).padStart(2, '0')).join(''))
const HEX = Buffer.from('0123456789abcdef')
const QUOTE = 0x22
const ZERO = 0x30
/** A text of so many characters is better copied by the platform than one by one. */
const LONG = 48

/** Shorter values are put byte by byte in less time. */
const SHORT = 8
/** The buffers of the last value. */
let lastTo = wordsOf(Buffer.alloc(0))
let lastFrom = lastTo

/** Puts bytes of UTF-8 as they stand in a JSON string. */
export function putCut(to: Buffer, at: number, from: Buffer, begin: number, end: number): number {
  if (end - begin < SHORT) return putCutBytes(to, at, from, begin, end)
  if (to !== lastTo.bytes) lastTo = wordsOf(to)
  if (from !== lastFrom.bytes) lastFrom = wordsOf(from)
  const { view: toWords } = lastTo
  const { view: fromWords } = lastFrom
  const ahead = at - begin
  const last = end - 4
  let odd = 0
  for (let i = begin; i < last; i += 4) {
    const word = fromWords.getInt32(i, true)
    odd |= oddIn(word)
    toWords.setInt32(i + ahead, word, true)
  }
  // The last word may hold bytes that were put already: so none behind the value is looked at.
  const word = fromWords.getInt32(last, true)
  toWords.setInt32(last + ahead, word, true)
  return ((odd | oddIn(word)) & HIGH) === 0 ? end + ahead : putCutBytes(to, at, from, begin, end)
}

/**
 * Has a bit of `HIGH` where one of four bytes does not stand in a JSON string as it is: one below the blank borrows from
 * its high bit, and so do a quote and a backslash once they are made 0. Of bytes that all may stand there none borrows.
 */
function oddIn(word: number): number {
  return word | (word - 0x20202020) | ((word ^ 0x22222222) - 0x01010101) | ((word ^ 0x5c5c5c5c) - 0x01010101)
}

function putCutBytes(to: Buffer, at: number, from: Buffer, begin: number, end: number): number {
  let next = at
  for (let i = begin; i < end; i++) {
    const code = from[i] as number
    if (PLAIN[code] === 1) to[next++] = code
    else next = putBytes(to, next, ESCAPES[code] as Buffer)
  }
  return next
}

/** A run of bytes that is always the same; behind it is the room that `putRun` reads. */
export interface Piece extends Words {
  readonly length: number
}

export function pieceOf(text: string): Piece {
  const length = Buffer.byteLength(text)
  return { ...wordsOf(Buffer.concat([Buffer.from(text)], length + 7)), length }
}

export function putPiece(to: Buffer, at: number, piece: Piece): number {
  if (to !== lastTo.bytes) lastTo = wordsOf(to)
  return putRun(lastTo, at, piece, 0, piece.length)
}

/** Puts a value. */
export function putValue(to: Buffer, at: number, value: Value | undefined): number {
  if (typeof value === 'string') {
    to[at] = QUOTE
    const end = putText(to, at + 1, value)
    to[end] = QUOTE
    return end + 1
  }
  if (typeof value === 'number' && value >= 0 && Number.isSafeInteger(value)) return putInteger(to, at, value)
  return at + to.write(JSON.stringify(value), at)
}

let lastTime: Value | undefined = ''
let lastBytes = new Uint8Array(0)
let lastMinute = Number.NaN
let minuteBytes = lastBytes

/**
 * Puts a time, or milliseconds since 1970 as one; it remembers the last one, or its minute, because lines of one moment stand
 * together.
 */
export function putTime(to: Buffer, at: number, time: Value | undefined): number {
  if (typeof time === 'number') return putMoment(to, at, time)
  if (time !== lastTime) {
    lastTime = time
    lastBytes = new Uint8Array(Buffer.from(JSON.stringify(time)))
  }
  return putBytes(to, at, lastBytes)
}

/** `"2026-11-20T23:11:52.915Z"`, the time of the year 1 to 9999. */
function putMoment(to: Buffer, at: number, ms: number): number {
  const minute = Math.floor(ms / MINUTE_MS)
  if (minute !== lastMinute) {
    lastMinute = minute
    minuteBytes = new Uint8Array(Buffer.from(`"${new Date(minute * MINUTE_MS).toISOString().slice(0, 17)}`))
  }
  const next = putBytes(to, at, minuteBytes)
  const inMinute = (ms - minute * MINUTE_MS) | 0
  const second = (inMinute / 1000) | 0
  putDigits(to, next, second, 2)
  to[next + 2] = DOT
  putDigits(to, next + 3, inMinute - second * 1000, 3)
  to[next + 6] = UPPER_Z
  to[next + 7] = QUOTE
  return next + 8
}

const MINUTE_MS = 60_000
const DOT = 0x2e
const UPPER_Z = 0x5a

/** Puts a text as it stands in a JSON string, without quotes. */
export function putText(to: Buffer, at: number, text: string): number {
  if (text.length <= LONG) {
    let i = 0
    for (; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code > 0x7f || PLAIN[code] !== 1) break
      to[at + i] = code
    }
    if (i === text.length) return at + i
  }
  // What stands before the text is put once more than it should be, and is put back.
  const before = to[at - 1] as number
  const end = at - 1 + to.write(JSON.stringify(text), at - 1)
  to[at - 1] = before
  return end - 1
}

/** Puts a whole number from 0 on. */
export function putInteger(to: Buffer, at: number, value: number): number {
  if (value >= 1e8) {
    const high = Math.floor(value / 1e8)
    const next = putInteger(to, at, high)
    putDigits(to, next, value - high * 1e8, 8)
    return next + 8
  }
  let digits = 1
  for (let limit = 10; limit <= value; limit *= 10) digits++
  putDigits(to, at, value, digits)
  return at + digits
}

/** Puts the last digits of a number below 10^8, two at a time. */
function putDigits(to: Buffer, at: number, value: number, digits: number): void {
  let rest = value | 0
  let i = at + digits
  for (; i - at >= 2; i -= 2) {
    const hundreds = (rest / 100) | 0
    const pair = 2 * (rest - hundreds * 100)
    to[i - 1] = PAIRS[pair + 1] as number
    to[i - 2] = PAIRS[pair] as number
    rest = hundreds
  }
  if (i > at) to[at] = ZERO + rest
}

/** Puts a whole number in 12 hexadecimal digits. */
export function putHex(to: Buffer, at: number, value: number): number {
  let [high, low] = [Math.floor(value / 0x1000000), value % 0x1000000]
  for (let i = at + 5; i >= at; i--) {
    to[i] = HEX[high & 15] as number
    to[i + 6] = HEX[low & 15] as number
    high >>= 4
    low >>= 4
  }
  return at + 12
}

/** Puts bytes as they are. */
export function putBytes(to: Buffer, at: number, bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; i++) to[at + i] = bytes[i] as number
  return at + bytes.length
}
