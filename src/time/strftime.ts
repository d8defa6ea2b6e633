// Times as strftime writes them in the C locale, for those who were not sent what a sender would have written.

import { COMPOSED, DAY_NAMES, MONTH_NAMES, noDirective } from './directives.ts'
import { offsetAt } from './zone.ts'

/** An instant in a zone; `local` has the zone's clock as its UTC. */
interface Moment {
  readonly utcMs: number
  readonly local: Date
  readonly aheadMs: number
  readonly zoneName: () => string
}

type Write = (moment: Moment) => string

/**
 * A writer of instants. The flag of `%-d` is taken as glibc has it; names of zones are those of Intl.
 * @param timezone name or offset of a zone; that of this machine where left out
 * @throws SluiceError E_PARSE_PATTERN for a directive that is not known, E_PARSE_OPTION for a zone that is none
 */
export function strftime(format: string, timezone?: string): (utcMs: number) => string {
  const writers = compile(format)
  const offset = offsetAt(timezone)
  return utcMs => {
    const aheadMs = offset(utcMs)
    const moment = { utcMs, aheadMs, local: new Date(utcMs + aheadMs), zoneName: () => zoneName(utcMs, timezone) }
    return writers.map(write => write(moment)).join('')
  }
}

function compile(format: string): Write[] {
  return [...format.matchAll(/%-?(?<letter>[1-9]f|.?)|[^%]+/gsu)].flatMap(({ 0: written, index, groups }) => {
    const letter = groups?.letter
    // CPython's logging formats with time.strftime, which knows no %f and leaves it as it stands.
    if (letter === undefined || written === '%f') return [() => written]
    if (letter === '%') return [() => '%']
    const composed = COMPOSED.get(letter)
    if (composed !== undefined) return compile(composed)
    const write = WRITERS.get(letter)
    if (write === undefined) throw noDirective(written, index, format)
    return [written.startsWith('%-') ? moment => unpadded(write(moment)) : write]
  })
}

const unpadded = (text: string): string => text.replace(/^[0 ]+(?=.)/, '')
const padded = (value: number, width: number, fill = '0'): string => String(value).padStart(width, fill)

const DAY_MS = 86_400_000
const hour12 = ({ local }: Moment): number => ((local.getUTCHours() + 11) % 12) + 1
const dayOfYear = ({ local }: Moment): number =>
  Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0)) / DAY_MS) + 1
/** Weeks that began in the year before or on this day, where they begin on `first`, 0 being Sunday. */
const weekOf = (moment: Moment, first: number): number =>
  Math.floor((dayOfYear(moment) + 6 - ((moment.local.getUTCDay() + 7 - first) % 7)) / 7)
const isoDay = ({ local }: Moment): number => local.getUTCDay() || 7
/** The Thursday of the same week, whose year is the week's. */
const thursday = (moment: Moment): Date => new Date(moment.local.getTime() + (4 - isoDay(moment)) * DAY_MS)
const isoWeek = (moment: Moment): number => {
  const day = thursday(moment)
  return Math.floor((day.getTime() - Date.UTC(day.getUTCFullYear(), 0)) / DAY_MS / 7) + 1
}

function offsetText({ aheadMs }: Moment): string {
  const minutes = Math.trunc(Math.abs(aheadMs) / 60_000)
  return `${aheadMs < 0 ? '-' : '+'}${padded(Math.floor(minutes / 60), 2)}${padded(minutes % 60, 2)}`
}

function zoneName(utcMs: number, timezone: string | undefined): string {
  const zone = timezone === undefined ? {} : { timeZone: timezone }
  const parts = new Intl.DateTimeFormat('en-US', { ...zone, timeZoneName: 'short' }).formatToParts(utcMs)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
}

const monthName = ({ local }: Moment): string => MONTH_NAMES[local.getUTCMonth()] ?? ''
const dayName = (moment: Moment): string => DAY_NAMES[isoDay(moment) - 1] ?? ''
const half = ({ local }: Moment): string => (local.getUTCHours() < 12 ? 'AM' : 'PM')
const fraction = ({ utcMs }: Moment): string => padded(((utcMs % 1_000) + 1_000) % 1_000, 3)

/** The same letters that strptime reads. */
const WRITERS: ReadonlyMap<string, Write> = new Map<string, Write>(
  Object.entries({
    Y: ({ local }) => padded(local.getUTCFullYear(), 4),
    y: ({ local }) => padded(local.getUTCFullYear() % 100, 2),
    m: ({ local }) => padded(local.getUTCMonth() + 1, 2),
    b: moment => monthName(moment).slice(0, 3),
    h: moment => monthName(moment).slice(0, 3),
    B: monthName,
    d: ({ local }) => padded(local.getUTCDate(), 2),
    e: ({ local }) => padded(local.getUTCDate(), 2, ' '),
    j: moment => padded(dayOfYear(moment), 3),
    H: ({ local }) => padded(local.getUTCHours(), 2),
    k: ({ local }) => padded(local.getUTCHours(), 2, ' '),
    I: moment => padded(hour12(moment), 2),
    l: moment => padded(hour12(moment), 2, ' '),
    p: half,
    P: moment => half(moment).toLowerCase(),
    M: ({ local }) => padded(local.getUTCMinutes(), 2),
    S: ({ local }) => padded(local.getUTCSeconds(), 2),
    a: moment => dayName(moment).slice(0, 3),
    A: dayName,
    u: moment => String(isoDay(moment)),
    w: ({ local }) => String(local.getUTCDay()),
    U: moment => padded(weekOf(moment, 0), 2),
    W: moment => padded(weekOf(moment, 1), 2),
    V: moment => padded(isoWeek(moment), 2),
    G: moment => padded(thursday(moment).getUTCFullYear(), 4),
    z: offsetText,
    Z: ({ zoneName }) => zoneName(),
    s: ({ utcMs }) => String(Math.floor(utcMs / 1_000)),
    Q: ({ utcMs }) => String(utcMs)
  } satisfies Record<string, Write>).concat(
    Array.from({ length: 9 }, (_, i) => [
      `${i + 1}f`,
      (moment: Moment) =>
        fraction(moment)
          .padEnd(9, '0')
          .slice(0, i + 1)
    ])
  )
)
