// Where parsers put what they find: one list of values for all events, by numbers that field names have in this process. An
// event is taken from the list by its parser's declared fields, so nothing is allocated that a document does not need.

import type { Fields, FieldTypes, Value } from '#record'

/**
 * Values by the numbers of their fields; undefined where a field is not there. A time that was read from bytes is in
 * milliseconds since 1970.
 */
export type Values = (Value | undefined)[]

/**
 * Where values stand in a line as they are, for those that need not be taken out of it: the beginning and the end, at twice
 * the number of the field and behind it. Where no value stands so, the end is 0.
 */
export type Cuts = Int32Array

/**
 * A line and its bytes: the character at `i` is the byte at `base + i`. Where it is not ASCII its bytes are UTF-8, of which
 * each is a character here, and only formats see it that say so.
 */
export interface Ascii {
  readonly text: string
  readonly length: number
  readonly bytes: Buffer
  /** The bytes, each one character. */
  readonly characters: string
  readonly base: number
  readonly isAscii: boolean
  /** Whether it may be several lines. */
  readonly isSeveral: boolean
}

/** What stands in a line, as it was written. */
export function textAt({ text, bytes, base, isAscii }: Ascii, from: number, to: number): string {
  return isAscii ? text.slice(from, to) : bytes.toString('utf8', base + from, base + to)
}

/** Puts a value in its field's place. */
export type Setter = (values: Values, value: Value) => void

const numbers = new Map<string, number>()

/** The number of a field, by its dotted name. */
export function numberOf(field: string): number {
  const known = numbers.get(field) ?? numbers.size
  numbers.set(field, known)
  return known
}

/** A setter for a dotted name such as `http.response.status_code`. */
export function setter(field: string): Setter {
  const number = numberOf(field)
  return (values, value) => {
    values[number] = value
  }
}

/** Notes where a field's value stands, which is not empty: a text as it is, or of fields of numbers one as JSON writes it. */
export function cutter(field: string): (cuts: Cuts, from: number, to: number) => void {
  const number = 2 * numberOf(field)
  return (cuts, from, to) => {
    cuts[number] = from
    cuts[number + 1] = to
  }
}

/** Setters for all declared fields, by their names. */
export function settersOf<Types extends FieldTypes>(types: Types): { readonly [Field in keyof Types]: Setter } {
  const entries = Object.keys(types).map(field => [field, setter(field)])
  return Object.fromEntries(entries)
}

/**
 * Moves the values of these fields into nested fields, leaving the list empty. It is generated, because a property named
 * in the code is found several times faster than one named by a variable. Lists are copied: a document owns its values.
 */
export function assembler(writes: FieldTypes): (values: Values, fields: Fields) => void {
  const moves = Object.keys(writes).map(field => {
    const number = numberOf(field)
    const keys = field.split('.').map(key => JSON.stringify(key))
    const parent = keys.slice(0, -1).reduce((code, key) => `(${code}[${key}] ??= {})`, 'fields')
    const move = `${parent}[${keys.at(-1)}] = Array.isArray(value) ? value.slice() : value`
    return `value = values[${number}]\nif (value !== undefined) { ${move}; values[${number}] = undefined }`
  })
  return new Function('values', 'fields', ['let value', ...moves].join('\n')) as ReturnType<typeof assembler>
}
