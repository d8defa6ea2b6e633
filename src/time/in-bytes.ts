// Times where they stand in bytes, by a format that writes all of them in as many characters of ASCII. What stays the same
// from line to line is only compared, and whatever does not look as times mostly do is read as text.

import type { Directive } from './directives.ts'
import { type TimeReader, withinTime } from './reading.ts'

/** Epoch milliseconds of the time that stands there, in UTF-8; NaN where none does. */
export type TimeReaderAt = (bytes: Buffer, from: number, to: number) => number

/**
 * @param head directives of what stays the same for long, as many characters as they write
 * @param tail those of seconds, of their fraction and of what stands between; undefined where there is more of them
 */
export function readerAt(headWidth: number, tail: readonly Directive[], read: TimeReader): TimeReaderAt | undefined {
  const placed = placesOf(tail)
  const [second, ...seconds] = placed.filter(({ says }) => says === 'second')
  const [fraction, ...fractions] = placed.filter(({ says }) => says === 'fraction')
  if (seconds.length > 0 || fractions.length > 0) return undefined
  const unit = fraction === undefined ? 1 : 10 ** (fraction.end - fraction.begin)
  const marks = placed.filter(({ says }) => says === 'text')
  const width = headWidth + (placed.at(-1)?.end ?? 0)
  let known: Buffer | undefined
  let knownMs = Number.NaN

  /** Milliseconds of the seconds that stand there in full; NaN where they do not. */
  function tailMs(bytes: Buffer, at: number): number {
    for (const { begin, example } of marks) if (!isSame(example, bytes, at + begin)) return Number.NaN
    const whole = second === undefined ? 0 : digitsAt(bytes, at + second.begin, at + second.end)
    if (!(whole < 60)) return Number.NaN
    if (fraction === undefined) return whole * 1000
    const rest = digitsAt(bytes, at + fraction.begin, at + fraction.end)
    return whole * 1000 + Math.floor((rest * 1000) / unit)
  }

  return (bytes, from, to) => {
    const ms = to - from === width ? tailMs(bytes, from + headWidth) : Number.NaN
    if (known !== undefined && !Number.isNaN(ms) && isSame(known, bytes, from)) return withinTime(knownMs + ms)
    const found = read(bytes.toString('utf8', from, to))
    // Where all is as wide as it can be, what stands before the seconds says the same before any.
    if (!Number.isNaN(found - ms)) {
      known = Buffer.from(bytes.subarray(from, from + headWidth))
      knownMs = found - ms
    }
    return found
  }
}

interface Placed {
  readonly says: Directive['says'] | undefined
  readonly begin: number
  readonly end: number
  readonly example: Buffer
}

function placesOf(directives: readonly Directive[]): Placed[] {
  let end = 0
  return directives.map(({ says, example, width = 0 }) => {
    end += width
    return { says, begin: end - width, end, example: Buffer.from(example) }
  })
}

function isSame(known: Buffer, bytes: Buffer, from: number): boolean {
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[from + i]) return false
  return true
}

function digitsAt(bytes: Buffer, from: number, to: number): number {
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = (bytes[i] as number) - ZERO
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

const ZERO = 0x30
