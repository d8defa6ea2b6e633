// Lines of key=value pairs as Go's loggers write them. A line is taken whole or not at all: it begins with a pair, and every
// quote in it is closed.

import Type, { type Static } from 'typebox'
import type { Mismatch } from '#pattern'
import { zone } from '#time'
import { groupsSchema } from './groups.ts'
import { typedPairs } from './pairs.ts'
import type { Parser } from './parser.ts'
import { roleOptions, roleWriter } from './roles.ts'

export const schema = Type.Object(
  {
    format: Type.Literal('logfmt', { description: 'Pairs as `level=info msg="it is up" took=3ms`.' }),
    fields: groupsSchema,
    ...roleOptions('The key of the event’s time. Where it is left out it is found as `json` finds it.')
  },
  {
    additionalProperties: false,
    description:
      'Lines of pairs, of logrus, slog, go-kit, Heroku, Grafana’s programs and others. Time, level, message, logger and error are found by the keys that loggers use; a key without `=` is true; values are text unless `fields` says otherwise. Lines that were joined behind the first are part of the message.'
  }
)
export type Options = Static<typeof schema>

/**
 * A parser for lines of logfmt.
 * @throws SluiceError E_PARSE_OPTION for a wrong zone or option of a field
 */
export function logfmt({ fields: options = {}, timeKey, timezone, target }: Options): Parser {
  const objectOf = typedPairs(options, zone(timezone))
  const write = roleWriter({ timeKey, timezone, target })
  return {
    format: 'logfmt',
    writes: 'open',
    parse(text, fields, reading) {
      const { line, rest } = firstLine(text)
      const pairs = readPairs(line)
      const object = Array.isArray(pairs) ? objectOf(pairs, reading) : undefined
      if (object === undefined) return false
      write(fields, object)
      if (rest !== '') fields.message = typeof fields.message === 'string' ? `${fields.message}${rest}` : rest.slice(1)
      return true
    },
    mismatch(text) {
      const pairs = readPairs(firstLine(text).line)
      return Array.isArray(pairs) ? { column: 0, expected: 'a time where `fields` names one' } : pairs
    }
  }
}

/** A group of joined lines, at its first line break. */
function firstLine(text: string): { line: string; rest: string } {
  const end = text.indexOf('\n')
  return end === -1 ? { line: text, rest: '' } : { line: text.slice(0, end), rest: text.slice(end) }
}

const KEY = /[^\s="]+/y
const QUOTED = /"[^"\\]*(?:\\.[^"\\]*)*"/y
const PLAIN = /[^\s"]\S*|(?=\s|$)/y
const GAP = /\s+/y

/** The pairs of a line, or where it stops being one. Values without quotes may hold `=`, as addresses of pages do. */
function readPairs(line: string): (readonly [string, string | true])[] | Mismatch {
  const pairs: (readonly [string, string | true])[] = []
  const end = line.trimEnd().length
  let at = take(GAP, line, 0)?.length ?? 0
  while (at < end) {
    const key = take(KEY, line, at)
    if (key === undefined) return { column: at, expected: 'a key' }
    at += key.length
    if (line[at] === '=') {
      const quoted = take(QUOTED, line, at + 1)
      const value = quoted ?? take(PLAIN, line, at + 1)
      if (value === undefined) return { column: at + 1, expected: 'a value whose quotes are closed' }
      pairs.push([key, quoted === undefined ? value : unquote(quoted)])
      at += 1 + value.length
    } else if (pairs.length === 0) return { column: at, expected: '=, because a line begins with a pair' }
    else pairs.push([key, true])
    const gap = take(GAP, line, at)
    if (gap === undefined && at < end) return { column: at, expected: 'a space' }
    at += gap?.length ?? 0
  }
  return pairs.length > 0 ? pairs : { column: 0, expected: 'a pair as key=value' }
}

/** What a sticky expression takes at a place; undefined where it does not match there. */
function take(expression: RegExp, line: string, at: number): string | undefined {
  expression.lastIndex = at
  return expression.exec(line)?.[0]
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', a: '\x07' }
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|(.))/g

/** The text in quotes, with the escapes of Go's strconv.Quote, of which JSON's are a part. */
function unquote(quoted: string): string {
  const text = quoted.slice(1, -1)
  if (!text.includes('\\')) return text
  return text.replace(ESCAPE, (found, four, eight, two, one) => {
    if (one !== undefined) return ESCAPES[one] ?? one
    const code = Number.parseInt(four ?? eight ?? two, 16)
    return code > 0x10ffff ? found : String.fromCodePoint(code)
  })
}
