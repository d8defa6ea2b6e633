// Times as nginx and others write them, and what is none.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clf, epochSeconds, iso8601, type TimeReader, timestamps } from '#time'

const iso = (ms: number): string | undefined => (Number.isNaN(ms) ? undefined : new Date(ms).toISOString())

const readers: { name: string; read: TimeReader; rows: [text: string, expected: string | undefined][] }[] = [
  {
    name: 'the Common Log Format',
    read: clf,
    rows: [
      ['20/Nov/2026:23:11:52 +0900', '2026-11-20T14:11:52.000Z'],
      ['01/Jan/2027:00:00:00 +0900', '2026-12-31T15:00:00.000Z'],
      ['29/Feb/2024:00:00:00 -0330', '2024-02-29T03:30:00.000Z'],
      ['31/Dec/1969:23:59:59 +0000', '1969-12-31T23:59:59.000Z'],
      ['29/Feb/2100:00:00:00 +0000', undefined],
      ['31/Feb/2026:00:00:00 +0000', undefined],
      ['31/Apr/2026:00:00:00 +0000', undefined],
      ['00/Nov/2026:00:00:00 +0000', undefined],
      ['20/Foo/2026:00:00:00 +0000', undefined],
      ['20/nov/2026:00:00:00 +0000', undefined],
      ['20/Nov/2026:24:00:00 +0000', undefined],
      ['20/Nov/2026:00:60:00 +0000', undefined],
      ['20/Nov/2026:00:00:60 +0000', undefined],
      ['20/Nov/2026:00:00:00 +2400', undefined],
      ['20/Nov/2026:00:00:00  0900', undefined],
      ['20/Nov/2026-00:00:00 +0000', undefined],
      ['2x/Nov/2026:00:00:00 +0000', undefined],
      ['20/Nov/2026:00:00:00 +000', undefined],
      ['', undefined]
    ]
  },
  {
    name: 'ISO 8601',
    read: iso8601,
    rows: [
      ['2026-11-20T23:11:52+09:00', '2026-11-20T14:11:52.000Z'],
      ['2026-11-20T23:11:52+0900', '2026-11-20T14:11:52.000Z'],
      ['2026-11-20T23:11:52-03', '2026-11-21T02:11:52.000Z'],
      ['2026-11-20T23:11:52Z', '2026-11-20T23:11:52.000Z'],
      ['2026-11-20T23:11:52.5Z', '2026-11-20T23:11:52.500Z'],
      ['2026-11-20T23:11:52,123999Z', '2026-11-20T23:11:52.123Z'],
      ['2026-11-20T23:11:52', undefined],
      ['2026-11-20T23:11:52.Z', undefined],
      ['2026-11-20 23:11:52Z', undefined],
      ['2026-13-20T23:11:52Z', undefined],
      ['2026-02-30T23:11:52Z', undefined],
      ['2026-11-20T23:11:52+09:0', undefined],
      ['2026-11-20T23:11:52+09.00', undefined],
      ['2026-11-20T23:11:52z', undefined]
    ]
  },
  {
    name: 'seconds since 1970',
    read: epochSeconds,
    rows: [
      ['1795183912.345', '2026-11-20T14:11:52.345Z'],
      ['1795183912.3459', '2026-11-20T14:11:52.345Z'],
      ['1795183912.3', '2026-11-20T14:11:52.300Z'],
      ['1795183912', '2026-11-20T14:11:52.000Z'],
      ['0', '1970-01-01T00:00:00.000Z'],
      ['1795183912.', undefined],
      ['.345', undefined],
      ['-1', undefined],
      ['1e9', undefined],
      ['1795183912.345.1', undefined],
      ['999999999999', undefined],
      ['', undefined]
    ]
  }
]

describe.each(readers)('$name', ({ read, rows }) => {
  test.each(rows)('%j is %s', (text, expected) => {
    expect(iso(read(text))).toBe(expected)
  })
})

test('every second of every year from 1 to 9999 that the Common Log Format can name is read as Date names it', () => {
  const from = new Date('0001-01-02T00:00:00Z')
  const to = new Date('9999-12-30T00:00:00Z')
  fc.assert(
    fc.property(
      fc.date({ min: from, max: to, noInvalidDate: true }),
      fc.integer({ min: -1439, max: 1439 }),
      (date, zone) => {
        const second = Math.floor(date.getTime() / 1000) * 1000
        const [day, month, , year, clock] = new Date(second + zone * 60_000)
          .toUTCString()
          .replace(/^\w+, (\d+) (\w+) /, '$1 $2 - ')
          .split(' ')
        const [hours, minutes] = [Math.floor(Math.abs(zone) / 60), Math.abs(zone) % 60].map(part =>
          String(part).padStart(2, '0')
        )
        const text = `${day}/${month}/${year}:${clock} ${zone < 0 ? '-' : '+'}${hours}${minutes}`
        expect(clf(text)).toBe(second)
      }
    )
  )
})

test('timestamps are the same whether a text comes alone or after others of its second, minute or none', () => {
  const one = timestamps(epochSeconds)
  const texts = fc.oneof(
    fc.integer({ min: 0, max: 4_000_000_000_000 }).map(ms => (ms / 1000).toFixed(3)),
    fc.constantFrom('1795183912.345', '1795183912.346', '1795183919.000', 'x', '')
  )
  fc.assert(
    fc.property(texts, text => {
      expect(one(text)).toBe(iso(epochSeconds(text)))
    })
  )
})
