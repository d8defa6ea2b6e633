// Random records through the format strings of loggers and back.

import { expect, test } from 'vitest'
import { log4j } from './log4j-records.ts'
import { roundTrip } from './logger-records.ts'
import { loguru } from './loguru-records.ts'

test.each([
  ['Loguru', loguru],
  ['log4j', log4j]
])('what %s formats comes back as the record that it was, or its format is refused', (_, producer) => {
  const { taken, refused } = roundTrip(producer, 200)
  expect(taken).toBeGreaterThan(60)
  expect(refused).toBeLessThan(80)
})
