// Counts what arrived, line by line, and says what is missing and what came twice.

import { readLine } from './lines.ts'

/** Serials of one log, from the first to the last. */
export interface SerialRange {
  readonly log: string
  readonly first: number
  readonly last: number
}

export interface Verdict {
  readonly documents: number
  readonly missing: readonly SerialRange[]
  readonly doubled: readonly SerialRange[]
  /** Documents beyond the first of a line. */
  readonly surplus: number
  /** Documents that are no line, or not all of one. */
  readonly torn: number
  /** The first of them. */
  readonly tornExamples: readonly string[]
}

export interface Tally {
  readonly documents: number
  /** How many lines of each log are there, however often. */
  distinct(): Readonly<Record<string, number>>
  add(message: string): void
  /** Holds it against how many lines each log has. */
  verdict(lines: Readonly<Record<string, number>>): Verdict
}

const TORN_EXAMPLES = 5

export function createTally(): Tally {
  const timesByLog = new Map<string, { readonly times: number[]; distinct: number }>()
  const tornExamples: string[] = []
  let [documents, torn] = [0, 0]

  return {
    get documents() {
      return documents
    },
    distinct: () => Object.fromEntries([...timesByLog].map(([log, { distinct }]) => [log, distinct])),
    add(message) {
      documents += 1
      const line = readLine(message)
      if (line === undefined) {
        torn += 1
        if (tornExamples.length < TORN_EXAMPLES) tornExamples.push(message)
        return
      }
      const known = timesByLog.get(line.log) ?? { times: [], distinct: 0 }
      timesByLog.set(line.log, known)
      if (known.times[line.serial] === undefined) known.distinct += 1
      known.times[line.serial] = (known.times[line.serial] ?? 0) + 1
    },
    verdict(lines) {
      const missing: SerialRange[] = []
      const doubled: SerialRange[] = []
      let surplus = 0
      for (const [log, count] of Object.entries(lines)) {
        const times = timesByLog.get(log)?.times ?? []
        const timesOf = (serial: number) => times[serial] ?? 0
        missing.push(...ranges(log, count, serial => timesOf(serial) === 0))
        doubled.push(...ranges(log, count, serial => timesOf(serial) > 1))
        for (let serial = 0; serial < count; serial += 1) surplus += Math.max(0, timesOf(serial) - 1)
      }
      return { documents, missing, doubled, surplus, torn, tornExamples }
    }
  }
}

/** The runs of serials of which something holds. */
function ranges(log: string, count: number, holds: (serial: number) => boolean): SerialRange[] {
  const found: SerialRange[] = []
  let first: number | undefined
  for (let serial = 0; serial <= count; serial += 1) {
    const isIn = serial < count && holds(serial)
    if (isIn) first ??= serial
    else if (first !== undefined) {
      found.push({ log, first, last: serial - 1 })
      first = undefined
    }
  }
  return found
}

/** How many serials are in ranges. */
export const countSerials = (all: readonly SerialRange[]): number =>
  all.reduce((sum, { first, last }) => sum + last - first + 1, 0)
