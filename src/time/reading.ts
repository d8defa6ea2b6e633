// Times as producers write them, to epoch milliseconds. What is no time, such as the 31st of February, is NaN and never
// rolled over to another day. Arithmetic on character codes takes less time than expressions or `Date.parse`.

import type { Reading } from './missing-year.ts'
import type { Zone } from './zone.ts'

/**
 * Reads one way of writing a time: epoch milliseconds, NaN where the text is not a time written so. A way that leaves out
 * the year or the date needs to know how the line was read.
 */
export type TimeReader = (text: string, reading?: Reading) => number

/** Numbers of months by `monthKey` of their English names. */
export const MONTHS = new Map(
  ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((name, i) => [
    monthKey(name, 0),
    i + 1
  ])
)
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
/** The years 1 to 9999, which ISO 8601 writes in four digits. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z')
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z')

/** The Common Log Format's `20/Nov/2026:23:11:52 +0900`, strftime's `%d/%b/%Y:%H:%M:%S %z`. */
export function clf(text: string): number {
  if (text.length !== 26 || !hasAll(text, CLF_MARKS)) return Number.NaN
  const zone = zoneMs(text, 21, digits(text, 22, 2), digits(text, 24, 2))
  const day = dayMs(digits(text, 7, 4), MONTHS.get(monthKey(text, 3)) ?? Number.NaN, digits(text, 0, 2))
  return withinTime(day + clockMs(digits(text, 12, 2), digits(text, 15, 2), digits(text, 18, 2)) - zone)
}
const CLF_MARKS = marks('__/___/____:__:__:__ ')

/**
 * ISO 8601 as `2026-11-20T23:11:52+09:00`: with `Z`, `+09:00`, `+0900` or `+09` for the zone, and a fraction of the
 * second after `.` or `,`, of which what is finer than a millisecond is cut off. Without a zone it is not read: what it
 * means depends on where it was written.
 */
export const iso8601: TimeReader = text => readIso(text)

/** ISO 8601 as above, where a blank may stand for the T and the zone may be left out. */
export function looseIso8601(zone: Zone): TimeReader {
  return text => readIso(text, zone)
}

function readIso(text: string, zone?: Zone): number {
  const isMarked = hasAll(text, ISO_MARKS) || (zone !== undefined && hasAll(text, BLANK_ISO_MARKS))
  if (text.length < 19 || !isMarked) return Number.NaN
  const end = text.charCodeAt(19)
  const hasFraction = end === DOT || end === COMMA
  const zoneAt = hasFraction ? endOfDigits(text, 20) : 19
  if (hasFraction && zoneAt === 20) return Number.NaN
  const day = dayMs(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2))
  const clock = clockMs(digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2))
  const local = day + clock + (hasFraction ? fractionMs(text, 20, zoneAt) : 0)
  if (zoneAt < text.length) return withinTime(local - isoZoneMs(text, zoneAt))
  return zone === undefined || Number.isNaN(local) ? Number.NaN : withinTime(zone(local))
}
const ISO_MARKS = marks('____-__-__T__:__:__')
const BLANK_ISO_MARKS = marks('____-__-__ __:__:__')

/** Seconds since 1970 with or without a fraction, as `1795183912.345`; what is finer than a millisecond is cut off. */
export function epochSeconds(text: string): number {
  const end = endOfDigits(text, 0)
  if (end === 0 || end > 12) return Number.NaN
  const seconds = digits(text, 0, end)
  if (end === text.length) return withinTime(seconds * 1000)
  if (text.charCodeAt(end) !== DOT || end + 1 === text.length) return Number.NaN
  if (endOfDigits(text, end + 1) !== text.length) return Number.NaN
  return withinTime(seconds * 1000 + fractionMs(text, end + 1, text.length))
}

/** The time since 1970 in a unit of which `places` digits make a second, with or without a fraction. */
export function epoch(places: number): TimeReader {
  if (places === 0) return epochSeconds
  return text => {
    const whole = text.slice(0, endOfDigits(text, 0)).padStart(places + 1, '0')
    const isNumber = /^\d+(?:\.\d+)?$/.test(text)
    return isNumber ? epochSeconds(`${whole.slice(0, -places)}.${whole.slice(-places)}`) : Number.NaN
  }
}

/**
 * Turns texts into what `@timestamp` takes, ISO 8601 in UTC with milliseconds; undefined where the text is no time.
 * It remembers the last text, because lines of one second stand together.
 */
export function timestamps(read: TimeReader): (text: string, reading?: Reading) => string | undefined {
  const write = isoWriter()
  let lastText = ''
  let lastReading: Reading | undefined
  let last: string | undefined
  return (text, reading) => {
    if (text === lastText && reading === lastReading) return last
    lastText = text
    lastReading = reading
    const ms = read(text, reading)
    last = Number.isNaN(ms) ? undefined : write(ms)
    return last
  }
}

/**
 * Writes epoch milliseconds as ISO 8601 in UTC. It remembers the last minute, because `Date.prototype.toISOString` takes
 * several times longer than all the rest.
 */
export function isoWriter(): (ms: number) => string {
  let minute = Number.NaN
  let prefix = ''
  return ms => {
    const inMinute = ((ms % MINUTE_MS) + MINUTE_MS) % MINUTE_MS
    if (ms - inMinute !== minute) {
      minute = ms - inMinute
      prefix = new Date(minute).toISOString().slice(0, 17)
    }
    return `${prefix}${SECONDS[Math.floor(inMinute / 1000)]}${MILLISECONDS[inMinute % 1000]}`
  }
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const SECONDS = Array.from({ length: 60 }, (_, second) => `${String(second).padStart(2, '0')}.`)
const MILLISECONDS = Array.from({ length: 1000 }, (_, ms) => `${String(ms).padStart(3, '0')}Z`)

const DOT = 0x2e
const COMMA = 0x2c
const COLON = 0x3a
const ZERO = 0x30

/** Three ASCII characters as one number, which a map finds faster than a piece of text; -1 for others. */
export function monthKey(text: string, at: number): number {
  const [first, second, third] = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)]
  return (first | second | third) < 128 ? (first << 16) | (second << 8) | third : -1
}

/** Milliseconds of midnight UTC, by Howard Hinnant's days_from_civil; NaN where there is no such day. */
export function dayMs(year: number, month: number, day: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const last = month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0)
  if (!(day >= 1 && day <= last)) return Number.NaN
  const shifted = month > 2 ? year : year - 1
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return (era * 146_097 + dayOfEra - 719_468) * DAY_MS
}

export function clockMs(hour: number, minute: number, second: number): number {
  return hour < 24 && minute < 60 && second < 60 ? ((hour * 60 + minute) * 60 + second) * 1000 : Number.NaN
}

/** Milliseconds that a zone is ahead of UTC, its sign standing at `signAt`. */
function zoneMs(text: string, signAt: number, hours: number, minutes: number): number {
  const sign = text[signAt]
  if (!(hours < 24 && minutes < 60) || (sign !== '+' && sign !== '-')) return Number.NaN
  return (sign === '+' ? 1 : -1) * (hours * 60 + minutes) * 60_000
}

function isoZoneMs(text: string, at: number): number {
  const length = text.length - at
  if (length === 1) return text[at] === 'Z' ? 0 : Number.NaN
  if (length === 3) return zoneMs(text, at, digits(text, at + 1, 2), 0)
  if (length === 5) return zoneMs(text, at, digits(text, at + 1, 2), digits(text, at + 3, 2))
  if (length !== 6 || text.charCodeAt(at + 3) !== COLON) return Number.NaN
  return zoneMs(text, at, digits(text, at + 1, 2), digits(text, at + 4, 2))
}

/** The digits from `from` to `to` as milliseconds of a fraction of a second. */
function fractionMs(text: string, from: number, to: number): number {
  let ms = 0
  for (let i = from; i < from + 3; i++) ms = ms * 10 + (i < to ? text.charCodeAt(i) - ZERO : 0)
  return ms
}

/** The number that `length` digits at `from` make; NaN where one of them is no digit. */
export function digits(text: string, from: number, length: number): number {
  let value = 0
  for (let i = from; i < from + length; i++) {
    const digit = text.charCodeAt(i) - ZERO
    if (!(digit >= 0 && digit <= 9)) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

export function endOfDigits(text: string, from: number): number {
  let at = from
  while (at < text.length && text.charCodeAt(at) >= ZERO && text.charCodeAt(at) < COLON) at++
  return at
}

export function withinTime(ms: number): number {
  return ms >= FIRST_MS && ms <= LAST_MS ? ms : Number.NaN
}

/** Position and character code, one after the other, of what is not `_` in a template. */
function marks(template: string): readonly number[] {
  return [...template].flatMap((mark, at) => (mark === '_' ? [] : [at, mark.charCodeAt(0)]))
}

function hasAll(text: string, expected: readonly number[]): boolean {
  for (let i = 0; i < expected.length; i += 2) {
    if (text.charCodeAt(expected[i] ?? 0) !== expected[i + 1]) return false
  }
  return true
}
