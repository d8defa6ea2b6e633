// Chance that repeats itself: the same seed gives the same numbers on every machine.

export interface Random {
  /** A whole number from 0 up to, not including, `limit` (at most 2^32). */
  below(limit: number): number
  /** True in `share` of all calls, from 0 to 1. */
  chance(share: number): boolean
  /** Any of a list, all equally often. */
  pick<Value>(values: readonly Value[]): Value
  /** Any of a list, the first ones far more often than the last, as visitors and pages of a site are. */
  skewed<Value>(values: readonly Value[]): Value
}

/** Marsaglia's xorshift with 32 bits of state; `seed` is not 0. */
export function createRandom(seed: number): Random {
  let state = seed | 0
  function unit(): number {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  const at = <Value>(values: readonly Value[], place: number) => values[Math.floor(place * values.length)] as Value
  return {
    below: limit => Math.floor(unit() * limit),
    chance: share => unit() < share,
    pick: values => at(values, unit()),
    skewed: values => at(values, unit() ** 3)
  }
}
