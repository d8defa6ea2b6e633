// A file is held against the part of the schema that it can touch. That says of any file what the whole schema says.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { parse } from 'jsonc-parser'
import type { TSchema } from 'typebox'
import { expect, test } from 'vitest'
import { allowedText, type JsonSchema, pipelineSchema, settingsSchema } from '#config'
import { relevantSchema } from '../../src/config/relevant.ts'
import { strictSchema } from '../../src/config/schema.ts'

const FOLDER = join(import.meta.dirname, '../../pipelines')
const pipelines = readdirSync(FOLDER)
  .filter(file => file.endsWith('.json'))
  .map(file => parse(readFileSync(join(FOLDER, file), 'utf8')) as object)
const settings = [
  {},
  { elasticsearch: { nodes: ['http://a:1'], bulk: { maxInFlight: 2 } }, metrics: { enabled: true } }
]

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('', 'file', 'tcp', 'nginx', 'json', 'grok', [], {}, [{}], [[]], null, -1, { format: 'csv' })
)

/** A change of a value at one of its places: replaced, left out, or with a key more. */
const changes = fc.array(
  fc.record({
    place: fc.nat(),
    what: fc.constantFrom('replace', 'remove', 'add'),
    key: fc.constantFrom(
      'type',
      'format',
      'paths',
      'pattern',
      'extra',
      'batch',
      'multiline',
      'tests',
      'enrich',
      'parse'
    ),
    value: odd
  }),
  { maxLength: 3 }
)

type Change = (typeof changes extends fc.Arbitrary<infer List> ? List : never) extends readonly (infer One)[]
  ? One
  : never
type Node = Record<string, unknown>

function changed(value: object, list: readonly Change[]): unknown {
  const copy: Node = structuredClone({ root: value })
  for (const { place, what, key, value: made } of list) {
    // Another change may be made within it.
    const other = structuredClone(made)
    const places = placesIn(copy)
    const [parent, name] = places[place % places.length] as [Node, string]
    const at = parent[name]
    if (what === 'add' && typeof at === 'object' && at !== null && !Array.isArray(at)) (at as Node)[key] = other
    else if (what === 'remove' && name !== 'root' && !Array.isArray(parent)) delete parent[name]
    else parent[name] = other
  }
  return copy.root
}

function placesIn(node: object): [object, string][] {
  return Object.entries(node).flatMap(([key, value]) => [
    [node, key] as [object, string],
    ...(typeof value === 'object' && value !== null ? placesIn(value) : [])
  ])
}

function compiled(schema: JsonSchema): (value: unknown) => object {
  const ajv = new Ajv({
    allErrors: true,
    discriminator: true,
    useDefaults: true,
    verbose: true,
    allowUnionTypes: true,
    strictRequired: false
  })
  ajv.addVocabulary(['patternErrorMessage'])
  const validate = ajv.compile({ ...schema })
  return value => {
    const copy = structuredClone(value)
    validate(copy)
    const errors = (validate.errors ?? []).map(({ keyword, instancePath, params, parentSchema }) => {
      const said = keyword === 'discriminator' ? '' : allowedText(parentSchema as JsonSchema)
      return { keyword, instancePath, params, said, missing: missingIn(params, parentSchema as JsonSchema) }
    })
    return { copy, errors }
  }
}

const missingIn = ({ missingProperty: key }: { missingProperty?: string }, { properties }: JsonSchema) =>
  key === undefined ? '' : allowedText(properties?.[key] ?? {}, key)

test.each([
  { name: 'pipelines', schema: pipelineSchema as TSchema, sound: pipelines },
  { name: 'settings', schema: settingsSchema as TSchema, sound: settings }
])('of $name, sound and broken, the part says what the whole says', ({ schema, sound }) => {
  const whole = compiled(strictSchema(schema))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...sound), changes), { minLength: 1, maxLength: 2 }), pairs => {
      const values = pairs.map(([value, list]) => changed(value, list))
      const part = compiled(strictSchema(relevantSchema(schema, values)))
      for (const value of values) expect(part(value)).toEqual(whole(value))
    }),
    { numRuns: 40 }
  )
})
