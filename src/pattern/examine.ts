// Examines expressions that people write for a cost that doubles with every character of a text. Only those in which a group
// is repeated can have it, and only they are given to recheck, which takes a moment to load.

import { createRequire } from 'node:module'
import type { checkSync } from 'recheck'
import { patternError } from './expression.ts'

export interface Written {
  /** As it was written. */
  readonly pattern: string
  /** Where it was written, as it is named in messages. */
  readonly option: string
  /** Whether its writer wants it all the same. */
  readonly allowSlow?: boolean | undefined
}

/** For schemas: what `allowSlow` does. */
export const allowSlowDescription =
  'Whether an expression is taken of which the cost doubles with each character of some text. Its matches are given up after 250 ms, as are those of any expression in long texts.'

/**
 * Refuses an expression whose cost is exponential, with a text that shows it. What cannot be decided in a second is taken,
 * as what is slower than linear without being exponential: see `limited`.
 * @returns whether its cost is sure not to be exponential; otherwise every match is to be limited
 * @throws SluiceError E_PARSE_PATTERN
 */
export function refuseExponential(expression: RegExp, { pattern, option, allowSlow = false }: Written): boolean {
  if (!repeatsGroup(pattern)) return true
  if (allowSlow) return false
  const key = `${expression.flags}/${expression.source}`
  const found = known.get(key) ?? costOf(expression)
  known.set(key, found)
  const { witness, isSure } = found
  if (witness === undefined) return isSure
  const problem = `takes twice as long for each character more of a text such as ${witness}; allowed: no repeats within repeats that fit one text in several ways, or "allowSlow": true`
  throw patternError(pattern, option, 0, problem)
}

/** What was found of expressions that were examined before. */
const known = new Map<string, Cost>()

interface Cost {
  /** A text of exponential cost, as JavaScript writes it; undefined where none was found. */
  readonly witness: string | undefined
  /** Whether there is none. */
  readonly isSure: boolean
}

/** Whether a group, or a name of grok's, is repeated. */
export function repeatsGroup(pattern: string): boolean {
  const bare = pattern
    .replace(/\\./gs, '_')
    .replace(/\[[^\]]*\]/g, '_')
    .replace(/%\{[^{}]*\}/g, '()')
  return /\)(?:[*+]|\{\d*,?\d*\})/.test(bare)
}

const LIMITS = { timeout: 1000, attackTimeout: 200, incubationTimeout: 100 }
let recheck: { readonly checkSync: typeof checkSync } | undefined

function costOf({ source, flags }: RegExp): Cost {
  // Its own JavaScript, without the Java and the native programs that its main entry looks for.
  recheck ??= createRequire(import.meta.url)('recheck/lib/browser.js') as NonNullable<typeof recheck>
  // It does not know flags within an expression, nor the flag v, and takes long over anchors that grok's translation widens.
  const isDotAll = /\(\?[im]*s[im]*(?:-[ims]+)?:/.test(source)
  const plain = source
    .replace(/\(\?[ims]*(?:-[ims]+)?:/g, '(?:')
    .replaceAll('(?<=^|\\n(?!$))', '^')
    .replaceAll('(?=$|\\n)', '$')
    .replaceAll('\\p{space}', '\\s')
  const own = `${flags.replace(/[^ims]/g, '')}${isDotAll && !flags.includes('s') ? 's' : ''}`
  const found = recheck.checkSync(plain, `${own}${/[uv]/.test(flags) ? 'u' : ''}`, LIMITS)
  const isExponential = found.status === 'vulnerable' && found.complexity.type === 'exponential'
  return { witness: isExponential ? found.attack.pattern : undefined, isSure: found.status !== 'unknown' }
}
