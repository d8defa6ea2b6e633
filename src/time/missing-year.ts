// The year, or the whole date, that a time leaves out. It is the last one that does not lie behind the writing of the file;
// a date in the file's name, and the order of its lines, decide where that one may be a whole turn too late.

/** What is known of when a line was written beside what it says. There is one for each file, kept while it is read. */
export interface Reading {
  /** Of the file, as it was first seen; its name may say a date. */
  readonly path: string
  /** When the line was read, in milliseconds since 1970. */
  readMs: number
  /** When the file was last written, in milliseconds since 1970, where that is known. */
  modifiedMs: number | undefined
  /** The time of the line before it that left out its date. */
  lastMs?: number
  /** Whether a header stood before it that says how it is read. */
  hasHeader?: boolean
}

/** How far a writer's clock may be ahead of the file's time. */
const YEAR_SKEW_MS = 86_400_000
const DAY_SKEW_MS = 600_000
/** A file whose name says a date within so much of its last line holds lines of one year only. */
const SURE_MS = 300 * 86_400_000
const DAY_MS = 86_400_000
/** There is a 29th of February at least once in eight years. */
const LEAP_YEARS = 8

/**
 * Finds the year of a time that leaves it out.
 * @param at the instant that it is in a year, in milliseconds since 1970; NaN where that year has no such day
 * @returns milliseconds since 1970, never more than a day after the file was last written or the line read
 */
export function missingYear(at: (year: number) => number, reading: Reading): number {
  const latest = writtenBy(reading) + YEAR_SKEW_MS
  const named = dateInName(reading.path)
  const isSure = named === undefined || latest - named < SURE_MS
  const found = isSure ? lastYear(at, latest) : nearestYear(at, Math.max(named, reading.lastMs ?? named), latest)
  if (!Number.isNaN(found)) reading.lastMs = found
  return found
}

/**
 * Finds the day of a time that says the hour alone: that of the file's name, and those after it as often as the hours
 * begin anew, or without one the last that has passed.
 * @param at the instant that it is on a day, given by its midnight in UTC
 * @returns milliseconds since 1970, never more than ten minutes after the file was last written or the line read
 */
export function missingDay(at: (midnightMs: number) => number, reading: Reading): number {
  const latest = writtenBy(reading) + DAY_SKEW_MS
  const named = dateInName(reading.path)
  let day = midnight(latest) + DAY_MS
  if (named !== undefined) {
    const earliest = (reading.lastMs ?? 0) - DAY_MS / 2
    day = Math.max(named, midnight(earliest) - DAY_MS)
    while (at(day) < earliest) day += DAY_MS
  }
  const behindMs = at(day) - latest
  if (behindMs > 0) day -= Math.ceil(behindMs / DAY_MS) * DAY_MS
  while (at(day) > latest) day -= DAY_MS
  const found = at(day)
  if (!Number.isNaN(found)) reading.lastMs = found
  return found
}

function writtenBy({ readMs, modifiedMs = readMs }: Reading): number {
  return Math.min(readMs, modifiedMs)
}

function midnight(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS
}

function lastYear(at: (year: number) => number, latest: number): number {
  const year = yearOf(latest)
  // In some zones the next year has begun.
  for (let back = -1; back <= LEAP_YEARS; back++) {
    const ms = at(year - back)
    if (ms <= latest) return ms
  }
  return Number.NaN
}

function nearestYear(at: (year: number) => number, anchor: number, latest: number): number {
  const year = yearOf(anchor)
  let nearest = Number.NaN
  for (let ahead = -LEAP_YEARS; ahead <= LEAP_YEARS; ahead++) {
    const ms = at(year + ahead)
    if (ms <= latest && !(Math.abs(ms - anchor) >= Math.abs(nearest - anchor))) nearest = ms
  }
  return nearest
}

let yearBegin = 0
let yearEnd = 0
let yearNumber = 0

/** Remembered, because most are asked of the same year. */
function yearOf(ms: number): number {
  if (ms >= yearBegin && ms < yearEnd) return yearNumber
  yearNumber = new Date(ms).getUTCFullYear()
  yearBegin = Date.UTC(yearNumber, 0)
  yearEnd = Date.UTC(yearNumber + 1, 0)
  return yearNumber
}

const NAME_DATE =
  /(?<!\d)(?<year>(?:19|20)\d\d)(?<between>[-_.]?)(?<month>0[1-9]|1[0-2])\k<between>(?<day>0[1-9]|[12]\d|3[01])(?!\d(?!\d{3}))[^/\\]*$/

let namedPath = ''
let namedMs: number | undefined

/** Midnight in UTC of the date in a file's name, as in `app-2026-01-02.log`, `messages-20260102` or klog's `.20260102-150405.`. */
function dateInName(path: string): number | undefined {
  if (path === namedPath) return namedMs
  const { year, month, day } = NAME_DATE.exec(path)?.groups ?? {}
  namedPath = path
  namedMs = year === undefined ? undefined : Date.UTC(Number(year), Number(month) - 1, Number(day))
  return namedMs
}
