// Whether a line has a backslash, wherever it stands, whatever stands around the line, and in whatever order lines are asked for.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasBackslash } from '../../src/parse/escapes.ts'

const text = fc.string({ unit: fc.constantFrom('a', '\\', '[', ']', '\xdc', '"'), maxLength: 12 })
const asks = fc.array(fc.nat(), { minLength: 1, maxLength: 20 })

test('a backslash is found in a line, and none outside of it', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 8 }), asks, (lines, order) => {
      const characters = lines.join('')
      const bytes = Buffer.from(characters, 'latin1')
      for (const ask of [...lines.keys(), ...order]) {
        const index = ask % lines.length
        const { length } = lines[index] as string
        const base = lines.slice(0, index).join('').length
        expect(hasBackslash({ bytes, characters, base, length })).toBe(lines[index]?.includes('\\'))
      }
    })
  )
})
