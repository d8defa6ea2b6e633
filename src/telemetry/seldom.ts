// Keeps the log readable where the same thing happens again and again: it is told at once, then after a minute, after two,
// four, and so on up to an hour, with how often it happened meanwhile.

const FIRST_MS = 60_000
const LONGEST_MS = 3_600_000
/** Things that are remembered; the one first told goes first. */
const MAX_THINGS = 1_000

export interface Seldom {
  /** How often it happened since it was last told, this time included, where it is to be told now; else undefined. */
  times(thing: string): number | undefined
  /** It is over: should it happen again, it is told at once. */
  over(thing: string): void
}

interface Told {
  nextMs: number
  intervalMs: number
  times: number
}

export function createSeldom(now: () => number): Seldom {
  const things = new Map<string, Told>()
  return {
    times(thing) {
      const nowMs = now()
      const told = things.get(thing)
      if (told === undefined) {
        const [oldest] = things.keys()
        if (things.size >= MAX_THINGS && oldest !== undefined) things.delete(oldest)
        things.set(thing, { nextMs: nowMs + FIRST_MS, intervalMs: FIRST_MS, times: 0 })
        return 1
      }
      told.times += 1
      if (nowMs < told.nextMs) return undefined
      const { times } = told
      told.times = 0
      told.intervalMs = Math.min(LONGEST_MS, told.intervalMs * 2)
      told.nextMs = nowMs + told.intervalMs
      return times
    },
    over: thing => void things.delete(thing)
  }
}
