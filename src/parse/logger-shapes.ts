// What the values of log records look like. They may hold anything, so most are told apart by what they hold as a rule: a
// value ends at the first text behind it that a typical value lacks, and names of levels decide before that.

import { type FindEnd, findEnd, type Neighbour, type Shape } from '#pattern'
import { withoutCodes } from './escapes.ts'
import { beforeKnownIn, integerIn, isDigit, isWord, levelIn, standingIn } from './logger-bytes.ts'
import type { Spec } from './logger-field.ts'

/** A shape of values that, some padded, show by themselves where they end. */
export interface LoggerShape extends Shape {
  /** Where the value at a place ends, where one must stand there; -1 where none does. */
  readonly endOf?: FindEnd
  /** The length of the longest value, where all are known. */
  readonly longest?: number
}

/** Any text: of the message nothing is taken for granted. */
export const anything: LoggerShape = { description: 'text', example: 'message', holds: () => true }

/** A text of one line, such as `typical`, which holds a separator no more than that does. */
export function free(typical: string): LoggerShape {
  const lacks = (separator: string): boolean =>
    /[^\p{L}\p{N}_]/u.test(separator) && (typical + separator).indexOf(separator) === typical.length
  return {
    description: `text such as ${typical}`,
    example: typical,
    holds: () => true,
    fits: isOneLine,
    fitsAt: isOneLineIn,
    lacks,
    endBefore(literal, next) {
      const find = beforeKnown(typical, literal, next, from => from)
      const recognize = next?.shape.recognize?.inBytes
      if (find === undefined || next === undefined || recognize === undefined) return find
      return findEnd(find, beforeKnownIn(literal, recognize, next.literal, next.isLast))
    }
  }
}

const isOneLine = (text: string): boolean => !text.includes('\n')

function isOneLineIn(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] === NEWLINE) return false
  return true
}
const NEWLINE = 0x0a

/**
 * Finds the end of a text by the first value behind it that is known by its look, such as the name of a level; undefined
 * where a typical text would be cut by that.
 * @param earliest where a text from a place on may end at the soonest
 */
export function beforeKnown(
  typical: string,
  literal: string,
  next: Neighbour | undefined,
  earliest: (from: number, line: string) => number
): FindEnd | undefined {
  const recognize = next?.shape.recognize
  if (next === undefined || recognize === undefined || literal === '') return undefined
  if (!next.isLast && !next.shape.endBefore?.(next.literal)) return undefined
  const find: FindEnd = (line, from) => {
    let at = line.indexOf(literal, earliest(from, line))
    while (at !== -1) {
      const end = recognize(line, at + literal.length)
      if (
        end !== -1 &&
        line.startsWith(next.literal, end) &&
        (!next.isLast || end + next.literal.length === line.length)
      ) {
        return at
      }
      at = line.indexOf(literal, at + 1)
    }
    return -1
  }
  return find(typical + literal + next.shape.example + next.literal, 0) === typical.length ? find : undefined
}

const LEVELS = ['CRITICAL', 'ERROR', 'WARNING', 'INFO', 'DEBUG', 'NOTSET', 'FATAL', 'WARN']
const COMMON_LEVELS = ['TRACE', 'VERBOSE', 'NOTICE', 'SUCCESS']

/** A level by its name in lower case, by how the format writes it. */
export function levelNames(
  added: readonly string[],
  precision: number | undefined,
  keepsEnd = false
): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const isUnnumbered = precision !== undefined && precision <= 5
  for (const name of [...LEVELS, ...added, ...COMMON_LEVELS, ...(isUnnumbered ? ['Level'] : [])]) {
    const written = keepsEnd ? name.slice(-(precision ?? 0)) : name.slice(0, precision)
    if (!names.has(written)) names.set(written, name.toLowerCase())
  }
  return names
}

/**
 * A level: one of these names, `Level 15` for a number without a name, or where it cannot be anything else another word.
 * Only the names, and numbers, are known wherever they stand.
 */
export function level(names: ReadonlySet<string>): LoggerShape {
  const all = [...names, 'Level 15']
  // Where a text goes on without a level, its first character nearly always tells.
  const byFirst = Map.groupBy(names, name => name.charCodeAt(0))
  const inText: FindEnd = (line, from) => {
    const first = line.charCodeAt(from)
    for (const name of byFirst.get(first) ?? []) {
      const end = from + name.length
      if (line.startsWith(name, from) && !isWord(line.charCodeAt(end))) return end
    }
    return first === LETTER_L && line.startsWith('Level ', from) ? endOfNumber(line, from + 6, false) : -1
  }
  const inBytes = levelIn(names)
  const recognize = findEnd(inText, inBytes?.recognize)
  const endOf = findEnd((line, from) => {
    const end = inText(line, from)
    const word = end === -1 ? endOfWord(line, from) : end
    return word === from ? -1 : word
  }, inBytes?.endOf)
  return {
    description: 'the name of a level',
    example: 'INFO',
    holds: character => /[\p{L}\p{N}_ .-]/u.test(character) || all.some(name => name.includes(character)),
    fits: text => names.has(text) || endOf(text, 0) === text.length,
    ...(inBytes && { fitsAt: inBytes.fits }),
    lacks: separator => /[^\p{L}\p{N}_]/u.test(separator) && !all.some(name => name.includes(separator)),
    recognize,
    endOf,
    longest: Math.max(...all.map(name => name.length)),
    endBefore: literal => (/^[^\p{L}\p{N}_]/u.test(literal) ? standing(endOf, literal) : undefined)
  }
}

const LETTER_L = 0x4c

/** A whole number, in decimal or another base; `None` or `?` for what a record does not have. */
export function integer({ conversion, isBlankSigned }: Spec): LoggerShape {
  const look = BASES.get(conversion)
  if (look === undefined) {
    const endOf: FindEnd = (line, from) => endOfNumber(line, from, false)
    return { ...number('a whole number', '42', /\d/, endOf, isBlankSigned), fitsAt: integerIn(isBlankSigned) }
  }
  const endOf: FindEnd = (line, from) => {
    look.lastIndex = from
    return look.test(line) ? look.lastIndex : -1
  }
  return number(`a ${conversion} number`, '7f', /[\da-fox]/i, endOf, isBlankSigned)
}

const BASES: ReadonlyMap<Spec['conversion'], RegExp> = new Map([
  ['hexadecimal', /[+-]?(?:0x)?[\da-f]+/iy],
  ['octal', /[+-]?(?:0o)?[0-7]+/iy],
  ['binary', /[+-]?(?:0b)?[01]+/iy]
])

/** A number with or without a fraction; `None` or `?` for what a record does not have. */
export function decimal({ isBlankSigned }: Spec): LoggerShape {
  return number('a number', '42.5', /[\d.e]/i, (line, from) => endOfNumber(line, from, true), isBlankSigned)
}

function number(
  description: string,
  example: string,
  goesOn: RegExp,
  digits: FindEnd,
  isBlankSigned: boolean
): LoggerShape {
  const recognize: FindEnd = (line, from) => {
    if (line[from] === '?') return from + 1
    return digits(line, isBlankSigned && line[from] === ' ' ? from + 1 : from)
  }
  const endOf: FindEnd = (line, from) => (line.startsWith('None', from) ? from + 4 : recognize(line, from))
  return {
    description,
    example,
    holds: character => goesOn.test(character) || /[None?+-]/.test(character) || (isBlankSigned && character === ' '),
    fits: text => endOf(text, 0) === text.length,
    recognize,
    endOf,
    endBefore: literal => (literal === '' || goesOn.test(literal.charAt(0)) ? undefined : standing(endOf, literal))
  }
}

/** A text as `repr` writes it, in quotes, with what could not stand between them escaped. */
export function quoted(example: string): LoggerShape {
  const endOf: FindEnd = (line, from) => {
    const quote = line[from]
    if (quote !== "'" && quote !== '"') return -1
    for (let at = from + 1; at < line.length; at++) {
      if (line[at] === quote) return at + 1
      if (line[at] === '\\') at++
    }
    return -1
  }
  return {
    description: "text in quotes, as Python's repr writes it",
    example: `'${example}'`,
    holds: () => true,
    fits: text => endOf(text, 0) === text.length,
    recognize: endOf,
    endOf,
    endBefore: literal => standing(endOf, literal)
  }
}

/** A dictionary as `repr` writes it. */
export const dictionary: LoggerShape = {
  description: "a dictionary, as Python's repr writes it",
  example: "{'user': 'kim'}",
  holds: () => true,
  fits: text => endOfDictionary(text, 0) === text.length,
  recognize: endOfDictionary,
  endOf: endOfDictionary,
  endBefore: literal => standing(endOfDictionary, literal)
}

function endOfDictionary(line: string, from: number): number {
  if (line[from] !== '{') return -1
  let depth = 0
  let quote = ''
  for (let at = from; at < line.length; at++) {
    const character = line.charAt(at)
    if (quote !== '') {
      if (character === '\\') at++
      else if (character === quote) quote = ''
    } else if (character === "'" || character === '"') quote = character
    else if (character === '{') depth++
    else if (character === '}' && --depth === 0) return at + 1
  }
  return -1
}

/** Undoes `repr`, where a text is quoted. */
export function unquoted(text: string): string {
  if (!/^(['"]).*\1$/s.test(text)) return text
  return withoutCodes(text.slice(1, -1))
}

/** A time of which `endOf` finds the end; its width, where all have the same. */
export function time(
  example: string,
  width: number | undefined,
  endOf: FindEnd,
  fits: Shape['fits'],
  fitsAt?: Shape['fitsAt']
): LoggerShape {
  return {
    description: `a time such as ${example}`,
    example,
    holds: () => true,
    recognize: endOf,
    endOf,
    // Digits or letters of what follows would count to a time that ends in as many as it likes.
    endBefore: literal =>
      width === undefined && /^(?:$|[\p{L}\p{N}])/u.test(literal) ? undefined : standing(endOf, literal),
    ...(fits && { fits }),
    ...(fitsAt && { fitsAt }),
    ...(width !== undefined && { width })
  }
}

/** Finds an end only where a literal stands at it. */
export function standing(endOf: FindEnd, literal: string): FindEnd {
  const find: FindEnd = (line, from) => {
    const end = endOf(line, from)
    return end !== -1 && line.startsWith(literal, end) ? end : -1
  }
  return findEnd(find, endOf.inBytes && standingIn(endOf.inBytes, literal))
}

function endOfWord(line: string, from: number): number {
  let at = from
  while (at < line.length && isWord(line.charCodeAt(at))) at++
  return at
}

function endOfNumber(line: string, from: number, isFraction: boolean): number {
  let at = from
  if (line[at] === '-' || line[at] === '+') at++
  const digitsAt = at
  while (isDigit(line.charCodeAt(at))) at++
  if (at === digitsAt) return -1
  if (!isFraction) return at
  if (line[at] === '.' && isDigit(line.charCodeAt(at + 1))) {
    at++
    while (isDigit(line.charCodeAt(at))) at++
  }
  const exponent = /e[+-]?\d+/iy
  exponent.lastIndex = at
  return (line[at] === 'e' || line[at] === 'E') && exponent.test(line) ? exponent.lastIndex : at
}
