// What each directive of strftime writes, read back from a place in a text. Names of months and days are English, as in
// the C locale; numbers may come without the zeros that strftime puts before them.

import { SluiceError } from '#errors'
import { digits, endOfDigits, MONTHS, monthKey } from './reading.ts'

/** What the directives of one format found in a text. */
export interface Parts {
  year: number
  month: number
  day: number
  dayOfYear: number
  hour: number
  isAfternoon: boolean
  minute: number
  second: number
  ms: number
  /** Minutes that the text's own zone is ahead of UTC; NO_ZONE where it names none. */
  zoneMinutes: number
  epochSeconds: number
}

export const NO_ZONE = -1_000_000

/** Reads what stands at a place; returns where it ends, -1 where it is something else. */
export type Read = (text: string, at: number, parts: Parts) => number

export interface Directive {
  readonly read: Read
  /** What it writes of a certain moment. */
  readonly example: string
  /** How many characters strftime writes, where that is always the same. */
  readonly width?: number
  /** What of a time it says, where that decides how the time is put together. */
  readonly says?: 'year' | 'month' | 'day' | 'dayOfYear' | 'halfDay' | 'hour' | 'second' | 'fraction' | 'epoch' | 'text'
}

type NumberPart = { [Part in keyof Parts]: Parts[Part] extends number ? Part : never }[keyof Parts]

/** A number of at most `width` digits, which strftime pads to that width with zeros, or with blanks for `padding` ' '. */
function number(part: NumberPart, width: number, min: number, max: number, padding: '0' | ' ' = '0'): Read {
  return (text, at, parts) => {
    const limit = at + width
    const from = padding === ' ' && text.charCodeAt(at) === BLANK ? at + 1 : at
    let end = from
    let value = 0
    for (; end < limit; end++) {
      const digit = text.charCodeAt(end) - ZERO
      if (!(digit >= 0 && digit <= 9)) break
      value = value * 10 + digit
    }
    if (end === from || value < min || value > max) return -1
    parts[part] = value
    return end
  }
}

/** The years from 1969 to 2068, as POSIX has it. */
const shortYear: Read = (text, at, parts) => {
  const value = digits(text, at, 2)
  if (Number.isNaN(value)) return -1
  parts.year = value + (value < 69 ? 2000 : 1900)
  return at + 2
}

/** The first `width` digits of a fraction, of at most nine; what is finer than a millisecond is cut off. */
function fraction(width?: number): Read {
  return (text, at, parts) => {
    // CPython's logging formats with time.strftime, which knows no %f and leaves it as it stands.
    if (width === undefined && text.startsWith('%f', at)) return at + 2
    const end = Math.min(endOfDigits(text, at), at + (width ?? 9))
    if (end === at || (width !== undefined && end < at + width)) return -1
    const kept = Math.min(end - at, 3)
    parts.ms = digits(text, at, kept) * 10 ** (3 - kept)
    return end
  }
}

const epochMilliseconds: Read = (text, at, parts) => {
  const end = endOfDigits(text, at)
  if (end - at < 4 || end - at > 15) return -1
  parts.epochSeconds = digits(text, at, end - at - 3)
  parts.ms = digits(text, end - 3, 3)
  return end
}

export const MONTH_NAMES =
  'January February March April May June July August September October November December'.split(' ')
export const DAY_NAMES = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ')
const DAYS = new Set(DAY_NAMES.map(name => monthKey(name, 0)))

const shortMonth: Read = (text, at, parts) => {
  const month = MONTHS.get(monthKey(text, at))
  if (month === undefined) return -1
  parts.month = month
  return at + 3
}

const longMonth: Read = (text, at, parts) => {
  const name = MONTH_NAMES[(MONTHS.get(monthKey(text, at)) ?? 0) - 1]
  return name !== undefined && text.startsWith(name, at) ? shortMonth(text, at, parts) + name.length - 3 : -1
}

const shortDay: Read = (text, at) => (DAYS.has(monthKey(text, at)) ? at + 3 : -1)

const longDay: Read = (text, at) => {
  const name = DAY_NAMES.find(day => text.startsWith(day, at))
  return name === undefined ? -1 : at + name.length
}

const halfOfDay: Read = (text, at, parts) => {
  const half = text.slice(at, at + 2).toUpperCase()
  if (half !== 'AM' && half !== 'PM') return -1
  parts.isAfternoon = half === 'PM'
  return at + 2
}

/** `+0900`, `+09:00` or `Z`; nothing for a time that knows no zone. */
const offset: Read = (text, at, parts) => {
  const sign = text[at]
  if (sign === 'Z') parts.zoneMinutes = 0
  if (sign === 'Z') return at + 1
  if (sign !== '+' && sign !== '-') return at
  const minutesAt = text[at + 3] === ':' ? at + 4 : at + 3
  const [hours, minutes] = [digits(text, at + 1, 2), digits(text, minutesAt, 2)]
  if (!(hours < 24 && minutes < 60)) return -1
  parts.zoneMinutes = (sign === '-' ? -1 : 1) * (hours * 60 + minutes)
  return minutesAt + 2
}

/**
 * `UTC`, `GMT` and `Z` are what they say; numbers, which zones without a name of their own have, are offsets; all others,
 * such as `KST`, name the zone of the writer, which the format's zone is.
 */
const zoneName: Read = (text, at, parts) => {
  const found = /[A-Za-z]+|[+-]\d\d(?:\d\d)?/y
  found.lastIndex = at
  const name = found.exec(text)?.[0]
  if (name === undefined) return at
  if (/^(?:UTC|GMT|Z)$/.test(name)) parts.zoneMinutes = 0
  else if (name.length === 3 && /^[+-]/.test(name)) parts.zoneMinutes = Number(name) * 60
  else if (/^[+-]/.test(name)) return offset(text, at, parts)
  return at + name.length
}

function skipped(width: number): Read {
  return (text, at) => (endOfDigits(text, at) >= at + width ? at + width : -1)
}

/** By letter; see strftime in POSIX.1-2024, with `%e`, `%f`, `%h`, `%k`, `%l` and `%s` of glibc and Python. */
export const DIRECTIVES: ReadonlyMap<string, Directive> = new Map<string, Directive>(
  Object.entries<Directive>({
    Y: { example: '2026', read: number('year', 4, 1, 9999), width: 4, says: 'year' },
    y: { example: '26', read: shortYear, width: 2, says: 'year' },
    m: { example: '11', read: number('month', 2, 1, 12), width: 2, says: 'month' },
    b: { example: 'Nov', read: shortMonth, width: 3, says: 'month' },
    h: { example: 'Nov', read: shortMonth, width: 3, says: 'month' },
    B: { example: 'November', read: longMonth, says: 'month' },
    d: { example: '20', read: number('day', 2, 1, 31, ' '), width: 2, says: 'day' },
    e: { example: '20', read: number('day', 2, 1, 31, ' '), width: 2, says: 'day' },
    j: { example: '324', read: number('dayOfYear', 3, 1, 366), width: 3, says: 'dayOfYear' },
    H: { example: '23', read: number('hour', 2, 0, 23), width: 2, says: 'hour' },
    k: { example: '23', read: number('hour', 2, 0, 23, ' '), width: 2, says: 'hour' },
    I: { example: '11', read: number('hour', 2, 1, 12), width: 2, says: 'halfDay' },
    l: { example: '11', read: number('hour', 2, 1, 12, ' '), width: 2, says: 'halfDay' },
    p: { example: 'PM', read: halfOfDay, width: 2 },
    P: { example: 'pm', read: halfOfDay, width: 2 },
    M: { example: '11', read: number('minute', 2, 0, 59), width: 2 },
    S: { example: '52', read: number('second', 2, 0, 59), width: 2, says: 'second' },
    f: { example: '915000', read: fraction(), says: 'fraction' },
    a: { example: 'Fri', read: shortDay, width: 3 },
    A: { example: 'Friday', read: longDay },
    u: { example: '5', read: skipped(1), width: 1 },
    w: { example: '5', read: skipped(1), width: 1 },
    U: { example: '46', read: skipped(2), width: 2 },
    W: { example: '46', read: skipped(2), width: 2 },
    V: { example: '47', read: skipped(2), width: 2 },
    G: { example: '2026', read: skipped(4), width: 4 },
    z: { example: '+0900', read: offset },
    Z: { example: 'KST', read: zoneName },
    s: { example: '1795183912', read: number('epochSeconds', 12, 0, 999_999_999_999), says: 'epoch' },
    Q: { example: '1795183912915', read: epochMilliseconds, says: 'epoch' }
  }).concat(
    Array.from({ length: 9 }, (_, index) => {
      const width = index + 1
      const example = '915000000'.slice(0, width)
      return [`${width}f`, { example, read: fraction(width), width, says: 'fraction' }] as const
    })
  )
)

/** Directives that stand for several, as they are in the C locale. */
export const COMPOSED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    F: '%Y-%m-%d',
    D: '%m/%d/%y',
    x: '%m/%d/%y',
    T: '%H:%M:%S',
    X: '%H:%M:%S',
    R: '%H:%M',
    r: '%I:%M:%S %p',
    c: '%a %b %e %H:%M:%S %Y',
    n: '\n',
    t: '\t'
  })
)

/** The error of what is none of them, as it stands in a format. */
export function noDirective(written: string, column: number, format: string): SluiceError {
  const known = [...DIRECTIVES.keys(), ...COMPOSED.keys(), '%'].map(letter => `%${letter}`).join(' ')
  const message = `column ${column + 1}: ${JSON.stringify(written)} is no directive of strftime; allowed: ${known}`
  return new SluiceError('E_PARSE_PATTERN', message, { context: { pattern: format, column } })
}

const BLANK = 0x20
const ZERO = 0x30
