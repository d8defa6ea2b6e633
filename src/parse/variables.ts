// The variables that web servers' log formats name, bound to the fields of one pattern. Of several that want the same field
// the first in rank has it, so that no value is written over another.

import type { Shape, Slot } from '#pattern'
import { type TimeReader, timestamps } from '#time'
import { type Capture, type CaptureFor, text as keyword } from './capture.ts'
import { setter } from './values.ts'

/** What is known of the values of one variable. */
export interface Variable {
  readonly shape: Shape
  readonly capture: CaptureFor
  /** Set for the variables that tell the event's time. */
  readonly time?: TimeReader
}

/** A variable where a pattern names it. */
export interface Named {
  /** The field of its own that it has where no other is free. */
  readonly own: string
  /** As it stands in the pattern. */
  readonly written: string
  readonly column: number
  /** Its place among those that want the same field; the lowest has it. */
  readonly rank: number
  readonly variable: Variable
}

export interface Bound {
  readonly slot: Slot
  readonly capture: Capture
}

/**
 * Gives each variable its fields. Those that come too late keep their text under a name of their own; of several times
 * the first in rank is the event's, since all are of one moment.
 */
export function bindVariables(variables: readonly Named[]): Bound[] {
  const bound: Bound[] = []
  const taken = new Set<string>()
  const inRank = [...variables.entries()].sort(([, a], [, b]) => a.rank - b.rank)
  for (const [index, { own, written, column, variable }] of inRank) {
    const { shape, capture, time } = variable
    const slot = { name: written, column, shape }
    if (time !== undefined) {
      bound[index] = taken.has('@timestamp') ? { slot, capture: unwritten } : timed(slot, time)
    } else {
      const wanted = capture(own)
      const isTaken = Object.keys(wanted.writes).some(field => taken.has(field))
      bound[index] = { slot, capture: isTaken ? keyword()(own) : wanted }
    }
    for (const field of Object.keys(bound[index]?.capture.writes ?? {})) taken.add(field)
  }
  return bound
}

const unwritten: Capture = { writes: {}, write: () => {}, cut: () => {} }

/** The event's time; it is read once, when the scanner asks whether it is one. */
function timed(slot: Slot, read: TimeReader): Bound {
  const timestamp = timestamps(read)
  const set = setter('@timestamp')
  let lastBytes = NO_BYTES
  let lastMs = Number.NaN
  // Lines of one second stand together.
  const fitsAt = (bytes: Buffer, from: number, to: number): boolean => {
    if (!isSame(lastBytes, bytes, from, to)) {
      lastBytes = new Uint8Array(bytes.subarray(from, to))
      lastMs = read(bytes.toString('latin1', from, to))
    }
    return !Number.isNaN(lastMs)
  }
  return {
    slot: { ...slot, shape: { ...slot.shape, fits: text => timestamp(text) !== undefined, fitsAt } },
    capture: {
      writes: { '@timestamp': 'date' },
      write: (values, text) => set(values, timestamp(text) ?? null),
      cut: values => set(values, lastMs)
    }
  }
}

const NO_BYTES = new Uint8Array(0)

function isSame(known: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (known.length !== to - from) return false
  for (let i = 0; i < known.length; i++) if (known[i] !== bytes[from + i]) return false
  return true
}
