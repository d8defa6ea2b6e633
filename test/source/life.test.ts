// Any life of a log file: whatever the order of what happens to it, every line becomes exactly one document.

import fc from 'fast-check'
import { test } from 'vitest'
import { life, live } from './lives.ts'

test('whatever a file goes through, every line becomes exactly one document', { timeout: 120_000 }, async () => {
  await fc.assert(fc.asyncProperty(life, live), { numRuns: 100 })
})
