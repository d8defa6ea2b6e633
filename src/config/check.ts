// Checks beyond a schema look only at values that the schema found sound, so that one mistake is told once and the rest
// of the file is checked all the same.

import { type Place, problemAt } from './document.ts'
import { type Path, type Problem, pathText } from './problem.ts'
import type { Resolved } from './secrets.ts'
import { foundText } from './words.ts'

/** What a check works with. */
export interface Check {
  /** Where relative paths of the file count from. */
  readonly folder: string
  /** Whether nothing is wrong at this path, around it or beneath it. */
  isSound(...path: Path): boolean
  /** What stands at a path, for a message: the placeholder where it came from a secret. */
  found(value: unknown, path: Path): string
  report(place: Place, message: string): void
}

/**
 * A check of one file.
 * @param problems what is known to be wrong with this file; takes what the check finds
 */
export function createCheck({ document, shown }: Resolved, problems: Problem[]): Check {
  const faults = problems.map(({ path }) => path)
  return {
    folder: document.folder,
    isSound(...path) {
      const name = pathText(path)
      return !faults.some(fault => isWithin(fault, name) || isWithin(name, fault))
    },
    found: (value, path) => foundText(shown.get(pathText(path)) ?? value),
    report: (place, message) => problems.push(problemAt(document, place, message))
  }
}

function isWithin(path: string, outer: string): boolean {
  return outer === '' || path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`)
}
