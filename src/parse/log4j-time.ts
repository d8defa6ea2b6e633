// How layouts of log4j and logback write times: in Java's letters, or by the names that they have for some patterns.

import { javaDirectives, zone } from '#time'
import type { Field } from './logger-field.ts'
import type { Time } from './logger-times.ts'

/** Where no pattern is given. */
const DEFAULT = 'yyyy-MM-dd HH:mm:ss,SSS'

/** See FixedDateFormat of log4j2; `STRICT` is logback's. */
const NAMED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ABSOLUTE: 'HH:mm:ss,SSS',
    ABSOLUTE_MICROS: 'HH:mm:ss,SSSSSS',
    ABSOLUTE_NANOS: 'HH:mm:ss,SSSSSSSSS',
    ABSOLUTE_PERIOD: 'HH:mm:ss.SSS',
    COMPACT: 'yyyyMMddHHmmssSSS',
    DATE: 'dd MMM yyyy HH:mm:ss,SSS',
    DATE_PERIOD: 'dd MMM yyyy HH:mm:ss.SSS',
    DEFAULT,
    DEFAULT_MICROS: 'yyyy-MM-dd HH:mm:ss,SSSSSS',
    DEFAULT_NANOS: 'yyyy-MM-dd HH:mm:ss,SSSSSSSSS',
    DEFAULT_PERIOD: 'yyyy-MM-dd HH:mm:ss.SSS',
    ISO8601_BASIC: "yyyyMMdd'T'HHmmss,SSS",
    ISO8601_BASIC_PERIOD: "yyyyMMdd'T'HHmmss.SSS",
    ISO8601_OFFSET_DATE_TIME_HH: "yyyy-MM-dd'T'HH:mm:ss,SSSX",
    ISO8601_OFFSET_DATE_TIME_HHMM: "yyyy-MM-dd'T'HH:mm:ss,SSSXX",
    ISO8601_OFFSET_DATE_TIME_HHCMM: "yyyy-MM-dd'T'HH:mm:ss,SSSXXX",
    ISO8601_PERIOD: "yyyy-MM-dd'T'HH:mm:ss.SSS",
    ISO8601_PERIOD_MICROS: "yyyy-MM-dd'T'HH:mm:ss.SSSSSS",
    STRICT: "yyyy-MM-dd'T'HH:mm:ss,SSS"
  })
)
const EPOCH: ReadonlyMap<string, string> = new Map([
  ['UNIX', '%s'],
  ['UNIX_MILLIS', '%Q']
])

/** What `ISO8601` writes: log4j2 has a T in it, log4j and logback do not. */
export const ISO8601 = ["yyyy-MM-dd'T'HH:mm:ss,SSS", DEFAULT]

/** Separates the pattern of a field that is a time from its zone and its language. */
export const ZONE = '\0'

/**
 * How a field is written, where it is a time.
 * @throws SluiceError E_PARSE_PATTERN for what cannot be read back; E_PARSE_OPTION for a wrong zone
 */
export function readTime({ attribute, option = '' }: Field): Time | undefined {
  if (attribute !== 'date') return undefined
  const [pattern = '', zoned = '', language = ''] = option.split(ZONE)
  const directives = EPOCH.get(pattern) ?? javaDirectives((NAMED.get(pattern) ?? pattern) || DEFAULT)
  return {
    directives,
    zone: zoned === '' ? undefined : zone(zoned),
    locale: language === '' ? undefined : language.replaceAll('_', '-')
  }
}
