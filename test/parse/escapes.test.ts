// Whether a line has a backslash is seen of its bytes alone, wherever it stands and whatever stands around the line.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasBackslash } from '../../src/parse/escapes.ts'

const bytes = fc.array(fc.oneof(fc.constantFrom(0x5b, 0x5d, 0xdc, 0x00), fc.integer({ min: 0, max: 255 })), {
  maxLength: 40
})

test('a backslash is found in a line, and none outside of it', () => {
  fc.assert(
    fc.property(bytes, bytes, bytes, (before, line, behind) => {
      const all = Buffer.from([...before, ...line, ...behind])
      expect(hasBackslash({ bytes: all, base: before.length, length: line.length })).toBe(line.includes(0x5c))
    })
  )
})

test('a backslash is found at each place', () => {
  for (let length = 1; length < 14; length++) {
    for (let at = 0; at < length; at++) {
      const line = Buffer.alloc(length, 'a').fill('\\', at, at + 1)
      expect(hasBackslash({ bytes: Buffer.concat([Buffer.from('\\'), line]), base: 1, length })).toBe(true)
    }
  }
})
