// Puts what a line says into a document that says something already: where it was read, which stays, and by whom, which
// the line may know better.

import { addTag, type Fields, isFields, type Value } from '#record'
import { define, own, place } from './place.ts'

/**
 * What becomes of a line's value where the document has one: it goes elsewhere to `keep` the document's, by which it is found
 * and known again, or may `replace` it, because a line knows it better. What comes here for a field of one form only is of
 * another, and to `refuse`.
 */
type Policy = 'keep' | 'replace' | 'refuse' | ReadonlyMap<string, Policy>
const POLICY: ReadonlyMap<string, Policy> = new Map<string, Policy>([
  ['agent', 'keep'],
  ['data_stream', 'keep'],
  ['sluice', 'keep'],
  ['@timestamp', 'refuse'],
  ['message', 'refuse'],
  ['ecs', new Map([['version', 'replace']])],
  ['event', new Map([['dataset', 'replace']])],
  ['host', new Map([['name', 'replace']])],
  [
    'log',
    new Map([
      ['file', 'keep'],
      ['offset', 'keep']
    ])
  ]
])

/** Puts a value under its key; where the document keeps what it has, or has it in another form, under `json.<key>`. */
export function merge(fields: Fields, key: string, value: Value): void {
  const policy = POLICY.get(key)
  if (key === 'tags' && typeof value === 'string') addTag(fields, value)
  else if (policy === undefined && !Object.hasOwn(fields, key)) define(fields, key, value)
  else mergeKey(fields, fields, [key], value, policy)
}

function mergeKey(fields: Fields, parent: Fields, path: readonly string[], value: Value, policy?: Policy): void {
  const key = path.at(-1) ?? ''
  const present = own(parent, key)
  const isRefused = policy === 'refuse' || (policy === 'keep' && present !== undefined)
  if (isRefused || (present !== undefined && isFields(present) !== isFields(value)))
    place(fields, ['json', ...path], value)
  else if (present === undefined || policy === 'replace') define(parent, key, value)
  else if (!isFields(present) || !isFields(value)) place(parent, [key], value)
  else {
    const policies = policy instanceof Map ? policy : undefined
    for (const name in value) mergeKey(fields, present, [...path, name], value[name] ?? null, policies?.get(name))
  }
}
