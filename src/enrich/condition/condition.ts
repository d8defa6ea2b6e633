// Conditions of processors: the expressions of Painless that people write in `if`, compiled to functions over an event's
// fields. What Painless throws, such as a field of null, is a failure and never quietly false.

import type { Fields } from '#record'
import type { Failure } from '../processor.ts'
import { compileBoolean } from './evaluate.ts'
import { parse } from './parse.ts'
import { readsOf } from './reads.ts'

export interface Condition {
  /** Dotted names of the fields that it looks at; 'open' where that is not known beforehand. */
  readonly reads: readonly string[] | 'open'
  test(fields: Fields): boolean | Failure
}

/** @throws SluiceError E_ENRICH_CONDITION with the column, what was found there and what is allowed */
export function compileCondition(source: string): Condition {
  const node = parse(source)
  return { reads: readsOf(node), test: compileBoolean(node, source) }
}
