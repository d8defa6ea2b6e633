// The part of a schema that values can touch. To compile a schema takes far longer than to hold a file against it, and most
// of one describes what a file does not use. What is left refuses and fills in the same, in the same words.

import type { JsonSchema } from './schema.ts'

/** Nothing is ever held against it, because no value stands at its place. */
const ANYTHING: JsonSchema = {}

/** The schema without what none of `values` reaches: alternatives that nobody chose and keys that nobody wrote. */
export function relevantSchema(schema: JsonSchema, values: readonly unknown[]): JsonSchema {
  // An anchor is referred to from elsewhere, for other values; what is of another type is refused in words for all of it.
  if ('$id' in schema || values.some(value => isOther(value, schema))) return schema
  const objects = values.filter(isObject)
  const items = schema.items && relevantItems(schema, values.filter(Array.isArray).flat())
  return {
    ...schema,
    ...(schema.properties && { properties: relevantKeys(schema, objects) }),
    ...(items && { items }),
    ...(schema.oneOf && { oneOf: chosen(schema, values) })
  }
}

/** What a list is missing is said in the words of its items. */
function relevantItems({ items = ANYTHING, minItems }: JsonSchema, values: readonly unknown[]): JsonSchema {
  if (values.length > 0) return relevantSchema(items, values)
  return minItems === undefined ? ANYTHING : items
}

function relevantKeys(
  { properties = {}, required = [] }: JsonSchema,
  objects: readonly Record<string, unknown>[]
): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, schema]) => {
      const values = objects.flatMap(object => (Object.hasOwn(object, key) ? [object[key]] : []))
      if (schema.default !== undefined) return [key, withDefault(schema, values)]
      // What is missing is said in the words of its schema.
      if (required.includes(key) && values.length < objects.length) return [key, schema]
      return [key, values.length > 0 ? relevantSchema(schema, values) : ANYTHING]
    })
  )
}

/** A default is filled in, and defaults within it; that each is sound needs no proof at every start. */
function withDefault(schema: JsonSchema, values: readonly unknown[]): JsonSchema {
  const isLeft = values.length === 0 && !hasChoice(schema)
  return isLeft ? { default: filledIn(schema, schema.default) } : relevantSchema(schema, [...values, schema.default])
}

/** Whether what is filled in beneath a value depends on the value. */
function hasChoice({ properties = {} }: JsonSchema): boolean {
  return Object.values(properties).some(inner => inner.oneOf !== undefined || hasChoice(inner))
}

/** A value with the defaults of all that it leaves out. */
function filledIn({ properties = {} }: JsonSchema, value: unknown): unknown {
  if (!isObject(value)) return value
  const filled = Object.entries(properties).flatMap(([key, schema]) => {
    const own = Object.hasOwn(value, key) ? value[key] : schema.default
    return own === undefined ? [] : [[key, filledIn(schema, own)]]
  })
  return { ...value, ...Object.fromEntries(filled) }
}

/** The alternatives that the values name; all of them where one names none, so that the message can list them. */
function chosen({ oneOf = [], discriminator }: JsonSchema, values: readonly unknown[]): readonly JsonSchema[] {
  const key = discriminator?.propertyName
  if (key === undefined) return oneOf
  const tagOf = (branch: JsonSchema): unknown => branch.properties?.[key]?.const
  const tags = new Set(values.map(value => (isObject(value) ? value[key] : undefined)))
  const branches = oneOf.filter(branch => tags.has(tagOf(branch)))
  if (branches.length < tags.size || tags.size === 0) return oneOf
  return branches.map(branch =>
    relevantSchema(
      branch,
      values.filter(value => isObject(value) && value[key] === tagOf(branch))
    )
  )
}

function isOther(value: unknown, { type }: JsonSchema): boolean {
  return type === 'array' ? !Array.isArray(value) : type === 'object' && !isObject(value)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
