// The processor `set`: puts a value or a copy of another field into a field.
// See "Set processor" in Elasticsearch's ingest processor reference.

import Type, { type Static } from 'typebox'
import type { Fields } from '#record'
import { fieldPath, lookUp, put } from './field-path.ts'
import { Failure, type Outcome, optionsSchema, type Processor } from './processor.ts'
import { valueProperties, valueSource } from './value-source.ts'

export const schema = optionsSchema(
  {
    field: Type.String({ minLength: 1, description: 'The field to write, by its dotted name.' }),
    ...valueProperties,
    override: Type.Optional(
      Type.Boolean({
        default: true,
        description: 'Whether a field that has a value other than null is written over.'
      })
    ),
    ignore_empty_value: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'Whether nothing is written where a template gives an empty text, or the copied field is missing, null or empty.'
      })
    )
  },
  'Puts a value into a field.'
)
export type Options = Static<typeof schema>

/** @throws SluiceError E_ENRICH_OPTION where a name or template is none, or both or neither of `value` and `copy_from` is given */
export function set(options: Options): Processor {
  const target = fieldPath(options.field, 'field')
  const source = valueSource('set', options, options.ignore_empty_value ?? false)
  const isOverriding = options.override ?? true
  const apply = (fields: Fields): Outcome => {
    if (!isOverriding && (lookUp(fields, target) ?? null) !== null) return undefined
    const value = source.make(fields)
    if (value === undefined || value instanceof Failure) return value
    return put(fields, target, value)
  }
  return {
    name: 'set',
    reads: isOverriding ? source.reads : [...source.reads, target.name],
    writes: source.writes(target),
    plain:
      source.constant === undefined
        ? undefined
        : { does: 'set', path: target, value: source.constant, isOverriding, apply },
    apply
  }
}
