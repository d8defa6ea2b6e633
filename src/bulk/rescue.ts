// Takes the one field out of a document that does not fit its index, so that the rest of it can be shipped. Nothing is thrown
// away: the value stands under `_conflicts`, as JSON text that fits whatever else stands there, with Elasticsearch's reason.

import type { Fields, Value } from '#record'

/** A document that may fit now, and the field that was moved, dotted. */
export interface Rescued {
  readonly source: string
  readonly field: string
}

/** How Elasticsearch names the field; see `DocumentParserContext`, `ObjectMapper` and `MapperService` of its source. */
const NAMES: readonly RegExp[] = [
  /failed to parse field \[([^\]]+)\] of type \[/,
  /object mapping for \[([^\]]+)\] tried to parse field/,
  /dynamic introduction of \[(?<name>[^\]]+)\] within \[(?<parent>[^\]]+)\] is not allowed/,
  /can't merge a non[- ]object mapping \[([^\]]+)\]/,
  /mapper \[([^\]]+)\] cannot be changed from type/,
  /immense term in field="([^"]+)"/
]

/** Moves the field that the reason names; undefined where it names none that the document could do without. */
export function rescue(source: string, reason: string): Rescued | undefined {
  const field = fieldIn(reason)
  if (field === undefined || field === '@timestamp') return undefined
  const fields = JSON.parse(source) as Fields
  const values = takeOut(fields, field.split('.'))
  if (values.length === 0) return undefined
  const value = JSON.stringify(values.length === 1 ? values[0] : values)
  fields._conflicts = { field, value, reason }
  return { source: JSON.stringify(fields), field }
}

function fieldIn(reason: string): string | undefined {
  for (const name of NAMES) {
    const match = name.exec(reason)
    if (match === null) continue
    const { name: child, parent } = match.groups ?? {}
    if (child === undefined) return match[1]
    return parent === undefined || parent === '_doc' ? child : `${parent}.${child}`
  }
  return undefined
}

/** Removes what stands at a path, through lists and through names that have dots in them; returns what stood there. */
function takeOut(value: Value | undefined, path: readonly string[]): Value[] {
  if (typeof value !== 'object' || value === null) return []
  if (isList(value)) return value.flatMap(element => takeOut(element, path))
  const taken: Value[] = []
  for (let length = 1; length <= path.length; length += 1) {
    const name = path.slice(0, length).join('.')
    const inner = value[name]
    if (inner === undefined || !Object.hasOwn(value, name)) continue
    if (length < path.length) taken.push(...takeOut(inner, path.slice(length)))
    else {
      taken.push(inner)
      delete value[name]
    }
  }
  return taken
}

function isList(value: readonly Value[] | Fields): value is readonly Value[] {
  return Array.isArray(value)
}
