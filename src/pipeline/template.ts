// What becomes of lines of JSON of one shape at a place: the interpreter made a document of a probe of that shape, and where
// the probe's values went, those of the lines are put. The rest is the same for all of them.

import { ACTION } from '#bulk'
import type { Shape } from '#parse'
import { type Fields, offset, type Value } from '#record'

/** What is put for a line, one after the other. */
export interface Template {
  readonly parts: readonly Part[]
  /** What stands before what is put, of all parts, and some bytes behind. */
  readonly stills: Buffer
  /** Bytes of what is always the same, and of offsets and the id. */
  readonly bytes: number
}

/** Bytes that are always the same, by where they stand among all of them, and what is put behind them. */
export interface Part {
  readonly from: number
  readonly to: number
  readonly put: Put
  /** Where the values are in `ends` that are copied, with all between them, from the first to the last. */
  readonly first: number
  readonly last: number
}
type Put = (typeof PUT)[keyof typeof PUT]
export const PUT = { values: 0, time: 1, start: 2, end: 3, id: 4, nothing: 5 } as const

/** What stands for offsets in the document of a probe. */
export const OFFSETS = { start: offset(8_361_945_830_001), end: offset(8_361_945_830_002) }
/** For an offset, a time or an id. */
const ROOM = 64

/** Where something stands in the document of a probe. */
interface Found {
  readonly slot: number
  readonly put: Put
  readonly from: number
  readonly to: number
  readonly times: number
}

const isOnce = ({ times }: Found): boolean => times === 1

/**
 * Undefined where not all values of the probe are found again once, as they were written.
 * @param change does to the document what the pipeline's processors do; false where that cannot be told beforehand
 */
export function templateFrom(
  shape: Shape,
  fields: Fields,
  prefix: string,
  change: (fields: Fields) => boolean
): Template | undefined {
  const read = JSON.stringify(fields)
  if (!valuesIn(read, shape).concat(offsetsIn(read)).every(isOnce) || !areListedAlike(shape, fields)) return undefined
  if (!change(fields)) return undefined
  const text = JSON.stringify(fields)
  if (!text.startsWith(`{"@timestamp":${JSON.stringify(shape.timeSentinel)}`)) return undefined
  // What is not there any more was taken away, whatever it was.
  const found = valuesIn(text, shape)
    .concat(offsetsIn(text))
    .filter(({ times }) => times > 0)
  if (!found.every(isOnce)) return undefined
  const stills = [`${ACTION.before}${prefix}`]
  const puts: Pick<Part, 'put' | 'first' | 'last'>[] = [{ put: PUT.id, first: 0, last: 0 }]
  let still: string = ACTION.behind
  let at = 0
  for (const { slot, put, from, to } of found.sort((a, b) => a.from - b.from)) {
    still += text.slice(at, from)
    at = to
    const before = puts.at(-1)
    const isNext = put === PUT.values && before?.put === PUT.values && before.last === 2 * (slot - 1) + 1
    if (isNext && shape.slots[slot - 1]?.behind === still) puts[puts.length - 1] = { ...before, last: 2 * slot + 1 }
    else {
      stills.push(still)
      puts.push({ put, first: 2 * slot, last: 2 * slot + 1 })
    }
    still = ''
  }
  stills.push(`${still}${text.slice(at)}\n`)
  puts.push({ put: PUT.nothing, first: 0, last: 0 })
  return assemble(stills, puts)
}

function assemble(stills: readonly string[], puts: readonly Pick<Part, 'put' | 'first' | 'last'>[]): Template {
  const bytes = Buffer.from(`${stills.join('')}${' '.repeat(8)}`)
  let to = 0
  const parts = puts.map((put, i) => {
    const from = to
    to += Buffer.byteLength(stills[i] ?? '')
    return { from, to, ...put }
  })
  return { parts, stills: bytes, bytes: bytes.length + parts.length * ROOM }
}

function valuesIn(text: string, { slots, timeSlot, timeSentinel }: Shape): readonly Found[] {
  return slots.map(({ sentinel, isText }, slot) => {
    const isTime = slot === timeSlot
    const wanted = isTime ? JSON.stringify(timeSentinel) : isText ? `"${sentinel}"` : sentinel
    const from = text.indexOf(wanted)
    const margin = isText && !isTime ? 1 : 0
    const times = from === -1 ? 0 : timesIn(text, isTime ? timeSentinel : sentinel)
    return { slot, put: isTime ? PUT.time : PUT.values, from: from + margin, to: from + wanted.length - margin, times }
  })
}

function offsetsIn(text: string): readonly Found[] {
  return (['start', 'end'] as const).map(put => {
    const wanted = String(OFFSETS[put])
    const from = text.indexOf(wanted)
    return { slot: -1, put: PUT[put], from, to: from + wanted.length, times: timesIn(text, wanted) }
  })
}

function timesIn(text: string, wanted: string): number {
  return text.split(wanted).length - 1
}

/** Whether values stand in lists where they did in the line, and nowhere else: those that met there may have been compared. */
function areListedAlike({ slots }: Shape, fields: Fields): boolean {
  const listed = new Map<string, boolean>()
  const note = (value: Value | undefined, isListed: boolean): void => {
    if (typeof value !== 'object' || value === null) listed.set(String(value), isListed)
    else for (const inner of Object.values(value)) note(inner, Array.isArray(value))
  }
  note(fields, false)
  return slots.every(({ sentinel, isListed }) => (listed.get(sentinel) ?? false) === isListed)
}
