// Writes a value deep into nested fields. Each setter is generated for its path, because a property named in the code is
// found several times faster than one named by a variable.

import type { Fields, Value } from '#record'

/** Puts a value where its path says, making the objects on the way. */
export type Setter = (fields: Fields, value: Value) => void

/** A setter for a dotted name such as `http.response.status_code`. */
export function setter(field: string): Setter {
  const keys = field.split('.').map(key => JSON.stringify(key))
  const parent = keys.slice(0, -1).reduce((code, key) => `(${code}[${key}] ??= {})`, 'fields')
  return new Function('fields', 'value', `${parent}[${keys.at(-1)}] = value`) as Setter
}
