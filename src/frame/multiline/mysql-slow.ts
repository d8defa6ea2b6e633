// Entries of MySQL's slow query log. Each begins with the time, which old servers leave out where it is that of the entry
// before, or else with the user; statements may hold any other line.

import type { Grouping } from './machine.ts'

export function mysqlSlow(): Grouping {
  let isOpen = false
  let isTimed = false
  return {
    continues(text) {
      const isUser = text.startsWith('# User@Host: ')
      const joins = isUser ? isTimed : isOpen && !text.startsWith('# Time: ') && !STARTED.test(text)
      isTimed = text.startsWith('# Time: ')
      isOpen = true
      return joins
    }
  }
}

/** What a server writes when it opens the log. */
const STARTED = /, Version: .{1,200} started with:$/
