// Holds a document against the fields that a test expects of it. Fields are named dotted or nested; null means that the
// field is not there.

import { isDeepStrictEqual } from 'node:util'
import { type Fields, isFields, type Value } from '#record'

/** One sentence for each expected field that is not as expected; none where all are. */
export function compare(expected: Fields, document: Fields, prefix = ''): string[] {
  return Object.entries(expected).flatMap(([name, value]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`
    if (isFields(value)) return compare(value, document, path)
    const found = lookUp(document, path)
    if (value === null ? found === undefined || found === null : isDeepStrictEqual(found, value)) return []
    return [`${path}: expected ${JSON.stringify(value)}, found ${JSON.stringify(found) ?? 'nothing'}`]
  })
}

/** The value at a dotted path, whichever of its dots are nesting. */
function lookUp(fields: Fields, path: string): Value | undefined {
  if (Object.hasOwn(fields, path)) return fields[path]
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const inner = fields[path.slice(0, dot)]
    const found = isFields(inner) ? lookUp(inner, path.slice(dot + 1)) : undefined
    if (found !== undefined) return found
  }
  return undefined
}
