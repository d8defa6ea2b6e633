// What the processors have in common that put a value, changed, back into its field or into another one: of a list each
// item is changed, and the list is made anew.

import Type, { type Static } from 'typebox'
import type { FieldType, Value } from '#record'
import { demand, fieldPath, isList, lookUp, put, typeName } from './field-path.ts'
import { each, Failure, type Processor } from './processor.ts'

export const transformProperties = {
  field: Type.String({ minLength: 1, description: 'The field to take, by its dotted name; of a list each item.' }),
  target_field: Type.Optional(
    Type.String({ minLength: 1, description: 'The field to write; where it is left out, the same one.' })
  ),
  ignore_missing: Type.Optional(
    Type.Boolean({ default: false, description: 'Whether nothing is done where the field is missing or null.' })
  )
}
type TransformOptions = Static<Type.TObject<typeof transformProperties>>

/** Makes another value of one that is no list of its own; null comes only as an item. */
export type Change = (value: Value) => Value | Failure

/**
 * The processor that makes a change.
 * @param type that of the values that it makes
 * @throws SluiceError E_ENRICH_OPTION where a name is none
 */
export function transform(
  name: string,
  { field, target_field = field, ignore_missing: isIgnoringMissing = false }: TransformOptions,
  type: FieldType | 'open',
  change: Change
): Processor {
  const source = fieldPath(field, 'field')
  const target = fieldPath(target_field, 'target_field')
  return {
    name,
    reads: [source.name],
    writes: type === 'open' ? 'open' : { [target.name]: type },
    apply(fields) {
      const value = isIgnoringMissing ? (lookUp(fields, source) ?? null) : demand(fields, source)
      if (value instanceof Failure) return value
      if (value === null) return isIgnoringMissing ? undefined : new Failure(`field [${source.name}] is null`)
      const changed = isList(value) ? each(value, change) : change(value)
      return changed instanceof Failure
        ? new Failure(`field [${source.name}]: ${changed.reason}`)
        : put(fields, target, changed)
    }
  }
}

/** A change of texts, which alone it takes. */
export function ofTexts(change: (text: string) => string): Change {
  return value =>
    typeof value === 'string' ? change(value) : new Failure(`[${typeName(value)}] cannot be cast to [String]`)
}
