// What a format is to the rest of the program. A parser writes all that a line says, or nothing.

import type { Mismatch } from '#pattern'
import type { Fields, FieldTypes, Value } from '#record'
import type { Reading } from '#time'
import type { Shapes } from './json-shapes.ts'
import { type Ascii, assembler, type Cuts, setter, type Values } from './values.ts'

/** One format, compiled for one pattern. */
export interface Parser {
  readonly format: string
  /** Every field it may write, by dotted name, with its Elasticsearch type; 'open' where that is not known beforehand. */
  readonly writes: FieldTypes | 'open'
  /** Set where `writes` is not 'open': puts what the text says into `values`; on a mismatch returns false and puts nothing. */
  read?(text: string, values: Values, reading: Reading | undefined): boolean
  /** As `read`, but what is shipped as it stands may be left in the line, and only be noted in `cuts`. */
  cut?(line: Ascii, values: Values, cuts: Cuts, reading: Reading | undefined): boolean
  /** Set where `cut` takes lines of UTF-8 too. */
  readonly cutsUtf8?: boolean
  /** Set where `writes` is not 'open': what every line says; `read` and `cut` leave it out. */
  readonly always?: Readonly<Record<string, Value>>
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
  /** Set where lines of one shape become documents that differ in copied values alone; a line of a known shape is one event. */
  readonly shapes?: Shapes
  /** Where a text that does not match stopped, and what was expected there. */
  mismatch(text: string): Mismatch
}

/** A format whose fields are all declared: it only reads values, and nested fields are made of them. */
export type Closed = Pick<Parser, 'format' | 'mismatch' | 'cut' | 'cutsUtf8' | 'always'> & {
  readonly writes: FieldTypes
  read(text: string, values: Values, reading: Reading | undefined): boolean
}

export function closed(format: Closed): Closed & Parser {
  const assemble = assembler(format.writes)
  const values: Values = []
  const always = Object.entries(format.always ?? {}).map(([field, value]) => [setter(field), value] as const)
  return {
    ...format,
    parse(text, fields, reading) {
      if (!format.read(text, values, reading)) return false
      for (const [set, value] of always) set(values, value)
      assemble(values, fields)
      return true
    }
  }
}
