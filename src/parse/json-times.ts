// Puts the times of lines of JSON as their documents say them. Lines of one second stand together, so what was read of the
// second is remembered, and only what is written behind it is looked at.

import type { Value } from '#record'
import { asciiOf } from './json-scan.ts'

/** Puts the time that stands there, in quotes, and returns where it ends; -1 where none does. */
export type TimePutter = (
  to: DataView,
  at: number,
  bytes: DataView,
  from: number,
  end: number,
  isText: boolean
) => number

/** Digits of milliseconds since 1970, from 2001 to 2286, and how many of them tell the second. */
const [MS_DIGITS, SECOND_DIGITS] = [13, 10]
/** Characters of ISO 8601 to the second. */
const ISO_SECOND = 19
const [QUOTE, BACKSLASH, DOT, ZERO, NINE, LETTER_T, LETTER_Z] = [0x22, 0x5c, 0x2e, 0x30, 0x39, 0x54, 0x5a]

export function createTimes(timestamp: (value: Value | undefined) => string | undefined): TimePutter {
  /** The last seconds, as lines write them and as documents do. */
  const number = { digits: new Uint8Array(SECOND_DIGITS), second: new Uint8Array(ISO_SECOND) }
  const text = new Uint8Array(ISO_SECOND)

  return (to, at, bytes, from, end, isText) => {
    const isMs = !isText && end - from === MS_DIGITS && areDigits(bytes, end - 3, end)
    if (isMs && standsThere(number.digits, bytes, from)) return putSecond(to, at, number.second, bytes, end - 3, end)
    const isUtc = isText && isUtcFraction(bytes, from, end)
    if (isUtc && standsThere(text, bytes, from)) return putSecond(to, at, text, bytes, from + ISO_SECOND + 1, end - 1)
    const time = isText ? timestamp(textAt(bytes, from, end)) : timestamp(numberAt(bytes, from, end))
    if (time === undefined) return -1
    const next = putAscii(to, at, time)
    if (isMs && areDigits(bytes, from, end)) {
      note(number.digits, bytes, from)
      note(number.second, to, at + 1)
    } else if (isUtc && bytes.getUint8(from + 10) === LETTER_T) note(text, bytes, from)
    return next
  }
}

/** Keeps bytes that stand there. */
function note(kept: Uint8Array, bytes: DataView, from: number): void {
  for (let i = 0; i < kept.length; i++) kept[i] = bytes.getUint8(from + i)
}

/** A text as it is written; undefined where it is not plain, and so no time. */
function textAt(bytes: DataView, from: number, end: number): string | undefined {
  for (let at = from; at < end; at++) {
    const code = bytes.getUint8(at)
    if (code > 0x7f || code === BACKSLASH) return undefined
  }
  return asciiOf(bytes, from, end)
}

/** Whether it ends with a fraction of a second in UTC, behind what may be the second in ISO 8601. */
function isUtcFraction(bytes: DataView, from: number, end: number): boolean {
  const dot = from + ISO_SECOND
  const isMarked = end - dot > 2 && bytes.getUint8(dot) === DOT && bytes.getUint8(end - 1) === LETTER_Z
  return isMarked && areDigits(bytes, dot + 1, end - 1)
}

function areDigits(bytes: DataView, from: number, end: number): boolean {
  for (let at = from; at < end; at++) {
    const code = bytes.getUint8(at)
    if (code < ZERO || code > NINE) return false
  }
  return true
}

function standsThere(wanted: Uint8Array, bytes: DataView, from: number): boolean {
  for (let i = wanted.length - 1; i >= 0; i--) if (wanted[i] !== bytes.getUint8(from + i)) return false
  return true
}

/** Puts a second and the digits of its fraction. */
function putSecond(to: DataView, at: number, second: Uint8Array, bytes: DataView, from: number, end: number): number {
  to.setUint8(at, QUOTE)
  for (let i = 0; i < ISO_SECOND; i++) to.setUint8(at + 1 + i, second[i] as number)
  let next = at + 1 + ISO_SECOND
  to.setUint8(next++, DOT)
  for (let i = from; i < end; i++) to.setUint8(next++, bytes.getUint8(i))
  to.setUint8(next, LETTER_Z)
  to.setUint8(next + 1, QUOTE)
  return next + 2
}

/** Puts a text of ASCII in which nothing is escaped. */
function putAscii(to: DataView, at: number, text: string): number {
  to.setUint8(at, QUOTE)
  for (let i = 0; i < text.length; i++) to.setUint8(at + 1 + i, text.charCodeAt(i))
  to.setUint8(at + 1 + text.length, QUOTE)
  return at + text.length + 2
}

/** A number as the interpreter reads it: whole ones keep their digits. */
function numberAt(bytes: DataView, from: number, end: number): Value | undefined {
  const text = asciiOf(bytes, from, end)
  const value = Number(text)
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value
  return /^-?\d+$/.test(text) ? text : undefined
}
