// Knows lines of JSON by their shape: the bytes that stand around their values. Where a line has the shape of one that was
// learnt, all that is looked at are its values, and what becomes of them is what became of those of a probe. The values that
// decide what becomes of a line, such as its level, are part of the shape.

import type { Value } from '#record'
import { isErrorText, isException } from './json-error.ts'
import { isRole, rankOf } from './json-keys.ts'
import { type Leaf, leavesOf } from './json-leaves.ts'
import { MAPPED_DEPTH } from './json-object.ts'
import { bufferOf, INVALID, numberEnd, textEnd } from './json-scan.ts'
import { type Still, standsAt, stillOf } from './json-stills.ts'
import { createTimes } from './json-times.ts'

/** What stands in a probe where a line of its shape has a value. */
export interface Slot {
  /** What becomes of it in a document is found by this text, whether it is a text or a number. */
  readonly sentinel: string
  readonly isText: boolean
  readonly isListed: boolean
  /** The bytes between it and the next one. */
  readonly behind: string
}

/** What all lines of a shape have in common. */
export interface Shape {
  /** A line of this shape whose values are known again. */
  readonly probe: string
  readonly slots: readonly Slot[]
  /** Which slot tells the time, and the time that the probe tells. */
  readonly timeSlot: number
  readonly timeSentinel: string
  /** Slots whose text means something else where it is empty, and where it is blank. */
  readonly filled: readonly number[]
  readonly solid: readonly number[]
}

/** Where the values of a line stand in its bytes: the beginning and the end of each, one after the other. */
export type Ends = Int32Array

export interface Shapes {
  /** The shape of a line of well-formed UTF-8; undefined where it is not known, or the line is the interpreter's. */
  match(bytes: DataView, from: number, to: number, ends: Ends): Shape | undefined
  /** Puts the time that a line of this shape tells as it stands in JSON, and returns where it ends; -1 where it tells none. */
  putTime(to: DataView, at: number, shape: Shape, bytes: DataView, ends: Ends): number
}

export const MOST_SLOTS = 200

/** A step from one value to the next, or behind the last. */
interface Step {
  readonly still: Still
  readonly kind: Kind
  readonly next: Step[]
  /** At the end: undefined where only the interpreter can tell. */
  readonly shape: Shape | undefined
}
type Kind = typeof TEXT | typeof NUMBER | typeof END
const [TEXT, NUMBER, END] = [0, 1, 2] as const

/** Then all are forgotten. */
const MOST_STEPS = 2048
const MOST_BRANCHES = 64
/** Lines that may be learnt from at first, and for how many known or unknown lines one more may later. */
const FIRST_LESSONS = 256
const KNOWN_PER_LESSON = 16
const UNKNOWN_PER_LESSON = 256

export interface ShapesOptions {
  /** The key of the time where it is told; without a dot. */
  readonly timeKey: string | undefined
  readonly timestamp: (value: Value | undefined) => string | undefined
}

export function createShapes({ timeKey, timestamp }: ShapesOptions): Shapes {
  let first: Step[] = []
  let steps = 0
  let lessons = FIRST_LESSONS

  function match(bytes: DataView, from: number, to: number, ends: Ends): Shape | undefined {
    const { byteLength } = bytes
    let isOdd = false
    let timeIsOdd = -1
    let count = 0
    let at = from
    let branches = first
    for (let i = 0; i < branches.length; i++) {
      const { still, kind, next, shape } = branches[i] as Step
      const begin = at + still.bytes.length
      if (begin > to || !standsAt(still, bytes, at, byteLength)) continue
      if (kind === END) {
        if (begin !== to) continue
        lessons = Math.min(lessons + 1 / KNOWN_PER_LESSON, FIRST_LESSONS)
        if (shape === undefined || isOdd || (timeIsOdd !== -1 && timeIsOdd !== shape.timeSlot)) return undefined
        for (const slot of shape.filled) if (ends[2 * slot] === ends[2 * slot + 1]) return undefined
        for (const slot of shape.solid) if (!isSolid(bytes.getUint8(ends[2 * slot] as number))) return undefined
        return shape
      }
      let end = kind === TEXT ? textEnd(bytes, begin, to) : numberEnd(bytes, begin, to)
      if (end === INVALID) continue
      if (end < 0) {
        end = ~end
        // A time may be written as it likes, since it is not copied.
        if (kind === TEXT || timeIsOdd !== -1) isOdd = true
        else timeIsOdd = count
      }
      ends[2 * count] = begin
      ends[2 * count + 1] = end
      count += 1
      at = end
      branches = next
      i = -1
    }
    lessons += 1 / UNKNOWN_PER_LESSON
    if (lessons >= 1) {
      lessons -= 1
      learn(bufferOf(bytes).subarray(from, to))
    }
    return undefined
  }

  function learn(bytes: Buffer): void {
    if (!isObject(bytes)) return
    const { leaves, paths } = leavesOf(bytes)
    const free = leaves.filter(({ path }) => !isLevel(path))
    if (free.length > MOST_SLOTS) return
    const shape = shapeOf(bytes, free, paths, timeKey)
    if (steps + free.length >= MOST_STEPS) {
      first = []
      steps = 0
    }
    let branches: Step[] | undefined = first
    let at = 0
    for (const { from, to, isText } of free) {
      branches = stepTo(branches, bytes.subarray(at, from), isText ? TEXT : NUMBER, undefined)?.next
      at = to
    }
    stepTo(branches, bytes.subarray(at), END, shape)
  }

  function stepTo(branches: Step[] | undefined, bytes: Uint8Array, kind: Kind, shape: Shape | undefined) {
    const known = branches?.find(step => step.kind === kind && Buffer.compare(step.still.bytes, bytes) === 0)
    if (known !== undefined || branches === undefined || branches.length >= MOST_BRANCHES) {
      // Too many branches are as good as too many steps.
      if (known === undefined) steps = MOST_STEPS
      return known
    }
    const step: Step = { still: stillOf(bytes), kind, next: [], shape }
    branches.push(step)
    steps += 1
    return step
  }

  const put = createTimes(timestamp)

  return {
    match,
    putTime: (to, at, { timeSlot, slots }, bytes, ends) =>
      put(
        to,
        at,
        bytes,
        ends[2 * timeSlot] as number,
        ends[2 * timeSlot + 1] as number,
        slots[timeSlot]?.isText === true
      )
  }
}

/** What is told of a line's shape; undefined where what becomes of it depends on its values. */
function shapeOf(
  bytes: Buffer,
  leaves: readonly Leaf[],
  paths: readonly string[][],
  timeKey: string | undefined
): Shape | undefined {
  const tops = new Set(paths.map(([top = '']) => top))
  const isMongodb = tops.has('t') && tops.has('s') && tops.has('ctx')
  const isDeep = paths.some(({ length }) => length >= MAPPED_DEPTH - 2)
  if (isMongodb || isDeep || paths.some(path => path.includes('$date'))) return undefined
  if (leaves.some(({ path: [top = ''] }) => isException(top))) return undefined
  const timeSlot = timeSlotOf(leaves, timeKey)
  if (timeSlot === -1) return undefined
  const slots = leaves.map(({ isText, isListed, to }, i) => ({
    sentinel: i === timeSlot ? TIME[isText ? 'text' : 'number'] : isText ? `⟦sluice ${i}⟧` : String(NUMBERS_FROM + i),
    isText,
    isListed,
    behind: bytes.toString('utf8', to, leaves[i + 1]?.from)
  }))
  const probe = bytes.toString('utf8', 0, leaves[0]?.from) + slots.map(slot => slot.sentinel + slot.behind).join('')
  const textsOf = (isMeant: (key: string) => boolean) =>
    [...leaves.keys()].filter(i => leaves[i]?.isText === true && isMeant(leaves[i].path[0] ?? ''))
  const [filled, solid] = [textsOf(isErrorText), textsOf(key => isRole('logger', key))]
  return { probe, slots, timeSlot, timeSentinel: TIME.text, filled, solid }
}

const TIME = { text: '2001-02-03T04:05:06.789Z', number: '981173106789' }
const NUMBERS_FROM = 7_261_945_830_000
const BACKSLASH = 0x5c

/** The slot of the most preferred key that may tell the time; -1 where none may. */
function timeSlotOf(leaves: readonly Leaf[], timeKey: string | undefined): number {
  let [slot, lowest] = [-1, 99]
  for (const [i, { path, isListed }] of leaves.entries()) {
    const key = path[0] ?? ''
    if (path.length > 1 || isListed) continue
    const rank = timeKey === undefined ? rankOf('time', key) : key === timeKey ? 0 : undefined
    if (rank === undefined || rank > lowest) continue
    slot = i
    lowest = rank
  }
  return slot
}

/** Whether it says the level, of which there are few. */
function isLevel([first = '', second, ...more]: readonly string[]): boolean {
  return second === undefined ? isRole('level', first) : first === 'log' && second === 'level' && more.length === 0
}

/** Whether a text is surely not blank that begins with this byte. */
function isSolid(code: number): boolean {
  return code > 0x20 && code < 0x7f && code !== 0x22 && code !== BACKSLASH
}

function isObject(bytes: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
