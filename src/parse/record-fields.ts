// Where parsers of records that come as JSON put what they find: fields by their paths, and labels.

import { type Fields, isFields, type Value } from '#record'
import { define } from './place.ts'

/** Sets a field, making the objects on its way, in the place of what stands there. */
export function put(fields: Fields, path: readonly string[], value: Value): void {
  let parent = fields
  for (const name of path.slice(0, -1)) {
    const found = parent[name]
    const child = isFields(found) ? found : {}
    parent[name] = child
    parent = child
  }
  define(parent, path.at(-1) ?? '', value)
}

/** What is bound to a record or a logger, each as one keyword: ECS has labels hold no objects. */
export function writeLabels(fields: Fields, extra: Value | undefined): void {
  if (!isFields(extra)) return
  for (const name of Object.keys(extra)) writeLabel(fields, name, extra[name] ?? null)
}

export function writeLabel(fields: Fields, name: string, value: Value): void {
  if (value === null) return
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  put(fields, ['labels', name.replaceAll('.', '_')], text)
}
