// Holds a document against a schema with ajv, fills in defaults and says what is wrong in words: one problem for each
// place, and of several alternatives only what is wrong with the one that was meant.

import { Ajv, type ErrorObject } from 'ajv'
import { problemAt } from './document.ts'
import { didYouMean } from './nearest.ts'
import { type Path, type Problem, pathText } from './problem.ts'
import { relevantSchema } from './relevant.ts'
import { type JsonSchema, strictSchema } from './schema.ts'
import type { Resolved } from './secrets.ts'
import { allowedText, foundText, literals, quoted } from './words.ts'

/** Fills defaults into `resolved.value`, in place, and reports what the schema refuses. Returns whether it refuses nothing. */
export type Validate = (resolved: Resolved, problems: Problem[]) => boolean

/** A validator for these values of one kind of file, and for no others. */
export function createValidate(schema: JsonSchema, values: readonly unknown[]): Validate {
  const ajv = new Ajv({
    allErrors: true,
    discriminator: true,
    useDefaults: true,
    verbose: true,
    strict: true,
    allowUnionTypes: true,
    // A choice requires its discriminator beside the alternatives that define it.
    strictRequired: false,
    // The schemas are the project's own, and its tests hold them against the one of JSON Schema.
    meta: false,
    validateSchema: false
  })
  ajv.addVocabulary(['patternErrorMessage'])
  const validate = ajv.compile({ ...strictSchema(relevantSchema(schema, values)) })
  return (resolved, problems) => {
    if (validate(resolved.value)) return true
    const said = new Set<string>()
    for (const error of withoutOtherBranches(withoutEchoes(validate.errors ?? []))) {
      const problem = toProblem(error, resolved, schema)
      if (said.has(problem.path) || resolved.unresolved.has(problem.path)) continue
      said.add(problem.path)
      problems.push(problem)
    }
    return false
  }
}

/** Leaves out what another error at the same place says better. */
function withoutEchoes(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const unknown = new Set(
    errors.flatMap(({ keyword, instancePath }) => (keyword === 'additionalProperties' ? [instancePath] : []))
  )
  return errors.filter(({ keyword, instancePath, params, parentSchema }) => {
    if (keyword === 'maxProperties') return !unknown.has(instancePath)
    return keyword !== 'required' || params.missingProperty !== parentSchema?.discriminator?.propertyName
  })
}

/**
 * Of a failed choice between alternatives keeps what is wrong with the one that has the type of the value, where it is
 * the only one, or else the failed choice alone.
 */
function withoutOtherBranches(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choices = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')
  return choices.reduce<readonly ErrorObject[]>((kept, choice) => {
    const branches = choice.schema as readonly JsonSchema[]
    const meant = branches.flatMap(({ type = [] }, index) =>
      [type].flat().includes(typeName(choice.data)) ? [index] : []
    )
    const inside = (error: ErrorObject, prefix: string): boolean =>
      error.schemaPath.startsWith(prefix) && `${error.instancePath}/`.startsWith(`${choice.instancePath}/`)
    const branch = `${choice.schemaPath}/${meant[0]}/`
    return meant.length === 1
      ? kept.filter(error => error !== choice && (!inside(error, `${choice.schemaPath}/`) || inside(error, branch)))
      : kept.filter(error => !inside(error, `${choice.schemaPath}/`))
  }, errors)
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return value === null ? 'null' : typeof value
}

function toProblem(error: ErrorObject, resolved: Resolved, whole: JsonSchema): Problem {
  const path = toPath(error.instancePath, resolved.value)
  const schema = error.parentSchema as JsonSchema
  const within = path.length === 0 ? '' : ` in ${pathText(path)}`
  switch (error.keyword) {
    case 'additionalProperties':
      return unknownKey(error.params.additionalProperty, path, within, schema, resolved, whole)
    case 'required': {
      const key: string = error.params.missingProperty
      const allowed = allowedText(schema.properties?.[key] ?? {}, key)
      return problemAt(resolved.document, { path: [...path, key] }, `"${key}" is missing${within}; allowed: ${allowed}`)
    }
    case 'discriminator': {
      const { tag, tagValue } = error.params
      const tags = (schema.oneOf ?? []).map(branch => branch.properties?.[tag] ?? {})
      if (tagValue === undefined) {
        const message = `"${tag}" is missing${within}; allowed: ${allowedText({ anyOf: tags })}`
        return problemAt(resolved.document, { path: [...path, tag] }, message)
      }
      return wrongValue(tagValue, [...path, tag], { anyOf: tags }, resolved)
    }
    case 'minProperties':
    case 'maxProperties': {
      const found = quoted(Object.keys(error.data as object)) || 'no key'
      const message = `${pathText(path)} has ${found}; allowed: ${allowedText(schema)}`
      return problemAt(resolved.document, { path }, message)
    }
    default:
      return wrongValue(error.data, path, schema, resolved)
  }
}

function wrongValue(value: unknown, path: Path, schema: JsonSchema, { document, shown }: Resolved): Problem {
  const name = pathText(path)
  const found = foundText(shown.get(name) ?? value, shown.has(name) ? {} : schema)
  const hint = typeof value === 'string' ? didYouMean(value, literals(schema).map(String)) : ''
  const subject = name === '' ? 'the file' : name
  return problemAt(
    document,
    { path },
    `${subject} is ${found}; allowed: ${allowedText(schema, String(path.at(-1) ?? ''))}${hint}`
  )
}

function unknownKey(
  key: string,
  path: Path,
  within: string,
  schema: JsonSchema,
  { document }: Resolved,
  whole: JsonSchema
): Problem {
  const known = Object.keys(schema.properties ?? {})
  const home = homesOf(whole).get(key)
  const hint = didYouMean(key, known) || (home === undefined ? '' : `; did you mean "${home}"?`)
  const message = `unknown key "${key}"${within}; allowed: ${quoted(known)}${hint}`
  return problemAt(document, { path: [...path, key], at: 'key' }, message)
}

/** Where each key belongs that is known in one place only, lists aside. */
function homesOf(schema: JsonSchema): ReadonlyMap<string, string> {
  const homes = new Map<string, string>()
  const twice = new Set<string>()
  const visit = (node: JsonSchema, path: Path): void => {
    for (const [key, value] of Object.entries(node.properties ?? {})) {
      if (homes.has(key)) twice.add(key)
      homes.set(key, pathText([...path, key]))
      visit(value, [...path, key])
    }
  }
  visit(schema, [])
  for (const key of twice) homes.delete(key)
  return homes
}

/** A JSON pointer (RFC 6901) as keys and indices. */
function toPath(pointer: string, root: unknown): Path {
  let value = root
  return pointer
    .split('/')
    .slice(1)
    .map(part => {
      const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
      const step = Array.isArray(value) ? Number(key) : key
      value = (value as Record<string, unknown>)[key]
      return step
    })
}
