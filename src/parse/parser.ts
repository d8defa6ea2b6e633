// What a format is to the rest of the program. A parser writes all that a line says, or nothing.

import type { Mismatch } from '#pattern'
import type { Fields, FieldTypes } from '#record'
import type { Reading } from '#time'
import { assembler, type Values } from './values.ts'

/** One format, compiled for one pattern. */
export interface Parser {
  readonly format: string
  /** Every field it may write, by dotted name, with its Elasticsearch type; 'open' where that is not known beforehand. */
  readonly writes: FieldTypes | 'open'
  /** Set where `writes` is not 'open': puts what the text says into `values`; on a mismatch returns false and puts nothing. */
  read?(text: string, values: Values, reading: Reading | undefined): boolean
  /**
   * Writes what the text says into `fields` (nested) and returns true; on a mismatch returns false and leaves `fields`
   * untouched. Without a reading, a time that leaves out its year is none.
   */
  parse(text: string, fields: Fields, reading?: Reading): boolean
  /**
   * Set where lines say how those behind them in the same file are written: whether this is one, which makes no document.
   * It is asked once of every line, in order.
   */
  isHeader?(text: string, reading: Reading | undefined): boolean
  /** Set where a line may be several events: the text of each, or undefined where it is one. */
  split?(text: string): readonly string[] | undefined
  /** Where a text that does not match stopped, and what was expected there. */
  mismatch(text: string): Mismatch
}

/** A format whose fields are all declared: it only reads values, and nested fields are made of them. */
export type Closed = Pick<Parser, 'format' | 'mismatch'> & {
  readonly writes: FieldTypes
  read(text: string, values: Values, reading: Reading | undefined): boolean
}

export function closed(format: Closed): Closed & Parser {
  const assemble = assembler(format.writes)
  const values: Values = []
  return {
    ...format,
    parse(text, fields, reading) {
      const matches = format.read(text, values, reading)
      if (matches) assemble(values, fields)
      return matches
    }
  }
}
