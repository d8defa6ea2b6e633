// The processor `remove`: takes fields away, or all but some.
// See "Remove processor" in Elasticsearch's ingest processor reference.

import Type, { type Static } from 'typebox'
import { SluiceError } from '#errors'
import { type Fields, isFields } from '#record'
import { type FieldPath, fieldPath, lookUp, remove as removeAt } from './field-path.ts'
import { type Outcome, optionsSchema, type Processor } from './processor.ts'

const names = (description: string) =>
  Type.Optional(
    Type.Union([Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })], {
      description
    })
  )

export const schema = optionsSchema(
  {
    field: names('The field to remove, or several, by dotted names. Either this or `keep` is given.'),
    keep: names(
      'The fields to keep, with all that is in them; all others are removed. `@timestamp`, and what tells where the line stands, are kept only where they are named.'
    ),
    ignore_missing: Type.Optional(
      Type.Boolean({ default: false, description: 'Whether a field that is missing is passed over.' })
    )
  },
  'Removes fields.'
)
export type Options = Static<typeof schema>

/** @throws SluiceError E_ENRICH_OPTION where a name is none, or both or neither of `field` and `keep` is given */
export function remove({ field, keep, ignore_missing }: Options): Processor {
  if ((field === undefined) === (keep === undefined)) {
    const found = field === undefined ? 'neither "field" nor "keep"' : 'both "field" and "keep"'
    throw new SluiceError('E_ENRICH_OPTION', `"remove" has ${found}; allowed: one of them`, { context: { found } })
  }
  if (keep !== undefined) return removeOthers([keep].flat().map(name => fieldPath(name, 'keep')))
  const paths = [field ?? []].flat().map(name => fieldPath(name, 'field'))
  const apply = (fields: Fields): Outcome => removeAll(fields, paths, ignore_missing === true)
  return {
    name: 'remove',
    reads: paths.map(({ name }) => name),
    writes: {},
    plain: { does: 'remove', paths, isIgnoringMissing: ignore_missing === true, apply },
    apply
  }
}

/** Those before one that fails are gone. */
function removeAll(fields: Fields, paths: readonly FieldPath[], isIgnoringMissing: boolean): Outcome {
  for (const path of paths) {
    if (isIgnoringMissing && lookUp(fields, path) === undefined) continue
    const failure = removeAt(fields, path)
    if (failure !== undefined) return failure
  }
  return undefined
}

function removeOthers(kept: readonly FieldPath[]): Processor {
  return {
    name: 'remove',
    reads: 'open',
    writes: {},
    apply(fields) {
      keepOnly(kept, fields, '')
      return undefined
    }
  }
}

/**
 * A key with dots in it stays: it is the name of no field, as ingest pipelines read names. So does what tells an
 * `on_failure` why it runs.
 */
function keepOnly(kept: readonly FieldPath[], fields: Fields, prefix: string): void {
  for (const [key, value] of Object.entries(fields)) {
    const name = prefix + key
    if (key.includes('.') || name === '_ingest') continue
    if (kept.some(path => path.name === name || name.startsWith(`${path.name}.`))) continue
    if (!kept.some(path => path.name.startsWith(`${name}.`))) fields[key] = undefined
    else if (isFields(value)) keepOnly(kept, value, `${name}.`)
  }
}
