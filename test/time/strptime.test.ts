// Times by strftime's formats: a table of what each directive reads, and random instants as real Python writes them.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SluiceError } from '#errors'
import { strptime, utc, zone } from '#time'
import { python } from '../parse/python.ts'

function read(format: string, text: string, timezone = 'UTC'): string {
  const ms = strptime(format, zone(timezone)).read(text)
  return Number.isNaN(ms) ? 'no time' : new Date(ms).toISOString()
}

describe('names of months and days are read in the language of their writer', () => {
  test.each([
    ['fr', '%A %d %B %Y', 'vendredi 20 novembre 2026', '2026-11-20'],
    ['fr', '%a %d %b %Y', 'ven. 20 févr. 2026', '2026-02-20'],
    ['fr_FR', '%d %b %Y', '1 AOÛT 2026', '2026-08-01'],
    ['de', '%d. %B %Y', '20. März 2026', '2026-03-20'],
    ['de', '%a %d %b %Y', 'Fr 20 Mär 2026', '2026-03-20'],
    ['de-AT', '%a, %d. %b %Y', 'Fr., 20. Dez. 2026', '2026-12-20'],
    ['de', '%d %b %Y', '20 May 2026', '2026-05-20'],
    ['es', '%A, %d de %B de %Y', 'viernes, 20 de noviembre de 2026', '2026-11-20'],
    ['ko', '%Y년 %b %d일 (%a)', '2026년 1월 20일 (화)', '2026-01-20'],
    ['ko', '%Y. %B %d. %A', '2026. 11월 20. 금요일', '2026-11-20'],
    ['ko', '%Y %b %d', '2026  1월 20', '2026-01-20'],
    ['ja', '%Y年%b%d日(%a)', '2026年11月20日(金)', '2026-11-20'],
    ['zh', '%Y年%b%d日 %A', '2026年11月20日 星期五', '2026-11-20'],
    ['ru', '%d %B %Y', '20 ноября 2026', '2026-11-20'],
    ['pl', '%d %b %Y', '20 lis 2026', '2026-11-20'],
    ['pt-BR', '%d de %B de %Y', '20 de março de 2026', '2026-03-20']
  ])('%s %s reads %s', (locale, format, text, day) => {
    const { read, end } = strptime(format, utc, locale.replace('_', '-'))
    expect(new Date(read(text)).toISOString()).toBe(`${day}T00:00:00.000Z`)
    expect(end(text, 0)).toBe(text.length)
  })

  test.each([
    ['ko', '%F %p %I:%M', '2026-11-20 오후 11:05', '23:05'],
    ['ja', '%F %p%I:%M', '2026-11-20 午前12:05', '00:05'],
    ['es', '%F %I:%M %p', '2026-11-20 11:05 p. m.', '23:05'],
    ['es', '%F %I:%M %p', '2026-11-20 11:05 p.\u00a0m.', '23:05'],
    ['es-MX', '%F %I:%M %p', '2026-11-20 11:05 p. m.', '23:05'],
    ['fr', '%F %I:%M %p', '2026-11-20 11:05 PM', '23:05']
  ])('and so are the halves of a day, as %s %s reads %s', (locale, format, text, clock) => {
    expect(new Date(strptime(format, utc, locale).read(text)).toISOString()).toBe(`2026-11-20T${clock}:00.000Z`)
  })

  test.each([
    ['a name of another language', 'fr', '20 März 2026'],
    ['what two months begin with', 'fr', '20 jui 2026'],
    ['a name that goes on', 'de', '20 Maister 2026']
  ])('but not %s', (_, locale, text) => {
    expect(strptime('%d %b %Y', utc, locale).read(text)).toBeNaN()
  })

  test('an unknown language is refused', () => {
    expect(() => strptime('%b', utc, 'klingonisch!')).toThrow(
      '"locale" is "klingonisch!"; allowed: a language such as "fr"'
    )
  })
})

describe('what is read', () => {
  test.each([
    ['%Y-%m-%d %H:%M:%S', '2026-11-20 23:11:52', '2026-11-20T23:11:52.000Z'],
    ['%Y-%m-%d %H:%M:%S,%3f', '2026-11-20 23:11:52,915', '2026-11-20T23:11:52.915Z'],
    ['%FT%T.%f%z', '2026-11-20T23:11:52.915123+0900', '2026-11-20T14:11:52.915Z'],
    ['%F %T %z', '2026-11-20 23:11:52 +09:00', '2026-11-20T14:11:52.000Z'],
    ['%F %T%z', '2026-11-20 23:11:52Z', '2026-11-20T23:11:52.000Z'],
    ['%F %T %z', '2026-11-20 23:11:52 -0330', '2026-11-21T02:41:52.000Z'],
    ['%d/%b/%Y:%H:%M:%S %z', '20/Nov/2026:23:11:52 +0900', '2026-11-20T14:11:52.000Z'],
    ['%a %b %e %H:%M:%S %Y', 'Fri Nov  6 01:02:03 2026', '2026-11-06T01:02:03.000Z'],
    ['%c', 'Fri Nov  6 01:02:03 2026', '2026-11-06T01:02:03.000Z'],
    ['%A, %d %B %Y, %I:%M %p', 'Friday, 20 November 2026, 12:05 AM', '2026-11-20T00:05:00.000Z'],
    ['%A, %d %B %Y, %I:%M %p', 'Friday, 01 May 2026, 12:05 pm', '2026-05-01T12:05:00.000Z'],
    ['%D %r', '11/20/26 11:11:52 PM', '2026-11-20T23:11:52.000Z'],
    ['%y%m%d %R', '700102 03:04', '1970-01-02T03:04:00.000Z'],
    ['%y%m%d %R', '680102 03:04', '2068-01-02T03:04:00.000Z'],
    ['%Y.%j', '2024.366', '2024-12-31T00:00:00.000Z'],
    ['%-d.%-m.%Y %k:%M', '1.2.2026  7:05', '2026-02-01T07:05:00.000Z'],
    ['%d.%m.%Y', '1.2.2026', '2026-02-01T00:00:00.000Z'],
    ['%s', '1795183912', '2026-11-20T14:11:52.000Z'],
    ['%Q', '1795183912915', '2026-11-20T14:11:52.915Z'],
    ['%s.%f', '1795183912.5', '2026-11-20T14:11:52.500Z'],
    ['%Y%m%d-%-H:%-M:%-S:%-3f', '20261120-23:1:2:9', '2026-11-20T23:01:02.009Z'],
    ['%F %T.%-3f', '2026-11-20 23:11:52.915', '2026-11-20T23:11:52.915Z'],
    ['%F %T.%f', '2026-11-20 23:11:52.%f', '2026-11-20T23:11:52.000Z'],
    ['100%% %F', '100% 2026-11-20', '2026-11-20T00:00:00.000Z'],
    ['%G-W%V-%u %F', '2026-W47-5 2026-11-20', '2026-11-20T00:00:00.000Z'],
    ['%Y년 %m월 %d일', '2026년 11월 20일', '2026-11-20T00:00:00.000Z']
  ])('%s reads %s', (format, text, expected) => {
    expect(read(format, text)).toBe(expected)
  })

  test.each([
    ['a day that is not', '%F', '2026-02-29'],
    ['a year that has no 366th day', '%Y %j', '2026 366'],
    ['an hour that is not', '%F %H', '2026-11-20 24'],
    ['a name that is no month', '%d %b %Y', '20 Nox 2026'],
    ['a month cut short', '%d %B %Y', '20 Novem 2026'],
    ['a rest behind it', '%F', '2026-11-20 '],
    ['a text that is too short', '%F %T', '2026-11-20 23:11'],
    ['letters for digits', '%F %T', '2026-11-20 23:11:5x'],
    ['minutes of a zone that are not', '%F %T %z', '2026-11-20 23:11:52 +0960'],
    ['a format without a day', '%H:%M:%S', '23:11:52']
  ])('%s is no time', (_, format, text) => {
    expect(read(format, text)).toBe('no time')
  })

  test.each(['%c', '%H:%M:%S.%f %F', '%S %M %H %F'])('a text that comes again says the same, by %s', format => {
    const { read, example } = strptime(format, utc)
    expect(read(example)).not.toBeNaN()
    expect(read(example)).toBe(read(example))
    expect(new Date(read(example)).getUTCSeconds()).toBe(52)
  })

  test('lines of one minute do not spoil each other', () => {
    const { read } = strptime('%Y-%m-%d %H:%M:%S,%3f', utc)
    const at = (text: string): number => read(text) - Date.parse('2026-11-20T23:11:00Z')
    expect(at('2026-11-20 23:11:52,915')).toBe(52_915)
    expect(at('2026-11-20 23:11:53,001')).toBe(53_001)
    expect(at('2026-11-20 23:11:xx,001')).toBeNaN()
    expect(at('2026-11-20 23:12:00,000')).toBe(60_000)
    expect(at('2026-11-20 25:12:00,000')).toBeNaN()
    expect(at('2026-11-20 23:11:53,002')).toBe(53_002)
  })

  test('a directive that is not known is refused where it stands', () => {
    expect(() => strptime('%Y-%q', utc)).toThrow(SluiceError)
    try {
      strptime('%Y-%q', utc)
    } catch (error) {
      expect(error).toMatchObject({ code: 'E_PARSE_PATTERN', context: { pattern: '%Y-%q', column: 3 } })
      expect(String(error)).toContain('column 4: "%q" is no directive of strftime; allowed: %Y')
    }
  })
})

describe('zones', () => {
  test.each([
    ['a zone', 'Asia/Seoul', '2026-11-20 23:11', '2026-11-20T14:11:00.000Z'],
    ['an offset', '-03:30', '2026-11-20 23:11', '2026-11-21T02:41:00.000Z'],
    ['an offset of hours', '+09', '2026-11-20 23:11', '2026-11-20T14:11:00.000Z'],
    ['summer', 'America/New_York', '2026-07-01 12:00', '2026-07-01T16:00:00.000Z'],
    ['winter', 'America/New_York', '2026-01-01 12:00', '2026-01-01T17:00:00.000Z'],
    ['an hour that comes twice is the first', 'America/New_York', '2026-11-01 01:30', '2026-11-01T05:30:00.000Z'],
    ['the hour after it', 'America/New_York', '2026-11-01 02:00', '2026-11-01T07:00:00.000Z'],
    ['a skipped time counts on', 'America/New_York', '2026-03-08 02:30', '2026-03-08T07:30:00.000Z'],
    ['half an hour that is skipped', 'Australia/Lord_Howe', '2026-10-04 02:15', '2026-10-03T15:45:00.000Z'],
    ['the half hour after it', 'Australia/Lord_Howe', '2026-10-04 02:45', '2026-10-03T15:45:00.000Z']
  ])('%s', (_, timezone, text, expected) => {
    expect(read('%Y-%m-%d %H:%M', text, timezone)).toBe(expected)
  })

  test('a name that is no zone is refused', () => {
    expect(() => zone('Asia/Seuol')).toThrow(
      '"timezone" is "Asia/Seuol"; allowed: a name of the IANA database such as "Asia/Seoul", "UTC", or an offset such as "+09:00"'
    )
    expect(() => zone('+25:00')).toThrow('"timezone" is "+25:00"')
  })

  test('a name of the writer’s zone is taken for the zone of the format, UTC for itself', () => {
    expect(read('%F %T %Z', '2026-11-20 23:11:52 KST', 'Asia/Seoul')).toBe('2026-11-20T14:11:52.000Z')
    expect(read('%F %T %Z', '2026-11-20 23:11:52 UTC', 'Asia/Seoul')).toBe('2026-11-20T23:11:52.000Z')
    expect(read('%F %T %Z', '2026-11-20 23:11:52 -03', 'Asia/Seoul')).toBe('2026-11-21T02:11:52.000Z')
    expect(read('%F %T %Z', '2026-11-20 23:11:52 +0530', 'Asia/Seoul')).toBe('2026-11-20T17:41:52.000Z')
  })
})

const DATES = ['%Y-%m-%d', '%F', '%d/%b/%Y', '%a %b %e %Y', '%A, %d %B %Y', '%y%m%d', '%Y/%j', '%D', '%-d.%-m.%Y', '%x']
const CLOCKS = ['%H:%M:%S', '%T', '%T.%f', '%I:%M:%S %p', '%r', '%R', '%H%M%S', '%T,%f', '%k:%M:%S', '%l:%M %p', '%X']
const ZONES = [
  'UTC',
  'Asia/Seoul',
  'Asia/Kathmandu',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Europe/Lisbon',
  'Pacific/Apia'
]

const written = fc.record({
  format: fc
    .tuple(
      fc.constantFrom(...DATES),
      fc.constantFrom(' ', 'T', '  ', ' at ', '|'),
      fc.constantFrom(...CLOCKS),
      fc.constantFrom('', ' %z', ' %Z', '%z', ' (%Z) %z'),
      fc.boolean()
    )
    .map(([date, between, clock, named, isReversed]) =>
      isReversed ? clock + between + date + named : date + between + clock + named
    ),
  timezone: fc.constantFrom(...ZONES),
  us: fc.integer({ min: 31_536_000, max: 2_082_758_400 }).chain(s => fc.nat(999_999).map(us => s * 1e6 + us))
})

/** Writes each time; what the format leaves unsaid is left out of the time that is expected back. */
const STRFTIME = `
import json, sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo
out = []
for case in json.load(sys.stdin):
    format = case['format']
    moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=case['us'])
    local = moment.astimezone(ZoneInfo(case['timezone']))
    text = local.strftime(format)
    said = local if '%z' in format else local.replace(fold=0)
    if '%f' not in format: said = said.replace(microsecond=0)
    if '%R' in format or '%l:%M' in format: said = said.replace(second=0)
    out.append([text, int(said.timestamp() * 1000 // 1)])
print(json.dumps(out))
`

test('what Python writes reads as the instant that it wrote', () => {
  const cases = fc.sample(written, 3000)
  const answers = python<[string, number][]>(STRFTIME, cases)
  for (const [i, [text, ms]] of answers.entries()) {
    const { format = '', timezone = '' } = cases[i] ?? {}
    const found = strptime(format, zone(timezone)).read(text)
    expect({ format, timezone, text, ms: found }).toEqual({ format, timezone, text, ms })
  }
})

test('times without zeros before their numbers are read one after the other', () => {
  const { read } = strptime('%Y-%m-%d %H:%M:%S', utc)
  const times = ['2026-1-5 9:15:07', '2026-1-5 9:15:08', '2026-1-05 09:15:08', '2026-01-05 09:15:08']
  expect(times.map(time => read(time))).toEqual([7, 8, 8, 8].map(second => Date.UTC(2026, 0, 5, 9, 15, second)))
})
