// The processor `rename`: takes a field away and puts its value under another name.
// See "Rename processor" in Elasticsearch's ingest processor reference.

import Type, { type Static } from 'typebox'
import type { Fields, Value } from '#record'
import { demand, type FieldPath, fieldPath, has, isList, lookUp, parentOf, put, remove } from './field-path.ts'
import { Failure, optionsSchema, type Processor } from './processor.ts'

export const schema = optionsSchema(
  {
    field: Type.String({ minLength: 1, description: 'The field to rename, by its dotted name.' }),
    target_field: Type.String({ minLength: 1, description: 'The dotted name that it gets.' }),
    ignore_missing: Type.Optional(
      Type.Boolean({ default: false, description: 'Whether nothing is done where the field is missing.' })
    ),
    override: Type.Optional(
      Type.Boolean({ default: false, description: 'Whether a field that has the name already is written over.' })
    )
  },
  'Gives a field another name.'
)
export type Options = Static<typeof schema>

/** @throws SluiceError E_ENRICH_OPTION where a name is none */
export function rename({ field, target_field, ignore_missing, override }: Options): Processor {
  const source = fieldPath(field, 'field')
  const target = fieldPath(target_field, 'target_field')
  return {
    name: 'rename',
    reads: [source.name, target.name],
    writes: 'open',
    apply(fields) {
      const isThere = has(fields, source)
      if (isThere instanceof Failure) return isThere
      if (!isThere) return ignore_missing === true ? undefined : new Failure(`field [${source.name}] doesn't exist`)
      const isTaken = has(fields, target)
      if (isTaken instanceof Failure) return isTaken
      if (isTaken && override !== true) return new Failure(`field [${target.name}] already exists`)
      return move(fields, source, target)
    }
  }
}

/** The value is taken away first, so that it may go into its own place. Where it cannot go, all is as before. */
function move(fields: Fields, source: FieldPath, target: FieldPath): Failure | undefined {
  const value = demand(fields, source)
  if (value instanceof Failure) return value
  const parent = lookUp(fields, parentOf(source))
  const failure = remove(fields, source) ?? put(fields, target, value)
  if (failure !== undefined) restore(fields, source, value, parent)
  return failure
}

/** A list that lost an item was made anew and the old one is put back; in an object the field is. */
function restore(fields: Fields, path: FieldPath, value: Value, parent: Value | undefined): void {
  if (isList(parent)) put(fields, parentOf(path), parent)
  else put(fields, path, value)
}
