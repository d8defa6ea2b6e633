// Puts values into fields where others may stand already, so that none is lost: as Elasticsearch's dot_expander does,
// values at one place become a list. A value where an object stands, which it refuses, becomes `value` of that object.

import { type Fields, isFields, type Value } from '#record'

/** What stands under a name of the object itself, whatever the name. */
export function own(fields: Fields, name: string): Value | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

/** Sets a property as data, also where its name is `__proto__`. */
export function define(fields: Fields, name: string, value: Value): void {
  if (name === '__proto__') {
    Object.defineProperty(fields, name, { value, writable: true, enumerable: true, configurable: true })
  } else fields[name] = value
}

/** Puts a value at a path, making the objects on the way. Objects that it meets are changed. */
export function place(fields: Fields, path: readonly string[], value: Value): void {
  let parent = fields
  const last = path.length - 1
  for (let i = 0; i < last; i++) {
    const name = path[i] ?? ''
    const found = own(parent, name)
    if (isFields(found)) parent = found
    else {
      const child: Fields = found === undefined ? {} : { value: found }
      define(parent, name, child)
      parent = child
    }
  }
  const name = path[last] ?? ''
  const found = own(parent, name)
  define(parent, name, found === undefined ? value : together(found, value))
}

function together(first: Value, second: Value): Value {
  if (isFields(first)) {
    if (!isFields(second)) place(first, ['value'], second)
    else for (const name of Object.keys(second)) place(first, [name], own(second, name) ?? null)
    return first
  }
  if (isFields(second)) {
    place(second, ['value'], first)
    return second
  }
  return first === second ? first : [first, second].flat()
}
