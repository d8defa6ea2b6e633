// Compiles the regular expression of a pattern, or says at which column it goes wrong.

import { SluiceError } from '#errors'

/** @throws SluiceError E_PARSE_PATTERN with the column where it goes wrong */
export function compileExpression(pattern: string, isAnchored: boolean): RegExp {
  const compiled = attempt(pattern)
  if (compiled instanceof RegExp) return isAnchored ? new RegExp(`^(?:${pattern})$`, 'u') : compiled
  throw patternError(
    pattern,
    columnOf(pattern, compiled),
    `${compiled}; allowed: a JavaScript regular expression with the flag u`
  )
}

/** Says what is wrong with a pattern, and where. */
export function patternError(pattern: string, column: number, problem: string): SluiceError {
  const found = JSON.stringify(pattern.slice(column, column + 20))
  return new SluiceError('E_PARSE_PATTERN', `column ${column + 1}: ${found}: ${problem}`, {
    context: { pattern, column }
  })
}

/**
 * How far a text fits a pattern that it does not match: where the longest beginning of the pattern that it does match ends
 * in the text, and what of the pattern comes then.
 */
export function longestFit(pattern: string, text: string, isAnchored: boolean): { column: number; rest: string } {
  const anchor = isAnchored ? '^' : ''
  for (const beginning of [pattern, ...beginnings(pattern).reverse()]) {
    if (!(attempt(beginning) instanceof RegExp)) continue
    const match = new RegExp(`${anchor}(?:${beginning})`, 'u').exec(text)
    if (match !== null) return { column: match.index + match[0].length, rest: pattern.slice(beginning.length) }
  }
  return { column: 0, rest: pattern }
}

/** The expression, or in words why it is none. */
function attempt(pattern: string): RegExp | string {
  try {
    return new RegExp(pattern, 'u')
  } catch (error) {
    // V8 says "Invalid regular expression: /…/u: Unterminated group"; what comes last is its reason.
    const reason = error instanceof Error ? error.message.slice(error.message.lastIndexOf(': ') + 2) : String(error)
    return reason.charAt(0).toLowerCase() + reason.slice(1)
  }
}

/**
 * V8 does not say where. A group that is never closed begins behind the longest beginning that compiles; from any other
 * character that is wrong on, every longer beginning fails for the same reason.
 */
function columnOf(pattern: string, reason: string): number {
  const isOpenGroup = reason === 'unterminated group'
  const sound = beginnings(pattern).findLast(beginning => {
    const compiled = attempt(beginning)
    return isOpenGroup ? compiled instanceof RegExp : compiled !== reason
  })
  return sound?.length ?? 0
}

/** All that a pattern begins with, but for the whole of it, by whole characters. */
function beginnings(pattern: string): string[] {
  let end = 0
  return [...pattern].map(character => {
    const beginning = pattern.slice(0, end)
    end += character.length
    return beginning
  })
}
