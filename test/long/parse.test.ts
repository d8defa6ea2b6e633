// Many more of the random records that the short tests take through CPython's logging and back.

import { expect, test } from 'vitest'
import { roundTrip } from '../parse/python-records.ts'

test('what CPython formats comes back as the record that it was, or its format is refused', () => {
  for (let round = 0; round < 3; round++) {
    const { taken, refused } = roundTrip(10_000)
    expect(taken).toBeGreaterThan(5000)
    expect(refused).toBeLessThan(2500)
  }
})
