// What a document says of a line that no format took: which format came furthest, and where the line stopped fitting it.
// Only such lines pay for it, and not more than a few times what trying the formats cost.

import type { Fields, FieldTypes } from '#record'
import type { Parser } from './parser.ts'
import { place } from './place.ts'

export const unmatchedTypes: FieldTypes = {
  'error.message': 'match_only_text',
  'sluice.parse_failure.format': 'keyword',
  'sluice.parse_failure.pattern': 'keyword',
  'sluice.parse_failure.column': 'long'
}

/** @param patterns of the formats, as they are written in the pipeline; undefined for those that have none */
export function unmatchedWriter(
  parsers: readonly Parser[],
  patterns: readonly (string | undefined)[]
): (text: string, fields: Fields) => void {
  return (text, fields) => {
    const stops = parsers.map((parser, i) => ({
      ...parser.mismatch(text),
      format: parser.format,
      pattern: patterns[i]
    }))
    const [first, ...others] = stops
    if (first === undefined) return
    const { format, pattern, column, expected } = others.reduce(
      (furthest, other) => (other.column > furthest.column ? other : furthest),
      first
    )
    const which = others.length === 0 ? `${format} does not match` : `no format matches; ${format} came furthest`
    place(fields, ['error', 'message'], `${which}: column ${column + 1}: expected ${expected}`)
    const failure = { format, ...(pattern !== undefined && { pattern }), column: column + 1 }
    place(fields, ['sluice', 'parse_failure'], failure)
  }
}
