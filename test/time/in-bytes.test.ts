// A time that is read where it stands in bytes is the one that its text is, whatever was read before it.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { strptime, utc, zone } from '#time'

const FORMATS = [
  '%Y-%m-%d %H:%M:%S,%3f',
  '%Y-%m-%d %H:%M:%S.%6f',
  '%d/%b/%Y:%H:%M:%S',
  '%y%m%d%H%M%S%3f',
  '%Y-%m-%d %H:%M:%S',
  '%Y-%j %H.%M.%S %9f Z',
  '%d %b %Y %I:%M %p',
  '%b %d %H:%M:%S %Y',
  '%Y/%m/%d %e %k:%M:%1f',
  '%a %b %e %H:%M:%S %Y'
]
const moment = fc.date({
  min: new Date('1950-01-01T00:00:00Z'),
  max: new Date('2060-12-31T23:59:59.999Z'),
  noInvalidDate: true
})
const seconds = fc.tuple(moment, fc.array(fc.nat(90_000), { maxLength: 4 }))

/** A time as the format writes it. */
function written(format: string, at: Date): string {
  const [date = '', clock = ''] = at.toISOString().split('T')
  const [year = '', month = '', day = ''] = date.split('-')
  const [hour = '', minute = '', rest = ''] = clock.split(':')
  const names = (names: string, number: number) => names.slice(3 * number, 3 * number + 3)
  const dayOfYear = (Date.parse(date) - Date.parse(`${year}-01-01`)) / 86_400_000 + 1
  const half = Number(hour) % 12 === 0 ? '12' : String(Number(hour) % 12).padStart(2, '0')
  const said: Record<string, string> = {
    ...{ Y: year, y: year.slice(2), m: month, d: day, H: hour, M: minute, S: rest.slice(0, 2), I: half },
    ...{ p: Number(hour) < 12 ? 'AM' : 'PM', j: String(dayOfYear).padStart(3, '0'), k: hour.replace(/^0/, ' ') },
    ...{ e: day.replace(/^0/, ' '), a: names('SunMonTueWedThuFriSat', at.getUTCDay()) },
    b: names('JanFebMarAprMayJunJulAugSepOctNovDec', Number(month) - 1)
  }
  return format.replace(/%(\d?)(\w)/g, (_, width, letter) =>
    letter === 'f' ? rest.slice(3, 6).padEnd(9, '4').slice(0, Number(width)) : (said[letter] ?? letter)
  )
}

test.each(FORMATS)('times of %s', format => {
  const tampering = fc.record({
    at: fc.nat(),
    removed: fc.nat(2),
    added: fc.constantFrom('', '', '', '0', ' ', 'é', '7:')
  })
  fc.assert(
    fc.property(fc.array(fc.tuple(seconds, tampering), { maxLength: 4 }), all => {
      const texts = all.flatMap(([[first, steps], { at, removed, added }]) => {
        const close = steps.map(step => written(format, new Date(first.getTime() + step)))
        const text = written(format, first)
        const place = at % (text.length + 1)
        return [text, ...close, text.slice(0, place) + added + text.slice(place + removed), text, ...close]
      })
      const [inText, inBytes] = [strptime(format, zone('+09:00')), strptime(format, zone('+09:00'))]
      const bytes = Buffer.from(texts.map(text => `x${text}5`).join(''))
      let from = 1
      for (const text of texts) {
        const to = from + Buffer.byteLength(text)
        expect(inBytes.readAt?.(bytes, from, to)).toBe(inText.read(text))
        from = to + 2
      }
    })
  )
})

test('what differs in width, or says no instant, is only read as text', () => {
  for (const format of ['%Y-%m-%d %H:%M:%S %z', '%B %d %Y %H:%M', '%H:%M:%S', '%Y년 %m월 %d일 %H:%M', '%F %T %-3f']) {
    expect(strptime(format, utc).readAt).toBeUndefined()
  }
  expect(strptime('%d %b %Y', utc, 'de').readAt).toBeUndefined()
})
