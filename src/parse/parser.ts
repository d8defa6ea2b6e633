// What a format is to the rest of the program. A parser writes all that a line says, or nothing.

import type { Fields, FieldTypes } from '#record'

/** Where a text stopped fitting a pattern. */
export interface Mismatch {
  /** Counted in UTF-16 units from 0. */
  readonly column: number
  /** What should have stood there, in words. */
  readonly expected: string
}

/** One format, compiled for one pattern. */
export interface Parser {
  readonly format: string
  /** Every field it may write, by dotted name, with its Elasticsearch type; 'open' where that is not known beforehand. */
  readonly writes: FieldTypes | 'open'
  /** Writes what the text says into `fields` (nested) and returns true; on a mismatch returns false and leaves `fields` untouched. */
  parse(text: string, fields: Fields): boolean
  /** Where a text that does not match stopped, and what was expected there. */
  mismatch(text: string): Mismatch
}
