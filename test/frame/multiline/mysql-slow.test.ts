// What belongs to one entry of a slow query log.

import { expect, test } from 'vitest'
import { createGrouping } from '../../../src/frame/multiline/index.ts'

const USER = '# User@Host: root[root] @ localhost []'
const TIME = '# Time: 260324 16:03:00'
const STARTED = '/usr/sbin/mysqld, Version: 8.0.15 (MySQL Community Server - GPL). started with:'

/** How many lines each entry has. */
function sizes(lines: readonly string[]): number[] {
  const grouping = createGrouping({ preset: 'mysql-slow' })()
  const found: number[] = []
  for (const line of lines) {
    if (grouping.continues(line)) found.push((found.pop() ?? 0) + 1)
    else found.push(1)
  }
  return found
}

test.each<[that: string, lines: string[], expected: number[]]>([
  ['an entry begins with its time', [TIME, USER, 'select 1;', TIME, USER, 'select 2;'], [3, 3]],
  [
    'or with its user, where the time is that of the entry before',
    [TIME, USER, 'select 1;', USER, 'select 2;'],
    [3, 2]
  ],
  [
    'a statement may hold blank lines, dates and comments',
    [USER, 'select', '', '2026-03-24', '# x', ';', USER],
    [6, 1]
  ],
  [
    'what a server writes when it opens the log stands alone',
    [USER, 'select 1;', STARTED, 'Tcp port: 3306', 'Time', TIME],
    [2, 3, 1]
  ],
  ['a file may begin within an entry', ['from cats;', 'x', USER], [2, 1]]
])('%s', (_, lines, expected) => {
  expect(sizes(lines)).toEqual(expected)
})
