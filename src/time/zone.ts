// Local times to instants, by a fixed offset or by the rules of a zone of the IANA database as Intl knows them. The answer
// for one local time is always the same, whatever lines stood before it, so that a line read twice makes one document.

import { SluiceError } from '#errors'

/** Milliseconds since 1970 of a local time, from what they would be if that time were UTC. */
export type Zone = (localMs: number) => number

/** What the `timezone` options of formats say of themselves. */
export const timezoneDescription =
  'Zone of times that name none: a name of the IANA database such as `Asia/Seoul`, `UTC`, or an offset such as `+09:00`. Where it is left out: the zone of this machine. A local time that comes twice, when clocks are set back, is taken for the first; one that is skipped counts on from the hour before it. A year or date that a time leaves out is found by the date in the file’s name, the time of its last change and the order of its lines, and never lies behind the reading of the line.'

export const utc: Zone = localMs => localMs

/** How far a zone is ahead of UTC at an instant, in milliseconds. */
export type OffsetAt = (utcMs: number) => number

/**
 * A zone by its IANA name or offset; that of this machine where none is named.
 * @throws SluiceError E_PARSE_OPTION for a name that is none
 */
export function zone(name?: string): Zone {
  const offset = offsetOf(name)
  if (offset === 0) return utc
  return typeof offset === 'number' ? localMs => localMs - offset : remembered(offset)
}

/**
 * The offset of a zone, by its IANA name or offset; that of this machine where none is named.
 * @throws SluiceError E_PARSE_OPTION for a name that is none
 */
export function offsetAt(name?: string): OffsetAt {
  const offset = offsetOf(name)
  return typeof offset === 'number' ? () => offset : offset
}

/** Milliseconds ahead of UTC, where they are always the same. */
function offsetOf(name = new Intl.DateTimeFormat().resolvedOptions().timeZone): number | OffsetAt {
  if (/^(?:UTC|GMT|Z|Etc\/UTC)$/i.test(name)) return 0
  const fixed = /^([+-])(\d\d)(?::?([0-5]\d))?$/.exec(name)
  if (fixed !== null) {
    const aheadMs = (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3] ?? 0)) * MINUTE_MS
    if (Math.abs(aheadMs) < DAY_MS) return aheadMs
  }
  try {
    return offsets(name)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const message = `"timezone" is ${JSON.stringify(name)}; allowed: a name of the IANA database such as "Asia/Seoul", "UTC", or an offset such as "+09:00"`
    throw new SluiceError('E_PARSE_OPTION', message, { context: { option: 'timezone', found: name } })
  }
}

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** @throws RangeError where there is no such zone */
function offsets(timeZone: string): OffsetAt {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
  return utcMs => {
    const said = format.formatToParts(utcMs).find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const parts = /([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(said)
    if (parts === null) return 0
    const seconds = Number(parts[2]) * 3600 + Number(parts[3]) * 60 + Number(parts[4] ?? 0)
    return (parts[1] === '-' ? -1000 : 1000) * seconds
  }
}

/** Intl takes microseconds for each answer, which holds for the whole hour unless clocks are changed within it. */
function remembered(offset: OffsetAt): Zone {
  let hour = Number.NaN
  let aheadMs = 0
  return localMs => {
    const here = Math.floor(localMs / HOUR_MS)
    if (here === hour) return localMs - aheadMs
    const [first, last] = [here * HOUR_MS, here * HOUR_MS + HOUR_MS - 1]
    const firstAheadMs = first - instant(first, offset)
    if (firstAheadMs !== last - instant(last, offset)) return instant(localMs, offset)
    hour = here
    aheadMs = firstAheadMs
    return localMs - aheadMs
  }
}

/** No zone is a day from UTC, and none changes its clocks twice in two days. */
function instant(localMs: number, offset: OffsetAt): number {
  const before = localMs - offset(localMs - DAY_MS)
  const after = localMs - offset(localMs + DAY_MS)
  const isBefore = before + offset(before) === localMs
  const isAfter = after + offset(after) === localMs
  if (isBefore && isAfter) return Math.min(before, after)
  return isAfter ? after : before
}
