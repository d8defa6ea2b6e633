// Keeps an expression from holding up everything: a text that is long enough to be worth an attack is matched under a time
// limit. Shorter ones are matched as they are, because the limit costs more than a match; where the cost may be exponential,
// no text is short.

import { createContext, Script } from 'node:vm'

/** How long one text may take. */
export const LIMIT_MS = 250

/** What may be matched without a limit, in characters, by how many times the expression takes anything at all. */
const LENGTHS = [1024, 1024, 1024, 512, 256, 128]

/** Runs matches of these expressions; returns 'late' for one that had to be stopped. */
export type Limited = <Found>(text: string, match: () => Found) => Found | 'late'

/**
 * What runs the matches of an expression as it is written, or of several that are used together.
 * @param isSure whether none of them has exponential cost
 */
export function limited(written: readonly string[], isSure: boolean): Limited {
  const wide = written.map(source => source.match(/(?<!\\)\.(?:[*+]|\{\d+,\})/g)?.length ?? 0)
  const most = isSure ? (LENGTHS[Math.min(Math.max(...wide), LENGTHS.length - 1)] ?? 0) : 0
  return (text, match) => (text.length <= most ? match() : withinLimit(match))
}

/** Runs what ends by itself sooner or later; returns 'late' where it was stopped at the limit. */
export function withinLimit<Found>(run: () => Found): Found | 'late' {
  let found: Found | 'late' = 'late'
  task.run = () => {
    found = run()
  }
  try {
    script.runInContext(context, { timeout: LIMIT_MS })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
    return 'late'
  }
  return found
}

/** Only code that runs in a context of its own can be stopped; what it calls may be ours. */
const task = { run: () => {} }
const context = createContext(task)
const script = new Script('run()')
