// Guesses what was meant by a word that is not among those allowed. It stays silent rather than guess wildly.

/** The candidate that is most likely meant: the same but for case, `_` and `-`, the beginning of the other, or within a few slips of the keys. */
export function nearest(written: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Math.max(1, Math.floor(written.length / 3)) + 1
  for (const candidate of candidates) {
    const slips = slipsBetween(plain(written), plain(candidate))
    if (slips >= least) continue
    best = candidate
    least = slips
  }
  return best
}

/** `; did you mean "…"?` or nothing. */
export function didYouMean(written: string, candidates: readonly string[]): string {
  const meant = nearest(written, candidates)
  return meant === undefined ? '' : `; did you mean "${meant}"?`
}

/** One word may also be the beginning of the other: `stateDirectory` for `stateDir`. */
function slipsBetween(a: string, b: string): number {
  const isBeginning = Math.min(a.length, b.length) >= 4 && (a.startsWith(b) || b.startsWith(a))
  return isBeginning ? 1 : distance(a, b)
}

const plain = (word: string): string => word.toLowerCase().replaceAll(/[_-]/g, '')

/** Optimal string alignment: insertions, deletions, replacements and swaps of neighbours, each counting one. */
function distance(a: string, b: string): number {
  let older: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const next = [row]
    for (let column = 1; column <= b.length; column++) {
      const replaced = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1)
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      const afterSwap = swapped ? at(older, column - 2) + 1 : Number.POSITIVE_INFINITY
      next.push(Math.min(replaced, at(last, column) + 1, at(next, column - 1) + 1, afterSwap))
    }
    older = last
    last = next
  }
  return at(last, b.length)
}

const at = (row: readonly number[], column: number): number => row[column] ?? Number.POSITIVE_INFINITY
