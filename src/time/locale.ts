// Names of months, days and halves of a day in the languages of writers. C libraries, Java and Intl shorten them in ways of
// their own (Mär, März, Mrz.), so that all that Intl knows are taken, and what one name alone begins with.

import { SluiceError } from '#errors'
import type { Directive, Read } from './directives.ts'

/** What the `locale` options of formats say of themselves. */
export const localeDescription =
  'Language of the names of months and days, as in `fr`, `de-AT` or `ko`. Where it is left out: English. English names are read beside those of any language.'

/** What of a time a name says, in lower case; the longest come first, so that 11월 is not taken for 1월. */
type Names = readonly (readonly [name: string, value: number])[]

/**
 * The directives of strftime that write names, `%b`, `%B`, `%a`, `%A` and `%p` among them, in a language.
 * @throws SluiceError E_PARSE_OPTION for a language that is not known
 */
export function localDirectives(locale: string): ReadonlyMap<string, Directive> {
  const known = read.get(locale) ?? readLocale(locale)
  read.set(locale, known)
  return known
}

const read = new Map<string, ReadonlyMap<string, Directive>>()

function readLocale(locale: string): ReadonlyMap<string, Directive> {
  const languages = isKnown(locale) ? [locale, locale.replace(/-.*/, ''), 'en'] : []
  if (languages.length === 0) {
    const message = `"locale" is ${JSON.stringify(locale)}; allowed: a language such as "fr", "de-AT" or "ko"`
    throw new SluiceError('E_PARSE_OPTION', message, { context: { option: 'locale', found: locale } })
  }
  const months = namesOf(languages, MONTHS, ['month'])
  const days = namesOf(languages, DAYS, ['weekday'])
  const halves = namesOf(languages, HALVES, ['dayPeriod'])
  const month: Directive = {
    example: exampleOf(months, NOVEMBER),
    read: reader(months, (parts, value) => {
      parts.month = value
    }),
    says: 'month'
  }
  const day: Directive = { example: exampleOf(days, FRIDAY), read: reader(days, () => {}) }
  const half: Directive = {
    example: exampleOf(halves, 1),
    read: reader(halves, (parts, value) => {
      parts.isAfternoon = value === 1
    })
  }
  return new Map(Object.entries({ b: month, h: month, B: month, a: day, A: day, p: half, P: half }))
}

function isKnown(locale: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale).length === 1
  } catch {
    return false
  }
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const NOVEMBER = 11
const FRIDAY = 5
/** Moments by the values that they stand for: the months, the days from Monday on, and the halves of a day. */
const MONTHS = Array.from({ length: 12 }, (_, month) => [month + 1, Date.UTC(2026, month, 15, 12)] as const)
const DAYS = Array.from({ length: 7 }, (_, day) => [day + 1, Date.UTC(2026, 10, 16 + day, 12)] as const)
const HALVES = [
  [0, Date.UTC(2026, 10, 20, 2)],
  [1, Date.UTC(2026, 10, 20, 2) + DAY_MS / 2]
] as const

const SHAPES: readonly Intl.DateTimeFormatOptions[] = (['long', 'short'] as const).flatMap(length => [
  { month: length },
  { month: length, day: 'numeric' },
  { weekday: length },
  { month: length, day: 'numeric', weekday: length },
  { hour: 'numeric', hour12: true }
])

function namesOf(
  languages: readonly string[],
  moments: readonly (readonly [value: number, ms: number])[],
  types: readonly string[]
): Names {
  const names = new Map<string, number>()
  for (const language of languages) {
    for (const shape of SHAPES) {
      const options = { ...shape, calendar: 'gregory', numberingSystem: 'latn', timeZone: 'UTC' }
      const format = new Intl.DateTimeFormat(language, options)
      for (const [value, ms] of moments) {
        const parts = format.formatToParts(ms)
        const at = parts.findIndex(({ type }) => types.includes(type))
        const name = parts[at]?.value.toLowerCase() ?? ''
        // In Japanese what makes a month of a number stands behind it.
        const whole = /^\d+$/.test(name) ? name + (/^\p{L}+/u.exec(parts[at + 1]?.value ?? '')?.[0] ?? '') : name
        if (/^\d*$/.test(whole)) continue
        // Blanks within a name are of several kinds.
        for (const written of [whole.replace(/\s/g, ' '), whole.replace(/\s|\.$/g, '')]) {
          if (!names.has(written)) names.set(written, value)
        }
      }
    }
  }
  return [...names].sort(([one], [other]) => other.length - one.length)
}

function exampleOf(names: Names, wanted: number): string {
  return names.find(([, value]) => value === wanted)?.[0] ?? ''
}

/** A name wherever it is written in capitals or not, with a full stop behind it or not. */
function reader(names: Names, say: (parts: Parameters<Read>[2], value: number) => void): Read {
  const longest = names[0]?.[0].length ?? 0
  return (text, at, parts) => {
    // C libraries put a blank before a number of one digit.
    const from = text[at] === ' ' ? at + 1 : at
    const here = text
      .slice(from, from + longest)
      .toLowerCase()
      .replace(/\s/g, ' ')
    const found = names.find(([name]) => here.startsWith(name) && !goesOn(here, name.length)) ?? begun(names, here)
    if (found === undefined) return -1
    const [name, value] = found
    say(parts, value)
    const end = from + name.length
    return text[end] === '.' ? end + 1 : end
  }
}

/** Whether a name that ends in a letter is followed by another. */
function goesOn(text: string, end: number): boolean {
  return /\p{L}/u.test(text.charAt(end)) && /[a-zà-ɏа-я]/iu.test(text.charAt(end - 1))
}

/** What is written, of at least three letters, where names of one value alone begin with it. */
function begun(names: Names, here: string): readonly [name: string, value: number] | undefined {
  const written = /^\p{L}{3,}/u.exec(here)?.[0]
  if (written === undefined) return undefined
  const values = new Set(names.filter(([name]) => name.startsWith(written)).map(([, value]) => value))
  const [value] = values
  return values.size === 1 && value !== undefined ? [written, value] : undefined
}
