// JSON Schemas as plain JSON: what is read of them, and the two forms made from the schemas that the rooms declare.

import type { TSchema } from 'typebox'
import type { Path } from './problem.ts'

/** The keywords of JSON Schema draft-07 that Sluice uses, and two of its neighbours. */
export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly title?: string
  readonly description?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  /** OpenAPI's keyword, understood by ajv: which property chooses among `oneOf`. */
  readonly discriminator?: { readonly propertyName: string }
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly pattern?: string
  /** What `pattern` allows, in words; editors of the Visual Studio Code family show it too. */
  readonly patternErrorMessage?: string
  readonly writeOnly?: boolean
}

type Change = (schema: JsonSchema) => JsonSchema

/** The schema that validation uses: objects that list their keys refuse all others. */
export function strictSchema(schema: TSchema | JsonSchema): JsonSchema {
  return mapSchema(JSON.parse(JSON.stringify(schema)), node =>
    node.properties === undefined || node.additionalProperties !== undefined
      ? node
      : { ...node, additionalProperties: false }
  )
}

/** The schema for editors: as strict, and what has a default need not be written. */
export function editorSchema(schema: TSchema): JsonSchema {
  return mapSchema(strictSchema(schema), ({ discriminator: _, ...node }) => {
    if (node.required === undefined) return node
    const { required, ...rest } = node
    const needed = required.filter(key => node.properties?.[key]?.default === undefined)
    return needed.length === 0 ? rest : { ...rest, required: needed }
  })
}

/** The same type without its defaults, for settings that only override others. */
export function withoutDefaults<Schema extends TSchema>(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema, (key, value) => (key === 'default' ? undefined : value)))
}

/** What a schema says of the value at a path; of alternatives, what the first says that knows the key. */
export function schemaAt(schema: JsonSchema, path: Path): JsonSchema | undefined {
  return path.reduce<JsonSchema | undefined>(
    (node, step) => (typeof step === 'number' ? node?.items : propertyOf(node, step)),
    schema
  )
}

function propertyOf(node: JsonSchema | undefined, key: string): JsonSchema | undefined {
  const homes = node?.oneOf ?? (node === undefined ? [] : [node])
  return homes.find(({ properties }) => properties?.[key] !== undefined)?.properties?.[key]
}

/** Applies a change to a schema and all schemas in it, from the inside out. */
function mapSchema(schema: JsonSchema, change: Change): JsonSchema {
  const inner = (part: JsonSchema): JsonSchema => mapSchema(part, change)
  return change({
    ...schema,
    ...(schema.properties && { properties: mapValues(schema.properties, inner) }),
    ...(schema.items && { items: inner(schema.items) }),
    ...(schema.anyOf && { anyOf: schema.anyOf.map(inner) }),
    ...(schema.oneOf && { oneOf: schema.oneOf.map(inner) }),
    ...(typeof schema.additionalProperties === 'object' && { additionalProperties: inner(schema.additionalProperties) })
  })
}

function mapValues(record: Readonly<Record<string, JsonSchema>>, change: Change): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]))
}
