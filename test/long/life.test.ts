// Many more of the random lives of log files that the short tests make up.

import fc from 'fast-check'
import { test } from 'vitest'
import { life, live } from '../source/lives.ts'

const RUNS = 1_000

test(`through ${RUNS} lives of a file every line becomes exactly one document`, async () => {
  await fc.assert(fc.asyncProperty(life, live), { numRuns: RUNS })
})
