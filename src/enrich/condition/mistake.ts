// The error for a condition that is not understood.

import { SluiceError } from '#errors'

/** @param column where it stands, from 0 */
export function mistake(source: string, column: number, found: string, allowed: string): SluiceError {
  const what = found === '' ? 'the end' : JSON.stringify(found.length > 40 ? `${found.slice(0, 40)}…` : found)
  return new SluiceError('E_ENRICH_CONDITION', `column ${column + 1} of "if": found ${what}; allowed: ${allowed}`, {
    context: { condition: source, column, found }
  })
}
