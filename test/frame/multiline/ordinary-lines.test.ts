// An ordinary log line never joins, whatever stands before it: a record that is swallowed by another is hard to find.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createGrouping } from '../../../src/frame/multiline/index.ts'
import { logs, presets } from './fixtures.ts'
import { grouped } from './grouped.ts'

const dates = [
  '2026-11-21 02:10:40,101 - shop.orders - INFO - ',
  '2026-11-21T02:10:40.101Z INFO ',
  '2026/11/21 02:10:40 ',
  '21-Nov-2026 02:10:40.101 INFO [main] ',
  '21 Nov 2026 02:10:40 ',
  '02:10:40.101 [main] INFO Shop - ',
  '1795183912.345 info: ',
  '10.0.0.1 - - [21/Nov/2026:02:10:40 +0000] ',
  '[2026-11-21 02:10:40] shop.INFO: ',
  '[21-Nov-2026 02:10:40 UTC] ',
  '2026년 11월 21일 '
]
const others = [
  'INFO  [main] com.example.Shop - ',
  'WARNING:root:',
  '[INFO] ',
  '[Sat Nov 21 02:10:40.101 2026] [core:notice] ',
  'Nov 21 02:10:40 host shop[7]: ',
  'Sat Nov 21 02:10:40 2026 ',
  '<14>1 2026-11-21T02:10:40Z host shop - - - ',
  'I1121 02:10:40.101000       7 main.go:12] ',
  'I, [2026-11-21T02:10:40.338015 #21422]  INFO -- : ',
  'time=2026-11-21T02:10:40Z level=INFO msg='
]
const message = fc.oneof(
  fc.string(),
  fc.constantFrom('Traceback (most recent call last):', 'java.lang.Error: x', 'panic: x', 'Error: x {', '#0 {main}')
)

describe.each(presets)('%s', preset => {
  const create = createGrouping({ preset })

  test('joins no log lines of any format', () => {
    const line = fc.tuple(fc.constantFrom(...dates, ...others), message).map(([head, tail]) => head + tail)
    fc.assert(
      fc.property(fc.array(line), lines => {
        expect(grouped(create(), lines)).toEqual(lines.map(text => [text]))
      })
    )
  })

  test('joins no dated line to any part of a trace', () => {
    for (const trace of tracesOf(preset)) {
      for (const date of dates) expect(grouped(create(), [...trace, date])).toEqual([trace, [date]])
    }
  })

  test('joins no other log line to a whole trace', () => {
    const whole = logs.filter(log => log.preset === preset).flatMap(({ records }) => records)
    for (const trace of whole) {
      for (const head of others) expect(grouped(create(), [...trace, `${head}ok`])).toEqual([trace, [`${head}ok`]])
    }
  })
})

/** Every beginning of every record. */
function tracesOf(preset: string): readonly string[][] {
  return logs
    .filter(log => log.preset === preset)
    .flatMap(({ records }) => records)
    .flatMap(record => record.map((_, index) => record.slice(0, index + 1)))
}
