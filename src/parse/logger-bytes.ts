// The shapes of loggers' values where they stand in bytes: the same ends as in text, found without making a text of them. Only
// what most lines have is here; for the rest there is the text.

import type { FindEndIn } from '#pattern'

/** Finds an end only where a literal stands at it. */
export function standingIn(endOf: FindEndIn, literal: string): FindEndIn {
  const behind = Buffer.from(literal)
  return (bytes, from, to) => {
    const end = endOf(bytes, from, to)
    return end !== -1 && standsAt(behind, bytes, end, to) ? end : -1
  }
}

/**
 * Finds the end of a text by a literal and the value behind it that is known by its look; see `beforeKnown`.
 * @param behind what follows that value
 * @param isLast whether the line ends there
 */
export function beforeKnownIn(literal: string, recognize: FindEndIn, behind: string, isLast: boolean): FindEndIn {
  const wanted = Buffer.from(literal)
  const next = Buffer.from(behind)
  const first = wanted[0] as number
  return (bytes, from, to) => {
    for (let at = from; at < to; at++) {
      if (bytes[at] !== first || !standsAt(wanted, bytes, at, to)) continue
      const end = recognize(bytes, at + wanted.length, to)
      if (end !== -1 && standsAt(next, bytes, end, to) && (!isLast || end + next.length === to)) return at
    }
    return -1
  }
}

/** What a level is in bytes, by the names of levels; undefined where one of them is not of ASCII alone. See `level`. */
export function levelIn(names: ReadonlySet<string>) {
  const nameAt = lookupIn(new Map([...names].map(name => [name, name])))
  if (nameAt === undefined) return undefined
  const recognize: FindEndIn = (bytes, from, to) => {
    for (const { name } of nameAt.beginning(bytes[from] as number)) {
      const end = from + name.length
      if (standsAt(name, bytes, from, to) && (end === to || !isWord(bytes[end] as number))) return end
    }
    return standsAt(LEVEL, bytes, from, to) ? endOfNumberIn(bytes, from + LEVEL.length, to) : -1
  }
  const endOf: FindEndIn = (bytes, from, to) => {
    const end = recognize(bytes, from, to)
    if (end !== -1) return end
    let at = from
    while (at < to && isWord(bytes[at] as number)) at++
    return at === from ? -1 : at
  }
  const fits = (bytes: Buffer, from: number, to: number): boolean =>
    nameAt.of(bytes, from, to) !== undefined || endOf(bytes, from, to) === to
  return { recognize, endOf, fits }
}

/** Texts of which something is known, found by their bytes. */
interface Lookup<Known> {
  /** Those that begin with a byte, in their order. */
  beginning(byte: number): readonly { readonly name: Buffer; readonly known: Known }[]
  /** What is known of the text that stands there, no more and no less of it. */
  of(bytes: Buffer, from: number, to: number): Known | undefined
}

/** Undefined where a text is empty, or not of ASCII alone. */
export function lookupIn<Known>(all: ReadonlyMap<string, Known>): Lookup<Known> | undefined {
  if (![...all.keys()].every(name => /^\p{ASCII}+$/u.test(name))) return undefined
  const byFirst = Array.from({ length: 256 }, (_, first) =>
    [...all].flatMap(([name, known]) => (name.charCodeAt(0) === first ? { name: Buffer.from(name), known } : []))
  )
  const beginning: Lookup<Known>['beginning'] = byte => byFirst[byte] ?? []
  return {
    beginning,
    of(bytes, from, to) {
      for (const { name, known } of beginning(bytes[from] as number)) {
        if (name.length === to - from && standsAt(name, bytes, from, to)) return known
      }
      return undefined
    }
  }
}

/** Whether a whole number stands there, or `None` or `?` for what a record does not have. */
export function integerIn(isBlankSigned: boolean) {
  return (bytes: Buffer, from: number, to: number): boolean => {
    if (bytes[from] === QUESTION && to - from === 1) return true
    if (to - from === NONE.length && standsAt(NONE, bytes, from, to)) return true
    return endOfNumberIn(bytes, isBlankSigned && bytes[from] === BLANK ? from + 1 : from, to) === to
  }
}

/** Letters of ASCII, digits, `_`, and all that is not ASCII. */
export function isWord(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || isDigit(code) || code === 0x5f || code > 0x7f
  )
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** Whether a whole number is written as JSON writes it, and is one that a double holds. */
export function isWrittenAsJson(bytes: Buffer, from: number, to: number): boolean {
  const first = bytes[from] as number
  return isDigit(first) && (first !== ZERO || to - from === 1) && to - from < MOST_DIGITS
}

/** Where a whole number ends that stands there; -1 where none does. */
function endOfNumberIn(bytes: Buffer, from: number, to: number): number {
  let at = from
  if (at < to && (bytes[at] === MINUS || bytes[at] === PLUS)) at++
  const digitsAt = at
  while (at < to && isDigit(bytes[at] as number)) at++
  return at === digitsAt ? -1 : at
}

function standsAt(wanted: Buffer, bytes: Buffer, from: number, to: number): boolean {
  if (from + wanted.length > to) return false
  for (let i = 0; i < wanted.length; i++) if (bytes[from + i] !== wanted[i]) return false
  return true
}

const LEVEL = Buffer.from('Level ')
const NONE = Buffer.from('None')
const QUESTION = 0x3f
const ZERO = 0x30
/** From so many digits on a whole number may be more than a double holds. */
const MOST_DIGITS = 16
const BLANK = 0x20
const MINUS = 0x2d
const PLUS = 0x2b
