// Bytes, in whichever of the ways pickles have to write them.

import type { Budget } from './budget.ts'
import type { PythonValue } from './value.ts'

/** The bytes that a value is: as such, as Python 2's text, or as Latin-1 that the older protocols write them in. */
export function bytesOf(value: PythonValue | undefined, budget: Budget): Buffer | undefined {
  if (typeof value === 'string') return budget.write(value.length) ? Buffer.from(value, 'latin1') : undefined
  if (typeof value !== 'object' || value === null) return undefined
  if (value.kind === 'bytes') return value.bytes
  if (value.kind !== 'instance' || value.callable.kind !== 'name' || value.callable.module !== '_codecs')
    return undefined
  const [text, encoding] = value.args
  return typeof text === 'string' && encoding === 'latin1' ? bytesOf(text, budget) : undefined
}
