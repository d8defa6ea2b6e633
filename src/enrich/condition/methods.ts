// The methods that conditions may call, as Java has them, by what they are called on.

import { isFields, type Value } from '#record'
import { isList, typeName } from '../field-path.ts'
import { Failure } from '../processor.ts'
import { trimText } from '../trim.ts'
import { equal } from './operators.ts'

type Method<Receiver> = (receiver: Receiver, argument: Value) => Value | Failure

const STRING_METHODS: Readonly<Record<string, Method<string>>> = {
  contains: (text, part) => withText(part, found => text.includes(found)),
  endsWith: (text, part) => withText(part, found => text.endsWith(found)),
  equals: equal,
  equalsIgnoreCase: (text, other) => typeof other === 'string' && text.toLowerCase() === other.toLowerCase(),
  indexOf: (text, part) => withText(part, found => text.indexOf(found)),
  isEmpty: text => text === '',
  length: text => text.length,
  startsWith: (text, part) => withText(part, found => text.startsWith(found)),
  toLowerCase: text => text.toLowerCase(),
  toUpperCase: text => text.toUpperCase(),
  trim: trimText
}

const LIST_METHODS: Readonly<Record<string, Method<readonly Value[]>>> = {
  contains: (list, value) => list.some(item => equal(item, value)),
  get: itemOf,
  indexOf: (list, value) => list.findIndex(item => equal(item, value)),
  isEmpty: list => list.length === 0,
  size: list => list.length
}

const MAP_METHODS: Readonly<Record<string, Method<{ readonly [name: string]: Value | undefined }>>> = {
  containsKey: (map, key) => typeof key === 'string' && Object.hasOwn(map, key) && map[key] !== undefined,
  get: (map, key) => (typeof key === 'string' && Object.hasOwn(map, key) ? (map[key] ?? null) : null),
  isEmpty: map => Object.values(map).every(value => value === undefined),
  size: map => Object.values(map).filter(value => value !== undefined).length
}

/** How many arguments each method takes. */
export const METHODS: ReadonlyMap<string, 0 | 1> = new Map(
  Object.entries({
    contains: 1,
    containsKey: 1,
    endsWith: 1,
    equals: 1,
    equalsIgnoreCase: 1,
    get: 1,
    indexOf: 1,
    isEmpty: 0,
    length: 0,
    size: 0,
    startsWith: 1,
    toLowerCase: 0,
    toUpperCase: 0,
    trim: 0
  } as const)
)

/** Calls a method of a value that is not null. */
export function call(receiver: Exclude<Value, null>, name: string, argument: Value): Value | Failure {
  const result =
    typeof receiver === 'string'
      ? STRING_METHODS[name]?.(receiver, argument)
      : isList(receiver)
        ? LIST_METHODS[name]?.(receiver, argument)
        : isFields(receiver)
          ? MAP_METHODS[name]?.(receiver, argument)
          : undefined
  if (result !== undefined) return result
  if (name === 'equals') return equal(receiver, argument)
  return new Failure(`dynamic method [${typeName(receiver)}, ${name}/${METHODS.get(name)}] not found`)
}

/** The item at an index, which counts from the end where it is negative only within brackets. */
function itemOf(list: readonly Value[], index: Value): Value | Failure {
  if (typeof index !== 'number' || !Number.isInteger(index))
    return new Failure(`cannot cast [${typeName(index)}] to int`)
  return list[index] ?? outOfBounds(list, index)
}

/** The item that `list[index]` means: from the end where the index is negative. */
export function itemAt(list: readonly Value[], index: Value): Value | Failure {
  return typeof index === 'number' && index < 0 ? itemOf(list, index + list.length) : itemOf(list, index)
}

function outOfBounds(list: readonly Value[], index: number): Value | Failure {
  return Object.hasOwn(list, index) ? null : new Failure(`Index ${index} out of bounds for length ${list.length}`)
}

function withText(argument: Value, apply: (text: string) => Value): Value | Failure {
  return typeof argument === 'string' ? apply(argument) : new Failure(`cannot cast [${typeName(argument)}] to [String]`)
}
