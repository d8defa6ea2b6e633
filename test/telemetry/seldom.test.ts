// What happens again and again is told at growing intervals, and nothing of it is forgotten.

import { expect, test } from 'vitest'
import { createSeldom } from '#telemetry'

const MINUTE = 60_000

/** Minutes at which something is told that happens every minute, and how often it happened since. */
function toldAt(minutes: number): [number, number][] {
  let nowMs = 0
  const seldom = createSeldom(() => nowMs)
  const told: [number, number][] = []
  for (let minute = 0; minute <= minutes; minute += 1, nowMs += MINUTE) {
    const times = seldom.times('it')
    if (times !== undefined) told.push([minute, times])
  }
  return told
}

test('it is told at once and then ever less often, but once an hour', () => {
  const told = toldAt(240)
  expect(told.slice(0, 6)).toEqual([
    [0, 1],
    [1, 1],
    [3, 2],
    [7, 4],
    [15, 8],
    [31, 16]
  ])
  expect(told.at(-1)).toEqual([183, 60])
})

test('another thing is told by itself, and so is one that was over', () => {
  const seldom = createSeldom(() => 0)
  expect(seldom.times('a')).toBe(1)
  expect(seldom.times('b')).toBe(1)
  expect(seldom.times('a')).toBeUndefined()
  seldom.over('a')
  expect(seldom.times('a')).toBe(1)
})
