// Puts lines together as a grouping says, so that a test shows the groups and not the decisions.

import type { Grouping } from '../../../src/frame/multiline/index.ts'

/** The groups that the lines of one stream fall into. */
export function grouped(grouping: Grouping, lines: readonly string[]): string[][] {
  const groups: string[][] = []
  for (const line of lines) {
    const open = groups.at(-1)
    if (grouping.continues(line) && open !== undefined) open.push(line)
    else groups.push([line])
  }
  return groups
}
