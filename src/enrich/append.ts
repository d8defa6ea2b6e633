// The processor `append`: puts values behind those that a field has, which becomes a list.
// See "Append processor" in Elasticsearch's ingest processor reference.

import { isDeepStrictEqual } from 'node:util'
import Type, { type Static } from 'typebox'
import type { Value } from '#record'
import { copyOf, fieldPath, isList, lookUp, put } from './field-path.ts'
import { Failure, optionsSchema, type Processor } from './processor.ts'
import { valueProperties, valueSource } from './value-source.ts'

export const schema = optionsSchema(
  {
    field: Type.String({ minLength: 1, description: 'The field to append to, by its dotted name.' }),
    ...valueProperties,
    allow_duplicates: Type.Optional(
      Type.Boolean({ default: true, description: 'Whether a value is appended that the field has already.' })
    ),
    ignore_empty_values: Type.Optional(
      Type.Boolean({
        default: false,
        description: 'Whether nothing is appended for null, for an empty text, and where the copied field is missing.'
      })
    )
  },
  'Appends a value, or each value of a list, to a field, which becomes a list.'
)
export type Options = Static<typeof schema>

/** @throws SluiceError E_ENRICH_OPTION where a name or template is none, or both or neither of `value` and `copy_from` is given */
export function append(options: Options): Processor {
  const { allow_duplicates: isAllowingDuplicates = true, ignore_empty_values: isIgnoringEmpty = false } = options
  const target = fieldPath(options.field, 'field')
  const source = valueSource('append', options, isIgnoringEmpty)
  return {
    name: 'append',
    reads: [...source.reads, target.name],
    writes: source.writes(target),
    apply(fields) {
      const made = source.make(fields)
      if (made === undefined || made instanceof Failure) return made
      const present = lookUp(fields, target)
      const list = present === undefined ? [] : isList(present) ? [...present] : [present]
      const before = list.length
      for (const value of isList(made) ? made : [made]) {
        if (isIgnoringEmpty && (value === null || value === '')) continue
        if (isAllowingDuplicates || !includes(list, value)) list.push(value)
      }
      // Where nothing came to it, a single value stays one.
      return list.length === before ? undefined : put(fields, target, list)
    }
  }
}

/** Copies leave out what is undefined, and with it not there. */
function includes(list: readonly Value[], value: Value): boolean {
  return typeof value === 'object' ? list.some(item => isDeepStrictEqual(copyOf(item), value)) : list.includes(value)
}
