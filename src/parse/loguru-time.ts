// How Loguru writes times: by tokens such as `YYYY-MM-DD HH:mm:ss.SSS`, by strftime where a `%` is among them, and in UTC
// behind `!UTC`. See "The time formatting" in Loguru's documentation.

import { SluiceError } from '#errors'
import { utc } from '#time'
import type { Field } from './logger-field.ts'
import type { Time } from './logger-times.ts'

const TOKENS =
  /H{1,2}|h{1,2}|m{1,2}|s{1,2}|S+|YYYY|YY|M{1,4}|D{1,4}|Z{1,2}|zz|A|X|x|E|Q|dddd|ddd|d|\[(?<escaped>H{1,2}|h{1,2}|m{1,2}|s{1,2}|S+|YYYY|YY|M{1,4}|D{1,4}|Z{1,2}|zz|A|X|x|E|Q|dddd|ddd|d|!UTC|)\]/g

/**
 * Directives of strftime that write the same. A quarter is one digit, as a day of the week is. There is none for `x`, to
 * which Loguru adds the microseconds twice.
 */
const DIRECTIVES: Readonly<Record<string, string>> = {
  ...{ YYYY: '%Y', YY: '%y', Q: '%w', MMMM: '%B', MMM: '%b', MM: '%m', M: '%-m', DDDD: '%j', DDD: '%-j', DD: '%d' },
  ...{ D: '%-d', dddd: '%A', ddd: '%a', d: '%w', E: '%u', HH: '%H', H: '%-H', hh: '%I', h: '%-I', mm: '%M', m: '%-M' },
  ...{ ss: '%S', s: '%-S', S: '%1f', SS: '%2f', SSS: '%3f', SSSS: '%4f', SSSSS: '%5f', SSSSSS: '%6f', A: '%p' },
  ...{ Z: '%z', ZZ: '%z', zz: '%Z', X: '%s' }
}

/**
 * How a field is written, where it is a time.
 * @throws SluiceError E_PARSE_PATTERN for a token that cannot be read back
 */
export function readTime({ attribute, option = '', column, written }: Field, pattern: string): Time | undefined {
  if (attribute !== 'time') return undefined
  const isUtc = option.endsWith('!UTC')
  const zone = isUtc ? utc : undefined
  const spec = (isUtc ? option.slice(0, -4) : option) || '%Y-%m-%dT%H:%M:%S.%f%z'
  if (spec.includes('%')) return { directives: spec, zone }
  const directives = spec.replace(TOKENS, (token, escaped: string | undefined) => {
    if (escaped !== undefined) return escaped
    const directive = DIRECTIVES[token]
    if (directive !== undefined) return directive
    const message = `column ${column + 1}: ${JSON.stringify(token)} in ${JSON.stringify(written)} is no time that can be read back; allowed: ${Object.keys(DIRECTIVES).join(' ')}`
    throw new SluiceError('E_PARSE_PATTERN', message, { context: { pattern, column } })
  })
  return { directives, zone }
}
