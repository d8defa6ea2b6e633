// One value held against one schema, and the JSON that stands in a string against its own; what is wrong is said, not thrown.
import { Ajv, type ValidateFunction } from 'ajv'

/** Takes a sentence on what is wrong. */
export type Say = (problem: string) => unknown

const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true })
const compiled = new Map<object, ValidateFunction>()

/** Whether a value is as the schema has it. */
export function hold(schema: object, value: unknown, say: Say): boolean {
  const validate = compiled.get(schema) ?? ajv.compile(schema)
  compiled.set(schema, validate)
  if (validate(value)) return true
  for (const { instancePath, message, params } of validate.errors ?? []) {
    say(`${instancePath} ${message} ${params.additionalProperty ?? ''}`.trim())
  }
  return false
}

/** What a string of JSON holds, held against a schema; undefined where it is not as it should be. */
export function inner(encoded: unknown, schema: object, name: string, say: Say): unknown {
  if (typeof encoded !== 'string') {
    say(`${name} is no string`)
    return undefined
  }
  try {
    const value = JSON.parse(encoded)
    return hold(schema, value, problem => say(`${name}: ${problem}`)) ? value : undefined
  } catch (error) {
    say(`${name}: ${(error as Error).message}`)
    return undefined
  }
}
