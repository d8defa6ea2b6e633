// Many more of the random records that the short tests take through loggers and back.

import { expect, test } from 'vitest'
import { log4j } from '../parse/log4j-records.ts'
import { roundTrip as loggerRoundTrip } from '../parse/logger-records.ts'
import { loguru } from '../parse/loguru-records.ts'
import { roundTrip } from '../parse/python-records.ts'

test('what CPython formats comes back as the record that it was, or its format is refused', () => {
  for (let round = 0; round < 3; round++) {
    const { taken, refused } = roundTrip(10_000)
    expect(taken).toBeGreaterThan(5000)
    expect(refused).toBeLessThan(2500)
  }
})

test.each([
  ['Loguru', loguru],
  ['log4j', log4j]
])('what %s formats comes back as the record that it was, or its format is refused', (_, producer) => {
  const { taken, refused } = loggerRoundTrip(producer, 10_000)
  expect(taken).toBeGreaterThan(4000)
  expect(refused).toBeLessThan(4000)
})
