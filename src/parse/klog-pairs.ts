// What klog's structured calls write behind a header: the message in quotes, and pairs of keys and values as Go formats them.
// See "InfoS" of k8s.io/klog/v2 and its serialize package.

import { withoutCodes } from './escapes.ts'

/** A message and its pairs, the values as texts. */
export interface Structured {
  readonly message: string
  readonly pairs: readonly (readonly [key: string, value: string])[]
}

/** Undefined where a text was not written so, but may be any other message. */
export function readStructured(text: string): Structured | undefined {
  const message = quotedAt(text, 0)
  if (message === undefined) return undefined
  const pairs: (readonly [string, string])[] = []
  let at = message.end
  while (at < text.length) {
    KEY.lastIndex = at
    const key = KEY.exec(text)?.[1]
    if (key === undefined) return undefined
    const value = valueAt(text, KEY.lastIndex)
    pairs.push([key, value.text])
    at = value.end
  }
  return { message: message.text, pairs }
}

interface Piece {
  readonly text: string
  readonly end: number
}

const KEY = / ([^\s="]+)=/y
const QUOTED = /"(?:[^"\\\n]|\\.)*"/y
const LINES = /<\n((?:\t.*\n)*) >/y

function quotedAt(text: string, at: number): Piece | undefined {
  QUOTED.lastIndex = at
  const found = QUOTED.exec(text)?.[0]
  return found === undefined ? undefined : { text: unquoted(found), end: at + found.length }
}

/** A text in quotes, lines between `<` and `>`, or what Go prints of a value, up to a blank outside its brackets. */
function valueAt(text: string, at: number): Piece {
  const quoted = quotedAt(text, at)
  if (quoted !== undefined) return quoted
  LINES.lastIndex = at
  const lines = LINES.exec(text)
  if (lines !== null) return { text: (lines[1] ?? '').replace(/^\t/gm, '').trimEnd(), end: LINES.lastIndex }
  let depth = 0
  let end = at
  for (; end < text.length; end++) {
    const character = text.charAt(end)
    if ('[{('.includes(character)) depth++
    else if (']})'.includes(character)) depth--
    else if (character === ' ' && depth <= 0) break
  }
  return { text: text.slice(at, end), end }
}

/** Undoes strconv.Quote. */
function unquoted(text: string): string {
  return withoutCodes(text.slice(1, -1))
}
