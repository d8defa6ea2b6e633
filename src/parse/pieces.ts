// Lines of one fixed form, as an expression for each piece. Where a line stops fitting is told in the words of the piece that
// it lacks.

import type { Mismatch } from '#pattern'

/** What stands at a place, in words that follow "expected", and the expression of it, with named groups for its values. */
export type Piece = readonly [expected: string, expression: string]

export interface Pieces {
  /** The values of a line; undefined where it does not fit. Those of groups that took no part are undefined. */
  match(text: string): Readonly<Record<string, string | undefined>> | undefined
  mismatch(text: string): Mismatch
}

/** Compiles pieces that follow each other; the last takes the rest, line breaks included where its `.` is one. */
export function pieces(all: readonly Piece[]): Pieces {
  const joined = (count: number): string =>
    all
      .slice(0, count)
      .map(([, expression]) => expression)
      .join('')
  const whole = new RegExp(`^${joined(all.length)}$`, 's')
  return {
    match: text => whole.exec(text)?.groups,
    mismatch(text) {
      for (let count = all.length; count > 0; count--) {
        const found = new RegExp(`^${joined(count)}`, 's').exec(text)
        if (found !== null) return { column: found[0].length, expected: all[count]?.[0] ?? 'the end of the line' }
      }
      return { column: 0, expected: all[0]?.[0] ?? '' }
    }
  }
}
