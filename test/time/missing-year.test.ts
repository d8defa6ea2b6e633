// Times without a year or a date, as files of different age, name and order have them.

import { describe, expect, test } from 'vitest'
import { type Reading, strptime, zone } from '#time'

interface File {
  readonly path?: string
  readonly read: string
  readonly modified?: string
}

/** The instants of the times that lines of a file say, one after the other. */
function instants(format: string, texts: readonly string[], { path = '/var/log/app.log', read, modified }: File) {
  const time = strptime(format, zone('Asia/Seoul'))
  const modifiedMs = modified === undefined ? undefined : Date.parse(modified)
  const reading: Reading = { path, readMs: Date.parse(read), modifiedMs }
  return texts.map(text => {
    const ms = time.read(text, reading)
    return Number.isNaN(ms) ? 'no time' : new Date(ms).toISOString().replace(':00.000Z', 'Z')
  })
}

const SYSLOG = '%b %e %H:%M:%S'

describe('a missing year', () => {
  test.each<[why: string, texts: string[], file: File, expected: string[]]>([
    ['is this one', ['Nov 20 23:11:00'], { read: '2026-11-20T15:00:00Z' }, ['2026-11-20T14:11Z']],
    [
      'is the last one for December read in January',
      ['Dec 31 23:59:00', 'Jan  1 00:00:00'],
      { read: '2026-12-31T15:00:01Z' },
      ['2026-12-31T14:59Z', '2026-12-31T15:00Z']
    ],
    ['is never in the future', ['Nov 23 00:00:00'], { read: '2026-11-20T15:00:00Z' }, ['2025-11-22T15:00Z']],
    ['lets clocks be ahead', ['Jan  1 09:01:00'], { read: '2025-12-31T23:59:00Z' }, ['2026-01-01T00:01Z']],
    [
      'is that in which the file was written',
      ['Mar  3 10:00:00', 'Dec  3 10:00:00'],
      { read: '2026-11-20T15:00:00Z', modified: '2024-03-03T02:00:00Z' },
      ['2024-03-03T01:00Z', '2023-12-03T01:00Z']
    ],
    ['has the day', ['Feb 29 09:00:00'], { read: '2027-03-01T00:00:00Z' }, ['2024-02-29T00:00Z']],
    [
      'is near the date in the name of a file that was copied later',
      ['Dec 30 09:00:00', 'Jan  2 09:00:00'],
      { path: '/var/log/messages-20240104', read: '2026-11-20T15:00:00Z', modified: '2026-11-20T15:00:00Z' },
      ['2023-12-30T00:00Z', '2024-01-02T00:00Z']
    ],
    [
      'goes on with the lines of a file that took more than a year',
      ['Jan  5 09:00:00', 'Jun  5 09:00:00', 'Nov  5 09:00:00', 'Feb  5 09:00:00'],
      { path: '/tmp/app.host.log.INFO.20250105-085959.77', read: '2026-11-20T15:00:00Z' },
      ['2025-01-05T00:00Z', '2025-06-05T00:00Z', '2025-11-05T00:00Z', '2026-02-05T00:00Z']
    ],
    ['does not make up days', ['Feb 30 09:00:00'], { read: '2027-03-01T00:00:00Z' }, ['no time']]
  ])('%s', (_, texts, file, expected) => {
    expect(instants(SYSLOG, texts, file)).toEqual(expected)
  })
})

describe('a missing date', () => {
  test.each<[why: string, texts: string[], file: File, expected: string[]]>([
    ['is today', ['23:11:00'], { read: '2026-11-20T14:12:00Z' }, ['2026-11-20T14:11Z']],
    ['is yesterday for what is still to come', ['23:11:00'], { read: '2026-11-20T13:00:00Z' }, ['2026-11-19T14:11Z']],
    [
      'is that on which the file was written',
      ['23:11:00'],
      { read: '2026-11-20T15:00:00Z', modified: '2026-03-03T14:30:00Z' },
      ['2026-03-03T14:11Z']
    ],
    [
      'is that of the name, and goes on at midnight',
      ['09:00:00', '23:59:00', '00:01:00'],
      { path: '/var/log/app.2026-03-03.log', read: '2026-11-20T15:00:00Z' },
      ['2026-03-03T00:00Z', '2026-03-03T14:59Z', '2026-03-03T15:01Z']
    ],
    [
      'is the day before where the file was renamed in the morning',
      ['23:00:00', '01:00:00'],
      { path: '/var/log/app-20260303', read: '2026-11-20T15:00:00Z', modified: '2026-03-02T18:14:00Z' },
      ['2026-03-02T14:00Z', '2026-03-02T16:00Z']
    ]
  ])('%s', (_, texts, file, expected) => {
    expect(instants('%H:%M:%S', texts, file)).toEqual(expected)
  })
})

test('a time without a date is none where nothing is known of its line', () => {
  expect(strptime(SYSLOG, zone('UTC')).read('Nov 20 23:11:00')).toBeNaN()
})

test('a month alone, or a minute, does not say enough', () => {
  expect(['%b %H:%M', '%M:%S', '%Y %H'].map(format => strptime(format, zone('UTC')).isDatable)).toEqual([
    false,
    false,
    false
  ])
})
