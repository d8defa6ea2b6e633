// The times of a logger's format: the look of each, and the instant that all of them say together, for a format may write
// the date in one place and the hour in another.

import { type Reading, strptime, type TimeFormat, timestamps, type Zone } from '#time'
import type { Field } from './logger-field.ts'
import type { BoundField, TimeOf } from './logger-parser.ts'
import { type LoggerShape, time } from './logger-shapes.ts'

/** How one time is written. */
export interface Time {
  /** In directives of strftime. */
  readonly directives: string
  /** That of a time which names none, where it is not the one of all. */
  readonly zone: Zone | undefined
  /** Language of its names, where it is not the one of all. */
  readonly locale?: string | undefined
}

export interface Times {
  /** Whether all of them say the day, and thus an instant. */
  readonly isDated: boolean
  shapeOf(field: Field): LoggerShape
  timeOf(fields: readonly BoundField[]): TimeOf | undefined
}

/**
 * @param read says how a field is written that is a time, and undefined of others
 * @throws SluiceError E_PARSE_PATTERN for a directive that is not known
 */
export function readTimes(
  fields: readonly Field[],
  read: (field: Field) => Time | undefined,
  zone: Zone,
  locale?: string
): Times {
  const times = fields.flatMap(field => read(field) ?? [])
  const local = times.find(time => time.zone !== undefined)?.zone ?? zone
  const language = times.find(time => time.locale !== undefined)?.locale ?? locale
  const whole = strptime(times.map(({ directives }) => directives).join('\n'), local, language)
  const moment = timestamps(whole.read)
  return {
    isDated: whole.isDated,
    shapeOf(field) {
      if (times.length === 1) return timeShape(whole, moment)
      const format = strptime(read(field)?.directives ?? '', local, language)
      return timeShape(format, timestamps(format.read))
    },
    timeOf(bound) {
      const places = bound.flatMap((field, place) => (read(field) === undefined ? [] : place))
      const [only = -1, ...others] = places
      if (!whole.isDatable || only === -1) return undefined
      const plain = bound[only]?.plain ?? String
      // The reading only matters to a time without its date; the shape has asked for the others without it.
      const needed = (reading: Reading | undefined): Reading | undefined => (whole.isDated ? undefined : reading)
      if (others.length > 0) {
        return { of: (values, reading) => moment(places.map(place => values[place]).join('\n'), needed(reading)) }
      }
      const of: TimeOf['of'] = (values, reading) => moment(plain(values[only] ?? ''), needed(reading))
      return { of, ...aloneAt(bound, only, whole) }
    }
  }
}

/** A field that says the time alone, where it stands in lines as it is. */
export function aloneAt(bound: readonly BoundField[], place: number, { readAt }: TimeFormat): Pick<TimeOf, 'alone'> {
  return readAt !== undefined && bound[place]?.isAsWritten === true ? { alone: { place, readAt } } : {}
}

/** A time without a year is only asked to look like one: what it is depends on how its line was read. */
export function timeShape(format: TimeFormat, moment: (text: string) => string | undefined): LoggerShape {
  const { isDated, example, width, end, readAt } = format
  const fits = isDated
    ? (text: string): boolean => moment(text) !== undefined
    : (text: string): boolean => end(text, 0) === text.length
  const fitsAt = readAt && ((bytes: Buffer, from: number, to: number) => !Number.isNaN(readAt(bytes, from, to)))
  return time(example, width, end, fits, fitsAt)
}
