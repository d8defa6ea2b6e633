// What a format is to the rest of the program. A parser writes all that a line says, or nothing.

import type { Mismatch } from '#pattern'
import type { Fields, FieldTypes } from '#record'

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
