// Times as loggers put them into JSON, told by their look: ISO 8601, or the time since 1970 in a unit that its size tells.

import type { Value } from '#record'
import { looseIso8601, withinTime } from './reading.ts'
import type { Zone } from './zone.ts'

/** Epoch milliseconds of a value; NaN where it is no time. What is finer than a millisecond is cut off. */
export type AnyTimeReader = (value: Value | undefined) => number

/**
 * Reads ISO 8601 with a T or a blank, and numbers, or texts of them, that stand for the time since 1973 in seconds,
 * milliseconds, microseconds or nanoseconds.
 * @param zone that of texts which name none
 */
export function anyTime(zone: Zone): AnyTimeReader {
  const iso = looseIso8601(zone)
  return value => {
    if (typeof value === 'number') return sinceEpoch(value)
    if (typeof value !== 'string') return Number.NaN
    return /^\d{9,19}(?:\.\d+)?$/.test(value) ? sinceEpoch(Number(value)) : iso(value)
  }
}

/** Units are a thousand times apart, and a time in one of them before 1973 would be one far from now in the next. */
function sinceEpoch(value: number): number {
  if (!(value >= 1e8)) return Number.NaN
  // A fraction of a second is a little less or more than it was written as.
  if (value < 1e11) return withinTime(Math.floor(value * 1000 + 0.001))
  if (value < 1e14) return withinTime(Math.floor(value))
  return withinTime(Math.floor(value / (value < 1e17 ? 1e3 : 1e6)))
}
