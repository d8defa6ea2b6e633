// Says in words what a schema allows and what was found, for messages and for the reference page alike.

import type { JsonSchema } from './schema.ts'

/** What a schema allows, such as `a whole number from 1 to 64`. */
export function allowedText(schema: JsonSchema, key = ''): string {
  const values = literals(schema)
  if (values.length > 0) return values.map(value => JSON.stringify(value)).join(', ')
  const options = schema.anyOf ?? schema.oneOf
  if (options !== undefined) return [...new Set(options.map(option => allowedText(option, key)))].join(' or ')
  if (Array.isArray(schema.type)) return allowedText({ anyOf: schema.type.map((type: string) => ({ type })) }, key)
  if (schema.patternErrorMessage !== undefined) return schema.patternErrorMessage
  switch (schema.type) {
    case 'integer':
      return `a whole number${range(schema, key)}`
    case 'number':
      return `a number${range(schema, key)}`
    case 'boolean':
      return 'true or false'
    case 'string':
      return `${schema.minLength === undefined ? '' : 'non-empty '}text${schema.pattern === undefined ? '' : ` matching ${schema.pattern}`}`
    case 'array':
      return `a ${schema.minItems === undefined ? '' : 'non-empty '}list${schema.items === undefined ? '' : ` of ${items(schema.items)}`}`
    case 'object':
      return schema.properties === undefined
        ? 'an object'
        : `an object with ${schema.maxProperties === 1 ? 'one of ' : ''}${quoted(Object.keys(schema.properties))}`
    case 'null':
      return 'null'
    default:
      return 'any value'
  }
}

/** The values that a schema lists, if it is a list of values. */
export function literals(schema: JsonSchema): readonly unknown[] {
  if (schema.const !== undefined) return [schema.const]
  if (schema.enum !== undefined) return schema.enum
  const options = schema.anyOf ?? schema.oneOf ?? []
  const values = options.map(literals)
  return values.every(list => list.length > 0) ? values.flat() : []
}

/** What was found, short enough for a line. Text of credentials is not said. */
export function foundText(value: unknown, schema: JsonSchema = {}): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  if (schema.writeOnly) return value === '' ? 'empty' : `a ${typeof value}`
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 77)}…"` : text
}

/** Words in quotes with commas between them. */
export const quoted = (words: readonly string[]): string => words.map(word => `"${word}"`).join(', ')

/** The unit that the last word of a key names. */
function unitOf(key: string): string {
  if (key.endsWith('Bytes')) return 'bytes'
  return key.endsWith('Ms') ? 'milliseconds' : ''
}

function range({ minimum, maximum }: JsonSchema, key: string): string {
  const unit = unitOf(key)
  const tail = unit === '' ? '' : ` ${unit}`
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}${tail}`
  if (minimum !== undefined) return ` of at least ${minimum}${tail}`
  if (maximum !== undefined) return ` of at most ${maximum}${tail}`
  return unit === '' ? '' : ` of ${unit}`
}

function items(schema: JsonSchema): string {
  if (schema.type === 'object') return 'objects'
  return schema.type === 'string' ? allowedText(schema) : `: ${allowedText(schema)}`
}
