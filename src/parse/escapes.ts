// What producers write for the characters that would tear a line apart, and the characters again. Before a line is scanned,
// quotes that are part of a value are made to look like none, without moving anything; once its values are known, they are
// what was sent.

import { isUtf8 } from 'node:buffer'
import type { Ascii } from './values.ts'

/** Stands for the escaped quote while a line is scanned; none of the writers below has such an escape. */
const HIDDEN = '\\q'

let seen: Buffer | undefined
let seenFrom = 0
let next = -1

/**
 * Whether a backslash stands in a line. The next one of its bytes is remembered, because lines are asked for one after the
 * other and hardly one has any.
 */
export function hasBackslash({ bytes, characters, base, length }: Stands): boolean {
  const isAhead = bytes === seen && base >= seenFrom
  if (!isAhead || (next !== -1 && next < base)) next = characters.indexOf('\\', base)
  seen = bytes
  seenFrom = base
  return next !== -1 && next < base + length
}

type Stands = Pick<Ascii, 'bytes' | 'characters' | 'base' | 'length'>

/** The line with every `\"` hidden, so that a quote is always the end of a value. Its length stays the same. */
export function hideQuotes(line: string): string {
  return line.includes('\\"') ? line.replace(/\\["\\]/g, pair => (pair === '\\"' ? HIDDEN : pair)) : line
}

/** Undoes `\xXX`; runs of them that are no UTF-8, as in the requests of scanners, stay as they are written. */
export function withoutHex(text: string): string {
  return text.includes('\\x') ? text.replace(/(?:\\x[0-9A-Fa-f]{2})+/g, bytesOf) : text
}

/** Undoes the escapes of C and `\xXX`, as Apache's ap_escape_logitem and haproxy's logs have them, in a hidden line. */
export function withoutC(text: string): string {
  return text.replace(/(?:\\x[0-9A-Fa-f]{2})+|\\[bnrtvq\\]/g, written => C_ESCAPES.get(written) ?? bytesOf(written))
}

const C_ESCAPES = new Map([
  ['\\b', '\b'],
  ['\\n', '\n'],
  ['\\r', '\r'],
  ['\\t', '\t'],
  ['\\v', '\v'],
  ['\\\\', '\\'],
  [HIDDEN, '"']
])

/** Undoes the escapes of JSON strings in a hidden line. */
export function withoutJson(text: string): string {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|[bfnrtq\\/])/g, (written, code?: string) =>
    code === undefined ? (JSON_ESCAPES.get(written) ?? written) : String.fromCharCode(Number.parseInt(code, 16))
  )
}

const JSON_ESCAPES = new Map([...C_ESCAPES, ['\\f', '\f'], ['\\/', '/']])

/** Undoes the escapes of Python's `repr` and Go's `strconv.Quote`, where any other escaped character is itself. */
export function withoutCodes(text: string): string {
  return text.replace(CODE, (written, code: string | undefined) =>
    code === undefined
      ? (CODE_ESCAPES.get(written) ?? written.slice(1))
      : String.fromCodePoint(Number.parseInt(code.slice(1), 16))
  )
}

const CODE = /\\(?:(x[\da-f]{2}|u[\da-f]{4}|U00[\da-f]{6})|.)/gs
const CODE_ESCAPES = new Map([
  ['\\n', '\n'],
  ['\\r', '\r'],
  ['\\t', '\t']
])

function bytesOf(run: string): string {
  const bytes = Buffer.from(run.replaceAll('\\x', ''), 'hex')
  return isUtf8(bytes) ? bytes.toString() : run
}
