// The types that `instanceof` asks for. A number of JSON does not remember how it was written: one without a fraction is an
// Integer, or a Long where it is too large for one.

import { isFields, type Value } from '#record'
import { isList, typeName } from '../field-path.ts'

/** Whether a value, which is not null, is of a type; by the type's name. */
export const TYPES: ReadonlyMap<string, (value: Value) => boolean> = new Map([
  ['String', value => typeof value === 'string'],
  ['Boolean', value => typeof value === 'boolean'],
  ['Number', value => typeof value === 'number'],
  ['Integer', value => typeName(value) === 'Integer'],
  ['Long', value => typeName(value) === 'Long'],
  ['Double', value => typeName(value) === 'Double'],
  ['List', isList],
  ['Collection', isList],
  ['Map', isFields],
  ['Object', () => true]
] as [string, (value: Value) => boolean][])
