// Times by a format of strftime, as C, Python and many others write them, compiled to closures over character codes. The
// name of a month or day is English, or of the language that is named, whatever the locale of this machine, and no other
// day is ever made of a wrong date.

import { COMPOSED, DIRECTIVES, type Directive, NO_ZONE, noDirective, type Parts } from './directives.ts'
import { readerAt, type TimeReaderAt } from './in-bytes.ts'
import { localDirectives } from './locale.ts'
import { missingDay, missingYear, type Reading } from './missing-year.ts'
import { clockMs, dayMs, digits, endOfDigits, type TimeReader, withinTime } from './reading.ts'
import type { Zone } from './zone.ts'

/** A compiled format. */
export interface TimeFormat {
  /**
   * Epoch milliseconds; NaN where the text is no such time. A year or a date that the format leaves out is found by the
   * reading of the line; it is NaN without one, and always where the format does not say so much as the hour.
   */
  readonly read: TimeReader
  /** A time written so. */
  readonly example: string
  /** Whether the format says the day, and thus an instant. */
  readonly isDated: boolean
  /** Whether it says an instant once its missing year or date is found by a reading; true as well where none is missing. */
  readonly isDatable: boolean
  /** How many characters each time takes, where strftime writes them all in the same number. */
  readonly width: number | undefined
  /** Where the time that begins at `from` ends; -1 where none does. */
  end(text: string, from: number): number
  /** The same as `read`, where the time of a format stands in bytes that leaves nothing to the reading of the line. */
  readonly readAt?: TimeReaderAt
}

/**
 * A reader of times as strftime writes them with this format. The flag of `%-d` is taken as glibc has it; `%1f` to
 * `%9f` are fractions of just so many digits, and `%-3f` milliseconds without zeros before them; `%Q` is the time since 1970 in milliseconds.
 * @param zone that of times which name none
 * @param locale language of names of months and days
 * @throws SluiceError E_PARSE_PATTERN for a directive that is not known; E_PARSE_OPTION for a language that is not
 */
export function strptime(format: string, zone: Zone, locale?: string): TimeFormat {
  const directives = compile(
    format,
    locale === undefined ? DIRECTIVES : new Map([...DIRECTIVES, ...localDirectives(locale)])
  )
  const says = new Set(directives.map(directive => directive.says))
  const minuteOf = minuteReader(says)
  const parts: Parts = { ...UNREAD }
  const end = (text: string, from: number): number => readAll(directives, text, from, parts)
  const common = {
    example: directives.map(({ example }) => example).join(''),
    width: widthOf(directives),
    isDated: minuteOf !== undefined,
    end
  }
  if (minuteOf !== undefined) {
    const read = datedReader(directives, minuteOf, zone)
    const { head, tail } = split(directives)
    const [width, tailWidth] = [widthOf(head), widthOf(tail)]
    const isFixed = width !== undefined && tailWidth !== undefined && /^\p{ASCII}*$/u.test(common.example)
    const readAt = isFixed ? readerAt(width, tail, read) : undefined
    return { ...common, isDatable: true, read, ...(readAt && { readAt }) }
  }
  const find = dateFinder(says)
  return {
    ...common,
    isDatable: find !== undefined,
    read(text, reading) {
      if (find === undefined || reading === undefined) return Number.NaN
      Object.assign(parts, UNREAD)
      return end(text, 0) === text.length ? withinTime(find(parts, zone, reading)) : Number.NaN
    }
  }
}

/** Reads what stays the same from line to line only when it changes. */
function datedReader(directives: readonly Directive[], minuteOf: MinuteReader, zone: Zone): TimeReader {
  const { head, tail } = split(directives)
  const parts: Parts = { ...UNREAD }
  const width = widthOf(head)
  let prefix = UNKNOWN
  let prefixMs = Number.NaN
  return text => {
    parts.second = 0
    parts.ms = 0
    let at = width ?? -1
    if (width === undefined || !text.startsWith(prefix)) {
      parts.zoneMinutes = NO_ZONE
      at = readAll(head, text, 0, parts)
      // Where a year stands behind them the seconds are in the head.
      prefixMs = at === -1 ? Number.NaN : minuteOf(parts, zone) + parts.second * 1000 + parts.ms
      // Numbers may come without their zeros.
      prefix = at === width ? text.slice(0, at) : UNKNOWN
      parts.second = 0
      parts.ms = 0
    }
    if (at !== -1) at = readAll(tail, text, at, parts)
    return at === text.length ? withinTime(prefixMs + parts.second * 1000 + parts.ms) : Number.NaN
  }
}

const UNKNOWN = '\0'
const UNREAD: Parts = {
  year: 0,
  month: 0,
  day: 0,
  dayOfYear: 0,
  hour: 0,
  isAfternoon: false,
  minute: 0,
  second: 0,
  ms: 0,
  zoneMinutes: NO_ZONE,
  epochSeconds: 0
}

function readAll(directives: readonly Directive[], text: string, from: number, parts: Parts): number {
  let at = from
  for (const { read } of directives) {
    at = read(text, at, parts)
    if (at === -1) return -1
  }
  return at
}

function compile(format: string, known: typeof DIRECTIVES): Directive[] {
  const directives: Directive[] = []
  for (const { 0: written, index, groups } of format.matchAll(/%-?(?<letter>[1-9]f|.?)|[^%]+/gsu)) {
    const letter = groups?.letter
    if (letter === undefined) directives.push(literal(written))
    else if (letter === '%') directives.push(literal('%'))
    else {
      const found = named(letter, written.startsWith('%-'), known)
      if (found === undefined) throw noDirective(written, index, format)
      directives.push(...found)
    }
  }
  return directives
}

function named(letter: string, isUnpadded: boolean, known: typeof DIRECTIVES): readonly Directive[] | undefined {
  const composed = COMPOSED.get(letter)
  if (composed !== undefined) return compile(composed, known)
  const directive = known.get(letter)
  if (directive === undefined || !isUnpadded) return directive && [directive]
  const { width: _, ...unpadded } = directive
  return letter === '3f' ? [{ ...unpadded, read: wholeMilliseconds }] : [unpadded]
}

/** Milliseconds as a number that has no zeros before it, so that `9` is 9 ms. */
const wholeMilliseconds: Directive['read'] = (text, at, parts) => {
  const end = Math.min(endOfDigits(text, at), at + 3)
  if (end === at) return -1
  parts.ms = digits(text, at, end - at)
  return end
}

function literal(text: string): Directive {
  const read: Directive['read'] = (line, at) => (line.startsWith(text, at) ? at + text.length : -1)
  return { read, example: text, width: text.length, says: 'text' }
}

/** Parts what stays the same from line to line from the seconds at the end, so that most often only those are read. */
function split(directives: readonly Directive[]): Readonly<Record<'head' | 'tail', readonly Directive[]>> {
  const at = directives.findIndex(({ says }) => says === 'second' || says === 'fraction')
  const tail = at === -1 ? [] : directives.slice(at)
  const isTail = tail.every(({ says }) => says === 'second' || says === 'fraction' || says === 'text')
  return isTail ? { head: directives.slice(0, directives.length - tail.length), tail } : { head: directives, tail: [] }
}

function widthOf(directives: readonly Directive[]): number | undefined {
  let sum = 0
  for (const { width } of directives) {
    if (width === undefined) return undefined
    sum += width
  }
  return sum
}

/** Epoch milliseconds of the minute that parts say. */
type MinuteReader = (parts: Parts, zone: Zone) => number

/** How parts make a minute; undefined where they do not say the day. */
function minuteReader(says: ReadonlySet<Directive['says']>): MinuteReader | undefined {
  const isHalfDay = says.has('halfDay')
  if (says.has('epoch')) return ({ epochSeconds }) => epochSeconds * 1000
  if (!says.has('year')) return undefined
  if (says.has('month') && says.has('day')) {
    return (parts, zone) => minuteOn(dayMs(parts.year, parts.month, parts.day), parts, isHalfDay, zone)
  }
  return says.has('dayOfYear') ? (parts, zone) => minuteOn(dayOfYearMs(parts), parts, isHalfDay, zone) : undefined
}

function minuteOn(midnightMs: number, parts: Parts, isHalfDay: boolean, zone: Zone): number {
  const hour = isHalfDay ? (parts.hour % 12) + (parts.isAfternoon ? 12 : 0) : parts.hour
  const localMs = midnightMs + clockMs(hour, parts.minute, 0)
  if (Number.isNaN(localMs)) return Number.NaN
  return parts.zoneMinutes === NO_ZONE ? zone(localMs) : localMs - parts.zoneMinutes * MINUTE_MS
}

/** Finds the year, or the date, that parts leave out; undefined where they do not say so much as the hour. */
function dateFinder(
  says: ReadonlySet<Directive['says']>
): ((parts: Parts, zone: Zone, reading: Reading) => number) | undefined {
  const isHalfDay = says.has('halfDay')
  const instant = (midnightMs: number, parts: Parts, zone: Zone): number =>
    minuteOn(midnightMs, parts, isHalfDay, zone) + parts.second * 1000 + parts.ms
  if (says.has('month') && says.has('day')) {
    return (parts, zone, reading) =>
      missingYear(year => instant(dayMs(year, parts.month, parts.day), parts, zone), reading)
  }
  if (says.has('year') || says.has('month') || says.has('day') || !(isHalfDay || says.has('hour'))) return undefined
  return (parts, zone, reading) => missingDay(midnightMs => instant(midnightMs, parts, zone), reading)
}

function dayOfYearMs({ year, dayOfYear }: Parts): number {
  const ms = dayMs(year, 1, 1) + (dayOfYear - 1) * DAY_MS
  return ms < dayMs(year, 12, 31) + DAY_MS ? ms : Number.NaN
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
