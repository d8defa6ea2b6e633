// Fields by dotted name, read and written as an Elasticsearch ingest document does: names of objects, indices of lists.
// See "Access a field" in the ingest pipelines' reference; failures carry the words that Elasticsearch has for them.

import { SluiceError } from '#errors'
import { type Fields, isFields, type Value } from '#record'
import { Failure } from './processor.ts'

export interface FieldPath {
  readonly name: string
  readonly steps: readonly string[]
}

const METADATA =
  /^_(?:index|id|routing|version|version_type|if_seq_no|if_primary_term|ingest|dynamic_templates)(?:\.|$)/

/** What an `on_failure` is told of the failure, under `_ingest`; see "Handling pipeline failures" in the reference. */
const FAILURE = /^_ingest\.on_failure_(?:message|processor_type|processor_tag)$/

/**
 * Reads a dotted name. `_source.` in front of it is passed over, as in Elasticsearch.
 * @throws SluiceError E_ENRICH_OPTION for an empty step, a template, or metadata of the document
 */
export function fieldPath(name: string, option: string): FieldPath {
  const allowed = 'allowed: the dotted name of a field, such as "http.request.method"'
  const refuse = (found: string): SluiceError =>
    new SluiceError('E_ENRICH_OPTION', `"${option}" is ${JSON.stringify(name)}, ${found}; ${allowed}`, {
      context: { option, found: name }
    })
  if (name.includes('{{')) throw refuse('which holds a template')
  if (METADATA.test(name)) throw refuse('which belongs to the index operation and not to the event')
  const plain = name.startsWith('_source.') ? name.slice('_source.'.length) : name
  const steps = plain.replace(/\.$/, '').split('.')
  if (steps.includes('')) throw refuse('which has a step without a name')
  return { name: steps.join('.'), steps }
}

/**
 * Reads the dotted name of a field to take a value from, which in an `on_failure` may be one that tells of the failure.
 * @throws SluiceError as `fieldPath` does
 */
export function sourcePath(name: string, option: string): FieldPath {
  return FAILURE.test(name) ? { name, steps: name.split('.') } : fieldPath(name, option)
}

/** The value at a path; undefined where nothing stands there. */
export function lookUp(fields: Fields, { steps }: FieldPath): Value | undefined {
  let value: Value | undefined = fields
  for (const step of steps) {
    if (isList(value)) value = isIndex(step) ? value[Number(step)] : undefined
    else if (isFields(value) && Object.hasOwn(value, step)) value = value[step]
    else return undefined
  }
  return value
}

/** Whether there is a field at a path, also with null in it. An index beyond its list is a failure. */
export function has(fields: Fields, { name, steps }: FieldPath): boolean | Failure {
  let value: Value = fields
  for (const step of steps) {
    const isItem = isList(value)
    if (isItem && !isIndex(step)) return false
    const next: Value | Failure = stepInto(value, step, name)
    if (next instanceof Failure) return isItem ? next : false
    value = next
  }
  return true
}

/** The value at a path, where there must be one; null is one. */
export function demand(fields: Fields, { name, steps }: FieldPath, depth = steps.length): Value | Failure {
  let value: Value = fields
  for (let at = 0; at < depth; at += 1) {
    const next: Value | Failure = stepInto(value, steps[at] ?? '', name)
    if (next instanceof Failure) return next
    value = next
  }
  return value
}

/** Takes away what is at a path, where there must be something. */
export function remove(fields: Fields, path: FieldPath): Failure | undefined {
  const parent = demand(fields, path, path.steps.length - 1)
  if (parent instanceof Failure) return parent
  const step = path.steps.at(-1) ?? ''
  const value = stepInto(parent, step, path.name)
  if (value instanceof Failure) return value
  if (isList(parent)) return put(fields, parentOf(path), parent.toSpliced(Number(step), 1))
  if (isFields(parent)) define(parent, step, undefined)
  return undefined
}

/** The path of the object or list that a path ends in. */
export function parentOf({ name, steps }: FieldPath): FieldPath {
  return { name, steps: steps.slice(0, -1) }
}

/** Puts a value at a path, making the objects on the way; the caller gives it away. */
export function put(fields: Fields, path: FieldPath, value: Value): Failure | undefined {
  const result = withValue(fields, path, 0, value)
  return result instanceof Failure ? result : undefined
}

/** The value as it is after the step at `at`: objects are changed in place, lists made anew. */
function withValue(parent: Value, path: FieldPath, at: number, value: Value): Value | Failure {
  const step = path.steps[at] ?? ''
  const isLast = at === path.steps.length - 1
  if (isFields(parent)) {
    const present = Object.hasOwn(parent, step) ? parent[step] : undefined
    const child = isLast ? value : withValue(present === undefined ? {} : present, path, at + 1, value)
    if (child instanceof Failure) return child
    define(parent, step, child)
    return parent
  }
  if (isList(parent)) {
    const present = itemAt(parent, step, path.name)
    if (present instanceof Failure) return present
    const child = isLast ? value : withValue(present, path, at + 1, value)
    return child instanceof Failure ? child : parent.with(Number(step), child)
  }
  const found = parent === null ? 'null parent' : `parent object of type [${typeName(parent)}]`
  return new Failure(`cannot set [${step}] with ${found} as part of path [${path.name}]`)
}

function stepInto(value: Value, step: string, name: string): Value | Failure {
  if (isList(value)) return itemAt(value, step, name)
  if (isFields(value)) {
    const next = Object.hasOwn(value, step) ? value[step] : undefined
    return next === undefined ? new Failure(`field [${step}] not present as part of path [${name}]`) : next
  }
  const found = value === null ? 'null' : `object of type [${typeName(value)}]`
  return new Failure(`cannot resolve [${step}] from ${found} as part of path [${name}]`)
}

function itemAt(list: readonly Value[], step: string, name: string): Value | Failure {
  if (!isIndex(step))
    return new Failure(`[${step}] is not an integer, cannot be used as an index as part of path [${name}]`)
  const item = list[Number(step)]
  if (item !== undefined) return item
  return new Failure(`[${step}] is out of bounds for array with length [${list.length}] as part of path [${name}]`)
}

/** Sets a property as data, also where its name is `__proto__`. */
function define(parent: Fields, name: string, value: Value | undefined): void {
  if (name === '__proto__')
    Object.defineProperty(parent, name, { value, writable: true, enumerable: true, configurable: true })
  else parent[name] = value
}

function isIndex(step: string): boolean {
  return /^[+-]?\d+$/.test(step)
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value)
}

/** A value of its own, equal to another. */
export function copyOf(value: Value): Value {
  if (isList(value)) return value.map(copyOf)
  if (!isFields(value)) return value
  const copy: Fields = {}
  for (const [name, child] of Object.entries(value)) if (child !== undefined) define(copy, name, copyOf(child))
  return copy
}

/** What Java calls the type of a value. */
export function typeName(value: Value): string {
  if (value === null) return 'null'
  switch (typeof value) {
    case 'string':
      return 'String'
    case 'boolean':
      return 'Boolean'
    case 'number':
      return Number.isInteger(value) ? (value === (value | 0) ? 'Integer' : 'Long') : 'Double'
    default:
      return isList(value) ? 'List' : 'Map'
  }
}
