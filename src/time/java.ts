// Times by the letters of Java's SimpleDateFormat and DateTimeFormatter, said in the directives of strftime, so that one
// compiled reader does for both.

import { SluiceError } from '#errors'

/** What each run of letters writes. Numbers may be wider than their letters, never narrower. */
const DIRECTIVES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ yyyy: '%Y', uuuu: '%Y', y: '%Y', u: '%Y', yy: '%y', uu: '%y' },
    ...{ M: '%-m', MM: '%m', MMM: '%b', MMMM: '%B', L: '%-m', LL: '%m', LLL: '%b', LLLL: '%B' },
    ...{ d: '%-d', dd: '%d', D: '%-j', DDD: '%j', E: '%a', EE: '%a', EEE: '%a', EEEE: '%A' },
    ...{ H: '%-H', HH: '%H', h: '%-I', hh: '%I', m: '%-M', mm: '%M', s: '%-S', ss: '%S', a: '%p' },
    ...{ z: '%Z', zz: '%Z', zzz: '%Z', Z: '%z', ZZ: '%z', ZZZ: '%z', ZZZZZ: '%z' },
    ...{ X: '%Z', XX: '%z', XXX: '%z', x: '%Z', xx: '%z', xxx: '%z' }
  })
)
/** Where letters that follow at once are digits too, a number has as many digits as it has letters. */
const PIECE = /'(?<quoted>(?:[^']|'')*)'|(?<letters>(?<letter>[A-Za-z])\k<letter>*)|(?<text>[^A-Za-z']+)/gy

/**
 * The directives of strftime that read what a pattern of Java writes.
 * @throws SluiceError E_PARSE_PATTERN for letters that are not known, or say what cannot be read back
 */
export function javaDirectives(pattern: string): string {
  let directives = ''
  let end = 0
  for (const { 0: piece, groups } of pattern.matchAll(PIECE)) {
    const { quoted, letters, text = '' } = groups ?? {}
    end += piece.length
    if (letters !== undefined) directives += directiveOf(letters, pattern, end - piece.length)
    else directives += (quoted === undefined ? text : quoted.replaceAll("''", "'") || "'").replaceAll('%', '%%')
  }
  if (end < pattern.length) throw unknown(pattern, end, pattern.slice(end))
  return directives
}

function directiveOf(letters: string, pattern: string, column: number): string {
  if (/^[Sn]{1,9}$/.test(letters)) return `%${letters.length}f`
  const directive = DIRECTIVES.get(letters)
  if (directive === undefined) throw unknown(pattern, column, letters)
  return directive
}

function unknown(pattern: string, column: number, found: string): SluiceError {
  const message = `column ${column + 1}: ${JSON.stringify(found)} in the time ${JSON.stringify(pattern)} cannot be read back; allowed: ${[...DIRECTIVES.keys()].join(' ')}, S to SSSSSSSSS, and text in single quotes`
  return new SluiceError('E_PARSE_PATTERN', message, { context: { pattern, column } })
}
