// The event's time, of what a format of Python's logging says of it: `created` to the microsecond, or `asctime` in the
// writer's zone, to which `msecs` adds what its format leaves out.

import { epochSeconds, type Reading, type TimeFormat, timestamps } from '#time'
import type { Field } from './logger-field.ts'
import type { BoundField, TimeOf } from './logger-parser.ts'
import { aloneAt } from './logger-times.ts'

/** Attributes that say nothing more once the time is known. */
export const TIMES: readonly string[] = ['asctime', 'created', 'msecs']

/** Turns the text of `asctime` into what `@timestamp` takes. */
type Moment = (text: string, reading?: Reading) => string | undefined

/** Finds the event's time in the values of a line; undefined where the format does not say it. */
export function timestampOf(fields: readonly BoundField[], format: TimeFormat, moment: Moment): TimeOf | undefined {
  const [asctime, created, msecs] = TIMES.map(name => fields.findIndex(({ attribute }) => attribute === name))
  const epoch = textOf(fields, created)
  const clock = textOf(fields, asctime)
  const milliseconds = textOf(fields, msecs)
  if (epoch !== undefined && (isExact(fields[created ?? -1]) || clock === undefined)) {
    const ofEpoch = timestamps(epochSeconds)
    return { of: values => ofEpoch(epoch(values)) }
  }
  if (clock === undefined || !format.isDatable) return undefined
  // The reading only matters to a time without its date; the shape has asked for the others without it.
  const needed = (reading: Reading | undefined): Reading | undefined => (format.isDated ? undefined : reading)
  if (milliseconds === undefined) {
    const of: TimeOf['of'] = (values, reading) => moment(clock(values), needed(reading))
    return { of, ...aloneAt(fields, asctime ?? -1, format) }
  }
  return {
    of(values, reading) {
      const second = moment(clock(values), needed(reading))
      const fraction = Math.min(Math.floor(Number(milliseconds(values))), 999)
      // 2026-11-20T23:11:52.000Z
      return second?.endsWith('.000Z') ? `${second.slice(0, 20)}${String(fraction).padStart(3, '0')}Z` : second
    }
  }
}

function textOf(fields: readonly BoundField[], index = -1): ((values: readonly string[]) => string) | undefined {
  const plain = fields[index]?.plain
  return plain && (values => plain(values[index] ?? ''))
}

/** Whether `created` is written at least to the millisecond. */
function isExact(field: Field | undefined): boolean {
  const { conversion, precision = 6 } = field?.spec ?? {}
  return conversion === 'text' || conversion === 'repr' || (conversion === 'decimal' && precision >= 3)
}
