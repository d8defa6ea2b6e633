// Times as strftime writes them, held against that of a real Python.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SluiceError } from '#errors'
import { strftime } from '#time'
import { python } from '../parse/python.ts'

const LETTERS = 'YymbhBdejHkIlpPMSaAuwUWVGzsFDxTXRrc'
const formats = [...[...LETTERS].map(letter => `%${letter}`), '%-d.%-m.%Y %-H:%M %%', '%f', '%Y년 %m월 %d일']

test('random instants are written as Python writes them, in zones with and without summer', { timeout: 60_000 }, () => {
  const script = `
import json, os, sys, time
out = []
for zone, seconds, format in json.load(sys.stdin):
    os.environ['TZ'] = zone
    time.tzset()
    out.append(time.strftime(format, time.localtime(seconds)))
print(json.dumps(out))`
  const sample = fc.sample(
    fc.tuple(
      fc.constantFrom('UTC', 'Asia/Seoul', 'America/New_York', 'Asia/Kolkata'),
      fc.integer({ min: 0, max: 4_000_000_000 }),
      fc.constantFrom(...formats)
    ),
    3_000
  )
  const ours = sample.map(([zone, seconds, format]) => strftime(format, zone)(seconds * 1000))
  expect(ours).toEqual(python<string[]>(script, sample))
})

test.each([
  ['%Q', 'UTC', '1795183912915'],
  ['%F %T.%3f', 'UTC', '2026-11-20 14:11:52.915'],
  ['%T.%6f', 'UTC', '14:11:52.915000'],
  ['%F %T %z', '+09:30', '2026-11-20 23:41:52 +0930'],
  ['%Z', 'America/New_York', 'EST'],
  ['', 'UTC', '']
])('%s in %s is %s', (format, zone, expected) => {
  expect(strftime(format, zone)(1_795_183_912_915)).toBe(expected)
})

test.each(['%i', 'a %', '%é'])('%s is refused by its column', format => {
  expect(() => strftime(format)).toThrow(SluiceError)
  expect(() => strftime(format)).toThrow(/^column \d+: "%.*" is no directive of strftime; allowed: %Y/)
})
