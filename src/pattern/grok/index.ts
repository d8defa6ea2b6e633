// Grok: expressions written with names for their parts, as Logstash and Elasticsearch have them. A pattern is compiled once;
// it may match anywhere in a text, as theirs do.

import { toRegExpDetails } from 'oniguruma-to-es'
import { refuseExponential, repeatsGroup } from '../examine.ts'
import { furthest, patternError } from '../expression.ts'
import { LIMIT_MS, limited } from '../limited.ts'
import type { Mismatch } from '../mismatch.ts'
import { type Definitions, standardDefinitions } from './definitions.ts'
import { expand, type GrokField, unfolded } from './expand.ts'

export type { GrokField, GrokType } from './expand.ts'

export interface GrokOptions {
  /** Where the pattern was written, as it is named in messages. */
  readonly option: string
  /** Names beside the standard ones, or in their place. */
  readonly definitions?: Readonly<Record<string, string>>
  /** Which standard names are meant; see "ecs_compatibility" of Elasticsearch's grok processor. */
  readonly ecsCompatibility: 'disabled' | 'v1'
  /** Whether patterns are taken whose cost doubles with each character of some text. */
  readonly allowSlow?: boolean | undefined
}

export interface Grok {
  /** What is captured, each field once. */
  readonly fields: readonly GrokField[]
  /** The text of each of `fields`, undefined where it took no part; undefined where the text does not match. */
  match(text: string): readonly (string | undefined)[] | undefined
  /** Where a text that does not match stopped. */
  mismatch(text: string): Mismatch
}

/** @throws SluiceError E_PARSE_PATTERN where the pattern, or a definition it needs, is not understood */
export function compileGrok(
  pattern: string,
  { option, definitions = {}, ecsCompatibility, allowSlow }: GrokOptions
): Grok {
  const known = new Map([...standardDefinitions(ecsCompatibility), ...Object.entries(definitions)])
  const { source, fields } = expand(pattern, option, known)
  const forAscii = compile(source, true)
  // What is standard is known; what a person wrote around it and beside it is not.
  const written = [[option, pattern], ...Object.entries(definitions)] as const
  const own = written.find(([, text]) => repeatsGroup(text))
  const isSure =
    own === undefined || refuseExponential(forAscii.expression, { pattern: own[1], option: own[0], allowSlow })
  let forAll: Compiled | undefined
  const within = limited([[pattern, ...Object.values(definitions)].join('').replace(ANYTHING, '.*')], isSure)
  const names = [...new Set(fields.map(({ field }) => field))]
  const wanted = names.map(name => fields.flatMap(({ field }, index) => (field === name ? index : [])))
  const fitOf = furthest(unfolded(pattern, known), beginning => beginningOf(beginning, known))
  return {
    fields: names.flatMap(name => fields.find(({ field }) => field === name) ?? []),
    match(text) {
      const isAscii = !NOT_ASCII.test(text)
      if (!isAscii) forAll ??= compile(source, false)
      const { expression, numbers } = (isAscii ? undefined : forAll) ?? forAscii
      const found = within(text, () => expression.exec(text))
      if (found === null || found === 'late') return undefined
      return wanted.map(groups => firstOf(found, groups, numbers))
    },
    mismatch(text) {
      const found = within(text, () => fitOf(text))
      if (found === 'late') return { column: 0, expected: `a match within ${LIMIT_MS} ms` }
      const { column, rest } = found
      return { column, expected: rest === '' ? 'the end of the pattern' : `what matches ${shortened(rest)}` }
    }
  }

  function compile(expanded: string, isAscii: boolean): Compiled {
    try {
      return translate(expanded, isAscii)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw patternError(
        pattern,
        option,
        0,
        `${reason}; allowed: an expression as Oniguruma takes it, and grok's %{NAME:field:type}`
      )
    }
  }
}

/** The expression of what a pattern begins with; undefined where it is cut within a name or a group. */
function beginningOf(beginning: string, definitions: Definitions): RegExp | undefined {
  if (/%(?:\{[^}]*)?$/.test(beginning)) return undefined
  try {
    return translate(expand(beginning, 'pattern', definitions).source, false).expression
  } catch {
    return undefined
  }
}

const LONGEST_REST = 80

function shortened(rest: string): string {
  return rest.length > LONGEST_REST ? `${rest.slice(0, LONGEST_REST)}…` : rest
}

/** The names of what takes anything at all. */
const ANYTHING = /%\{(?:GREEDY)?DATA[^{}]*\}/g
const NOT_ASCII = /[^\0-\x7f]/
const WORD = '[\\p{L}\\p{M}\\p{N}\\p{Pc}]'
const BOUNDARIES = new Map([
  ['b', `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`],
  ['B', `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`]
])

interface Compiled {
  readonly expression: RegExp
  /** Numbers of the groups f0, f1, …. */
  readonly numbers: readonly number[]
}

/**
 * In Elasticsearch `\w` and `\d` are ASCII's, but `\b` is the boundary of a word in any script. JavaScript's own `\b` says
 * the same of text that is ASCII throughout, in less time.
 */
function translate(source: string, isAscii: boolean): Compiled {
  const rules = { asciiWordBoundaries: true, captureGroup: false }
  const { pattern, flags, options } = toRegExpDetails(source, { rules, target: 'ES2025' })
  const ascii = pattern.replaceAll('\\p{L}\\p{M}\\p{N}\\p{Pc}', '\\w').replaceAll('\\p{Nd}', '\\d')
  const plain = isAscii ? ascii : ascii.replace(/\\(.)/gs, (found, letter) => BOUNDARIES.get(letter) ?? found)
  const expression = new RegExp(plain, flags)
  const hidden = new Set(options?.hiddenCaptures)
  const count = (new RegExp(`${plain}|`, flags).exec('')?.length ?? 1) - 1
  const shown = Array.from({ length: count }, (_, index) => index + 1).filter(number => !hidden.has(number))
  const order = [...source.matchAll(/\(\?<f(\d+)>/g)].map(match => Number(match[1]))
  const numbers: number[] = []
  for (const [at, field] of order.entries()) numbers[field] = shown[at] ?? 0
  return { expression, numbers }
}

function firstOf(found: RegExpExecArray, groups: readonly number[], numbers: readonly number[]): string | undefined {
  for (const group of groups) {
    const text = found[numbers[group] ?? 0]
    if (text !== undefined) return text
  }
  return undefined
}
