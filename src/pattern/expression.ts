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

/** Where a text stopped fitting, and what of the pattern was to come there. */
export interface Fit {
  readonly column: number
  readonly rest: string
}

/** How far texts fit an expression that they do not match; see `furthest`. */
export function longestFit(pattern: string, isAnchored: boolean): (text: string) => Fit {
  const anchor = isAnchored ? '^' : ''
  const whole = attempt(pattern)
  const flags = whole instanceof RegExp ? whole.flags : ''
  return furthest(pattern, beginning => {
    const expression = compile(`${anchor}(?:${beginning})`, flags)
    return expression instanceof RegExp ? expression : undefined
  })
}

/**
 * How far texts fit a pattern that they do not match: where the longest beginning of it that a text does match ends in the
 * text. It is found by halving, for a text that fits a beginning fits all shorter ones, and what was compiled is kept, so
 * that a log of which no line matches costs little more than one that does.
 * @param compile makes an expression of a beginning; undefined where it is none
 */
export function furthest(pattern: string, compile: (beginning: string) => RegExp | undefined): (text: string) => Fit {
  const all = ['', ...beginnings(pattern).filter(beginning => isComplete(pattern, beginning.length))]
  const compiled = new Map<number, RegExp | undefined>()
  const expressionAt = (index: number): RegExp | undefined => {
    if (!compiled.has(index)) compiled.set(index, compile(all[index] ?? ''))
    return compiled.get(index)
  }
  return text => {
    let [fits, fails] = [0, all.length]
    let found: Fit = { column: 0, rest: pattern }
    while (fails - fits > 1) {
      const middle = (fits + fails) >> 1
      let index = middle
      while (index > fits && expressionAt(index) === undefined) index--
      const match = index === fits ? undefined : expressionAt(index)?.exec(text)
      if (match === null) fails = index
      else fits = middle
      if (match) found = { column: match.index + match[0].length, rest: pattern.slice(all[index]?.length) }
    }
    return found
  }
}

/** Whether what follows a beginning says nothing of its end: neither how often it is repeated, nor what may stand instead. */
function isComplete(pattern: string, end: number): boolean {
  const isCut = /\{\d*,?\d*$/.test(pattern.slice(0, end)) && /^[\d,}]/.test(pattern.slice(end))
  return !isCut && !/^(?:[?*+|]|\{\d)/.test(pattern.slice(end, end + 2))
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
