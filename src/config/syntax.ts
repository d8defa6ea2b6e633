// Says where JSON breaks off and what should have stood there. Of values nothing is said but their kind: they may be
// secrets.

import { type ParseError, printParseErrorCode } from 'jsonc-parser'

/** What would have been right where the parser stopped, by the name of its error. */
const allowedInstead: Readonly<Record<string, string>> = {
  InvalidSymbol: 'text in double quotes, a number, true, false, null, { or [',
  InvalidNumberFormat: 'a number such as 10 or 0.5',
  PropertyNameExpected: 'a key in double quotes',
  ValueExpected: 'a value',
  ColonExpected: 'a colon',
  CommaExpected: 'a comma, or the end of the object or list',
  CloseBraceExpected: 'a comma or }',
  CloseBracketExpected: 'a comma or ]',
  EndOfFileExpected: 'the end of the file',
  UnexpectedEndOfComment: 'a comment closed by */',
  UnexpectedEndOfString: 'a closing double quote on the same line',
  UnexpectedEndOfNumber: 'a number such as 10 or 0.5',
  InvalidUnicode: 'four hexadecimal digits after \\u',
  InvalidEscapeCharacter: 'the escapes \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX; a plain backslash is written \\\\',
  InvalidCharacter: 'control characters as escapes, such as \\t for a tab'
}

/** Parts of a text that make it invalid, by the name of the error that they cause. */
const culprits: Readonly<Record<string, RegExp>> = {
  InvalidUnicode: /\\u(?![\da-f]{4})/i,
  InvalidEscapeCharacter: /\\[^"\\/bfnrtu]/,
  InvalidCharacter: /\p{Cc}/u
}

/**
 * The first of the parser's errors in words. The others mostly follow from it.
 * @param isJson whether there is any JSON at all
 */
export function explainSyntax(
  text: string,
  [first]: readonly ParseError[],
  isJson: boolean
): { message: string; offset: number } | undefined {
  if (first === undefined) return undefined
  const name = printParseErrorCode(first.error)
  const token = text.slice(first.offset, first.offset + first.length)
  const culprit = culprits[name]?.exec(token.replaceAll('\\\\', '__'))
  if (culprit) {
    const found = name === 'InvalidCharacter' ? codePoint(culprit[0]) : culprit[0]
    return { message: `found ${found}; allowed: ${allowedInstead[name]}`, offset: first.offset + culprit.index }
  }
  const found = tokenText(token, text.slice(first.offset + first.length))
  const message = isJson
    ? `found ${found}; allowed: ${allowedInstead[name] ?? 'JSON'}`
    : `is not JSON: found ${found}; allowed: an object in { }`
  return { message, offset: first.offset }
}

function tokenText(token: string, rest: string): string {
  if (token === '') return 'the end of the file'
  const isKey = /^\s*:/.test(rest)
  if (isKey || /^[{}[\],:]$/.test(token)) return token.length > 40 ? `${token.slice(0, 39)}…` : token
  if (token.startsWith('"')) return 'text'
  if (token.startsWith("'")) return 'text in single quotes'
  if (token.startsWith('/')) return 'a comment'
  return /^[-\d]/.test(token) ? 'a number' : 'a word without quotes'
}

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
