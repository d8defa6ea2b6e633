// Compiles a regular expression that a person wrote, or says at which column it goes wrong.

import { SluiceError } from '#errors'

/**
 * The expression, with the `u` flag where it compiles with it, so that `.` is a whole character.
 * @param option where it was written
 * @throws SluiceError E_PARSE_PATTERN with the column where it goes wrong
 */
export function compileExpression(pattern: string, option: string): RegExp {
  const strict = compile(pattern, 'u')
  if (strict instanceof RegExp) return strict
  const lenient = compile(pattern)
  if (lenient instanceof RegExp) return lenient
  const column = columnOf(pattern, lenient)
  throw new SluiceError(
    'E_PARSE_PATTERN',
    `column ${column + 1} of "${option}": ${JSON.stringify(pattern.slice(column, column + 20))}: ${lenient}; allowed: a JavaScript regular expression`,
    { context: { pattern, option, column } }
  )
}

/** The expression, or in words why it is none. */
function compile(pattern: string, flags = ''): RegExp | string {
  try {
    return new RegExp(pattern, flags)
  } catch (error) {
    // V8 says "Invalid regular expression: /…/: Unterminated group"; what comes last is its reason.
    const reason = error instanceof Error ? error.message.slice(error.message.lastIndexOf(': ') + 2) : String(error)
    return reason.charAt(0).toLowerCase() + reason.slice(1)
  }
}

/**
 * V8 does not say where. What is never closed begins behind the longest beginning that compiles; any other mistake is
 * at the end of the shortest beginning with the same one.
 */
function columnOf(pattern: string, reason: string): number {
  const beginnings = [...pattern].map((_, index, all) => all.slice(0, index + 1).join(''))
  if (/^(?:unterminated group|\\ at end)/.test(reason)) {
    return beginnings.findLast(beginning => compile(beginning) instanceof RegExp)?.length ?? 0
  }
  const culprit = beginnings.find(beginning => compile(beginning) === reason) ?? pattern
  return culprit.length - 1
}
