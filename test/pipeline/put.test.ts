// A value that is copied from its line stands in the document as JSON.stringify would write it, wherever it stands.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { putCut, putTime } from '../../src/pipeline/put.ts'

const ascii = fc.string({
  unit: fc.integer({ min: 0, max: 0x7f }).map(code => String.fromCharCode(code)),
  maxLength: 60
})
const mostlyPlain = fc.tuple(fc.string({ unit: fc.constantFrom('a', '#', '!', ' ', '~', '\x7f', ']', '[') }), ascii)

function put(before: string, value: string, behind: string): string {
  const from = Buffer.from(`${before}${value}${behind}`, 'latin1')
  const to = Buffer.alloc(before.length + 6 * value.length + 8, '.')
  const end = putCut(to, before.length, from, before.length, before.length + value.length)
  return to.toString('latin1', before.length, end)
}

test('bytes of ASCII are put as JSON writes them, at whatever place', () => {
  fc.assert(
    fc.property(ascii, mostlyPlain, ascii, (before, parts, behind) => {
      const value = parts.join('')
      expect(put(before, value, behind)).toBe(JSON.stringify(value).slice(1, -1))
    })
  )
})

test('each byte that has to be escaped is, at each place of a longer value', () => {
  for (let code = 0; code < 0x80; code++) {
    for (let at = 0; at < 13; at++) {
      const value = `${'a'.repeat(at)}${String.fromCharCode(code)}${'#'.repeat(12 - at)}`
      expect(put('"', value, '"')).toBe(JSON.stringify(value).slice(1, -1))
    }
  }
})

test('what is not ASCII is put as it is, at each place', () => {
  for (let at = 0; at < 13; at++) {
    for (const behind of ['b', '"', '\n']) {
      const value = `${'a'.repeat(at)}주문 é👍${behind.repeat(12 - at)}`
      const [from, to] = [Buffer.from(value), Buffer.alloc(100)]
      const end = putCut(to, 1, from, 0, from.length)
      expect(to.toString('utf8', 1, end)).toBe(JSON.stringify(value).slice(1, -1))
    }
  }
})

test('a time in milliseconds is put as ISO 8601, whatever was put before it', () => {
  const time = fc.date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true
  })
  fc.assert(
    fc.property(fc.array(fc.tuple(time, fc.nat(70_000)), { maxLength: 5 }), all => {
      for (const ms of all.flatMap(([at, step]) => [
        at.getTime(),
        Math.min(at.getTime() + step, 253_402_300_799_999)
      ])) {
        const to = Buffer.alloc(40)
        expect(to.toString('latin1', 0, putTime(to, 0, ms))).toBe(JSON.stringify(new Date(ms)))
      }
    })
  )
})
