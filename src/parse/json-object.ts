// Reads a line that is a JSON object, without loss: numbers keep all their digits, dotted keys become objects as
// Elasticsearch takes them, and no key does more than name a value.

import { type Fields, isFields, type Value } from '#record'
import { define, place } from './place.ts'

/** How deep objects and lists may be nested, a dot counting as one. */
export const MAX_DEPTH = 100
/**
 * How many objects may stand within each other before the next one is kept as text: Elasticsearch maps 20 levels where not
 * told otherwise (`index.mapping.depth.limit`), of which a value takes one, and a target may take another.
 */
export const MAPPED_DEPTH = 18

/**
 * The object that a line is; undefined where it is none, or nested too deep.
 * @param areDotsKept whether dotted keys stay as they are
 */
export function readObject(text: string, areDotsKept = false): Fields | undefined {
  if (!/^[ \t\r\n]*\{/.test(text)) return undefined
  const object = parse(text)
  if (object === undefined) return undefined
  const found = inspect(object, 1, 1)
  if (found === 0) return object
  if ((found & TOO_DEEP) !== 0) return undefined
  const exact = (found & INEXACT) === 0 ? object : parse(text, keepDigits)
  const nested = exact === undefined || areDotsKept || (found & DOTTED) === 0 ? exact : expand(exact)
  if (nested !== undefined && (found & DEEP) !== 0) keepText(nested, 1)
  return nested
}

type Reviver = (key: string, value: Value, context: { readonly source?: string }) => Value

function parse(text: string, reviver?: Reviver): Fields | undefined {
  try {
    return JSON.parse(text, reviver as Parameters<typeof JSON.parse>[1])
  } catch {
    return undefined
  }
}

/** What a value needs before it can be shipped. Most need nothing, and looking costs less than making them anew. */
const TOO_DEEP = 1
const DOTTED = 2
const INEXACT = 4
const DEEP = 8

/** @param objects how many of the levels down to it are objects */
function inspect(value: Value, depth: number, objects: number): number {
  if (typeof value === 'number')
    return Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? 0 : INEXACT
  if (typeof value !== 'object' || value === null) return 0
  if (depth > MAX_DEPTH) return TOO_DEEP
  let found = 0
  if (Array.isArray(value)) {
    for (const item of value) found |= inspect(item, depth + 1, objects)
    return found
  }
  if (objects > MAPPED_DEPTH) found |= DEEP
  const object = value as Fields
  for (const key in object) {
    const isOdd = key.includes('.') || isBlank(key)
    if (isOdd) found |= DOTTED
    const levels = isOdd ? key.split('.').length : 1
    if (levels > 1 && objects + levels - 1 > MAPPED_DEPTH) found |= DEEP
    const below = depth + levels
    found |= below > MAX_DEPTH + 1 ? TOO_DEEP : inspect(object[key] ?? null, below, objects + levels)
  }
  return found
}

/** Whole numbers that a double does not hold stay as they are written, and numbers beyond all doubles. */
const keepDigits: Reviver = (_, value, { source = '' }) =>
  typeof value === 'number' && !Number.isSafeInteger(value) && (/^-?\d+$/.test(source) || !Number.isFinite(value))
    ? source
    : value

/** Puts in the place of objects that stand too deep to be mapped what they are as JSON. */
function keepText(object: Fields, depth: number): void {
  for (const key of Object.keys(object)) define(object, key, shallow(object[key] ?? null, depth + 1))
}

function shallow(value: Value, depth: number): Value {
  if (Array.isArray(value)) return value.map(item => shallow(item, depth))
  if (!isFields(value)) return value
  if (depth > MAPPED_DEPTH) return JSON.stringify(value)
  keepText(value, depth)
  return value
}

function isBlank(name: string): boolean {
  return name === '' || (name.charCodeAt(0) <= 0x20 && name.trim() === '')
}

function expand(object: Fields): Fields {
  const expanded: Fields = {}
  for (const key in object) place(expanded, pathOf(key), expandValue(object[key] ?? null))
  return expanded
}

function expandValue(value: Value): Value {
  if (Array.isArray(value)) return value.map(expandValue)
  return isFields(value) ? expand(value) : value
}

/** Keys come again in every line, and taking one apart costs more than all else that is done with it. */
const paths = new Map<string, readonly string[]>()
const MAX_PATHS = 1000

/** Names that Elasticsearch refuses, because nothing stands in them or between two dots, become `_`. */
function pathOf(key: string): readonly string[] {
  const known = paths.get(key)
  if (known !== undefined) return known
  const path = key.split('.').map(name => (isBlank(name) ? '_' : name))
  if (paths.size < MAX_PATHS) paths.set(key, path)
  return path
}
