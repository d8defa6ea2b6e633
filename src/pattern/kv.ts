// Takes a text apart into keys and values at expressions that people write. What comes of it is what Elasticsearch's kv
// processor says.

import { refuseExponential } from './examine.ts'
import { compileExpression } from './expression.ts'
import { LIMIT_MS, limited } from './limited.ts'
import type { Mismatch } from './mismatch.ts'

/** See "KV processor" of Elasticsearch's reference for what each of them does. */
export interface KvOptions {
  /** What stands between pairs. */
  readonly fieldSplit: string
  /** What stands between a key and its value. */
  readonly valueSplit: string
  /** Characters, as they stand in a class of an expression, that are taken off the ends of keys. */
  readonly trimKey?: string | undefined
  readonly trimValue?: string | undefined
  /** Whether one bracket or quote is taken off each end of a value. */
  readonly stripBrackets?: boolean | undefined
  /** The only keys that are kept; all where it is left out. */
  readonly includeKeys?: readonly string[] | undefined
  readonly excludeKeys?: readonly string[] | undefined
  /** What is put before each key. */
  readonly prefix?: string | undefined
  /** Whether expressions are taken whose cost doubles with each character of some text. */
  readonly allowSlow?: boolean | undefined
}

/** A key and its value. */
export type Pair = readonly [key: string, value: string]

export interface Kv {
  /** The pairs, in order; undefined where one of them has no `valueSplit` or no key. */
  split(text: string): Pair[] | undefined
  /** Where a text that is none stops. */
  mismatch(text: string): Mismatch
}

/** How the options are called where they were written, for messages. */
export type KvNames = Readonly<Record<'fieldSplit' | 'valueSplit' | 'trimKey' | 'trimValue', string>>
const OWN_NAMES: KvNames = {
  fieldSplit: 'fieldSplit',
  valueSplit: 'valueSplit',
  trimKey: 'trimKey',
  trimValue: 'trimValue'
}

/** @throws SluiceError E_PARSE_PATTERN for an expression that is none, or takes exponential time */
export function compileKv(options: KvOptions, names: KvNames = OWN_NAMES): Kv {
  const { fieldSplit, valueSplit, stripBrackets = false, includeKeys, excludeKeys, prefix = '', allowSlow } = options
  let isSure = true
  const [betweenPairs, betweenBoth] = [compile(fieldSplit, names.fieldSplit), compile(valueSplit, names.valueSplit)]
  const [pairsAt, valueAt] = [splitter(betweenPairs), splitter(betweenBoth)]
  const trimKey = trimmer(options.trimKey, names.trimKey)
  const trimValue = trimmer(options.trimValue, names.trimValue)
  const within = limited([fieldSplit, valueSplit], isSure)
  const included = includeKeys && new Set(includeKeys)
  const excluded = new Set(excludeKeys)
  return {
    split(text) {
      const pairs = within(text, () => pairsOf(text))
      return pairs === 'late' ? undefined : pairs
    },
    mismatch(text) {
      const wrong = within(text, () => pairsAt(text, ALL).find(({ part }) => pairOf(part) === undefined))
      if (wrong === 'late') return { column: 0, expected: `an end of the search within ${LIMIT_MS} ms` }
      return { column: wrong?.at ?? 0, expected: `a key and a value with what matches ${valueSplit} between them` }
    }
  }

  function compile(pattern: string, option: string): RegExp {
    const { source, flags } = compileExpression(pattern, option)
    const expression = new RegExp(source, `${flags}g`)
    isSure = refuseExponential(expression, { pattern, option, allowSlow }) && isSure
    return expression
  }

  function pairsOf(text: string): Pair[] | undefined {
    const pairs: Pair[] = []
    for (const { part } of pairsAt(text, ALL)) {
      const pair = pairOf(part)
      if (pair === undefined) return undefined
      if (pair !== 'left out') pairs.push(pair)
    }
    return pairs
  }

  function pairOf(part: string): Pair | 'left out' | undefined {
    const [key, value] = valueAt(part, 2)
    if (key === undefined || value === undefined) return undefined
    const name = trimKey(key.part)
    if (included?.has(name) === false || excluded.has(name)) return 'left out'
    if (prefix + name === '') return undefined
    return [prefix + name, trimValue(stripBrackets ? value.part.replace(BRACKETS, '') : value.part)]
  }
}

/** A limit that is none. */
const ALL = Number.POSITIVE_INFINITY
const BRACKETS = /^[([<"']|[\])>"']$/g

interface Piece {
  readonly at: number
  readonly part: string
}

/**
 * Splits as Java does: into at most `limit` parts, without an empty one where the expression takes nothing at the beginning;
 * without a limit, also without empty ones at the end.
 */
function splitter(expression: RegExp): (text: string, limit: number) => Piece[] {
  return (text, limit) => {
    const pieces: Piece[] = []
    let at = 0
    for (const { 0: found, index } of text.matchAll(expression)) {
      if (pieces.length + 1 >= limit) break
      if (index + found.length === 0) continue
      pieces.push({ at, part: text.slice(at, index) })
      at = index + found.length
    }
    // A text without any is one part, also where it is empty.
    if (at === 0 && pieces.length === 0) return [{ at, part: text }]
    pieces.push({ at, part: text.slice(at) })
    if (limit === ALL) while (pieces.at(-1)?.part === '') pieces.pop()
    return pieces
  }
}

function trimmer(characters: string | undefined, option: string): (text: string) => string {
  if (characters === undefined) return text => text
  const { source, flags } = compileExpression(`[${characters}]`, option)
  const one = new RegExp(source, flags)
  // By hand, because an expression that looks for the end of a text tries at each of its characters.
  return text => {
    let begin = 0
    let end = text.length
    while (begin < end && one.test(text.charAt(begin))) begin += 1
    while (end > begin && one.test(text.charAt(end - 1))) end -= 1
    return text.slice(begin, end)
  }
}
