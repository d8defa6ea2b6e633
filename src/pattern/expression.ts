// Compiles the regular expressions that people write, or says at which column one goes wrong; of a text that does not
// match, it tells how far the expression came.

import { SluiceError } from '#errors'

/**
 * The expression, with the flag `u` where it compiles with it, so that `.` is a whole character.
 * @param option where it was written, as it is named in messages
 * @throws SluiceError E_PARSE_PATTERN with the column where it goes wrong
 */
export function compileExpression(pattern: string, option: string): RegExp {
  const compiled = attempt(pattern)
  if (compiled instanceof RegExp) return compiled
  const problem = `${compiled}; allowed: a JavaScript regular expression`
  throw patternError(pattern, option, columnOf(pattern, compiled), problem)
}

/** The same expression, which must take a text from its beginning to its end. */
export function anchored(expression: RegExp): RegExp {
  return new RegExp(`^(?:${expression.source})$`, expression.flags)
}

/** Says what is wrong with a pattern, and where. */
export function patternError(pattern: string, option: string, column: number, problem: string): SluiceError {
  const found = JSON.stringify(pattern.slice(column, column + 20))
  return new SluiceError('E_PARSE_PATTERN', `column ${column + 1} of "${option}": ${found}: ${problem}`, {
    context: { pattern, option, column }
  })
}

/**
 * How far a text fits a pattern that it does not match: where the longest beginning of the pattern that it does match ends
 * in the text, and what of the pattern comes then.
 */
export function longestFit(pattern: string, text: string, isAnchored: boolean): { column: number; rest: string } {
  const anchor = isAnchored ? '^' : ''
  return furthest(pattern, text, beginning => {
    const expression = attempt(beginning)
    return expression instanceof RegExp ? new RegExp(`${anchor}(?:${beginning})`, expression.flags) : undefined
  })
}

/** As `longestFit`, for a pattern of which `compile` makes an expression; undefined where a beginning is none. */
export function furthest(
  pattern: string,
  text: string,
  compile: (beginning: string) => RegExp | undefined
): { column: number; rest: string } {
  for (const beginning of beginnings(pattern).reverse()) {
    const match = compile(beginning)?.exec(text)
    if (match) return { column: match.index + match[0].length, rest: pattern.slice(beginning.length) }
  }
  return { column: 0, rest: pattern }
}

/** The expression, or in words why it is none. */
function attempt(pattern: string): RegExp | string {
  const strict = compile(pattern, 'u')
  return strict instanceof RegExp ? strict : compile(pattern, '')
}

function compile(pattern: string, flags: string): RegExp | string {
  try {
    return new RegExp(pattern, flags)
  } catch (error) {
    // V8 says "Invalid regular expression: /…/: Unterminated group"; what comes last is its reason.
    const reason = error instanceof Error ? error.message.slice(error.message.lastIndexOf(': ') + 2) : String(error)
    return reason.charAt(0).toLowerCase() + reason.slice(1)
  }
}

/**
 * V8 does not say where. A group that is never closed begins behind the longest beginning that compiles; from any other
 * mistake on, every longer beginning fails for the same reason.
 */
function columnOf(pattern: string, reason: string): number {
  const isOpenGroup = reason === 'unterminated group'
  const sound = beginnings(pattern).findLast(beginning => {
    const compiled = attempt(beginning)
    return isOpenGroup ? compiled instanceof RegExp : compiled !== reason
  })
  return sound?.length ?? 0
}

/** All that a pattern begins with, by whole characters, up to the whole of it. */
function beginnings(pattern: string): string[] {
  let end = 0
  return [...pattern].map(character => {
    end += character.length
    return pattern.slice(0, end)
  })
}
