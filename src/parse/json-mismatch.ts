// Says where a line stops being a JSON object, and what should have stood there.

import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser'
import type { Mismatch } from '#pattern'
import { MAX_DEPTH, readObject } from './json-object.ts'

/** What would have been right where the parser stopped, by the name of its error. */
const EXPECTED: Readonly<Record<string, string>> = {
  InvalidSymbol: 'a text in double quotes, a number, true, false, null, { or [',
  InvalidNumberFormat: 'a number such as 10 or 0.5',
  PropertyNameExpected: 'a key in double quotes',
  ValueExpected: 'a value',
  ColonExpected: 'a colon',
  CommaExpected: 'a comma',
  CloseBraceExpected: 'a comma or }',
  CloseBracketExpected: 'a comma or ]',
  EndOfFileExpected: 'the end of the line',
  InvalidCommentToken: 'no comment',
  UnexpectedEndOfString: 'a closing double quote',
  UnexpectedEndOfNumber: 'a number such as 10 or 0.5',
  InvalidUnicode: 'four hexadecimal digits after \\u',
  InvalidEscapeCharacter: 'one of the escapes of JSON',
  InvalidCharacter: 'control characters as escapes'
}

/** Where a line that `readObject` refuses stops being a JSON object. */
export function jsonMismatch(text: string): Mismatch {
  const start = text.search(/[^ \t\r\n]/)
  if (text[start] !== '{') return { column: Math.max(start, 0), expected: 'a JSON object in { }' }
  const tooDeep = columnBelow(text, MAX_DEPTH)
  if (tooDeep !== -1) return { column: tooDeep, expected: `at most ${MAX_DEPTH} objects and lists within each other` }
  const errors: ParseError[] = []
  parse(text, errors, { disallowComments: true, allowTrailingComma: false })
  const [first] = errors
  if (first === undefined)
    return { column: start, expected: `at most ${MAX_DEPTH} objects and lists within each other` }
  const isWhole = readObject(text.slice(0, first.offset)) !== undefined
  const name = isWhole ? 'EndOfFileExpected' : printParseErrorCode(first.error)
  return { column: first.offset, expected: EXPECTED[name] ?? 'JSON' }
}

/** Where brackets outside of texts first stand deeper than `depth`; -1 where they do nowhere. */
function columnBelow(text: string, depth: number): number {
  let open = 0
  let isText = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (isText && character === '\\') at++
    else if (character === '"') isText = !isText
    else if (!isText && (character === '{' || character === '[')) open++
    else if (!isText && (character === '}' || character === ']')) open--
    if (open > depth) return at
  }
  return -1
}
