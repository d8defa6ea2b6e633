// Where the processors that write values take them from: a value given in the pipeline, in which templates are filled in,
// or a copy of a field.

import Type, { type Static } from 'typebox'
import { SluiceError } from '#errors'
import { type Fields, type FieldType, type FieldTypes, isFields, type Value } from '#record'
import { copyOf, demand, type FieldPath, isList, lookUp, sourcePath } from './field-path.ts'
import { Failure } from './processor.ts'
import { template } from './template.ts'

export const valueProperties = {
  value: Type.Optional(
    Type.Unsafe<Exclude<Value, null>>({
      anyOf: ['string', 'number', 'boolean', 'array', 'object'].map(type => ({ type })),
      description: 'What to write. `{{field}}` in texts is filled in. Either this or `copy_from` is given.'
    })
  ),
  copy_from: Type.Optional(Type.String({ minLength: 1, description: 'The field whose value is copied.' })),
  media_type: Type.Optional(
    Type.Union([Type.Literal('application/json'), Type.Literal('text/plain')], {
      default: 'application/json',
      description: 'How `{{field}}` is escaped within texts: as in JSON, or not at all.'
    })
  )
}
type ValueOptions = Static<Type.TObject<typeof valueProperties>>

export interface ValueSource {
  readonly reads: readonly string[]
  /** Set where it is always this. */
  readonly constant?: Exclude<Value, object | null> | undefined
  /** The fields that its values make where they are put into a field. */
  writes(target: FieldPath): FieldTypes | 'open'
  /** A value that the caller owns; undefined where there is nothing to write. */
  make(fields: Fields): Value | Failure | undefined
}

/**
 * @param name that of the processor
 * @param isIgnoringEmpty whether there is nothing to write where a template gives an empty text, or the copied field is
 * missing, null or empty
 * @throws SluiceError E_ENRICH_OPTION where a name or template is none, or both or neither of `value` and `copy_from` is given
 */
export function valueSource(
  name: string,
  { value, copy_from, media_type }: ValueOptions,
  isIgnoringEmpty: boolean
): ValueSource {
  if (copy_from !== undefined && value === undefined) return copied(sourcePath(copy_from, 'copy_from'), isIgnoringEmpty)
  if (copy_from !== undefined || value === undefined) {
    const found = value === undefined ? 'neither "value" nor "copy_from"' : 'both "value" and "copy_from"'
    throw new SluiceError('E_ENRICH_OPTION', `"${name}" has ${found}; allowed: one of them`, { context: { found } })
  }
  const { reads, isText, make } = template(value, media_type ?? 'application/json')
  return {
    reads,
    constant: isText || typeof value === 'object' ? undefined : value,
    writes: target => typesOf(value, target.name),
    make(fields) {
      const made = make(fields)
      return isIgnoringEmpty && isText && made === '' ? undefined : made
    }
  }
}

function copied(path: FieldPath, isIgnoringEmpty: boolean): ValueSource {
  return {
    reads: [path.name],
    writes: () => 'open',
    make(fields) {
      if (!isIgnoringEmpty) {
        const value = demand(fields, path)
        return value instanceof Failure ? value : copyOf(value)
      }
      const value = lookUp(fields, path)
      return value === undefined || value === null || value === '' ? undefined : copyOf(value)
    }
  }
}

/** The fields that a value makes, with the types that Elasticsearch gives them. */
function typesOf(value: Value, name: string): FieldTypes {
  if (isList(value)) return Object.assign({}, ...value.map(item => typesOf(item, name)))
  if (isFields(value)) {
    return Object.assign({}, ...Object.entries(value).map(([key, child]) => typesOf(child ?? null, `${name}.${key}`)))
  }
  return value === null ? {} : { [name]: typeOf(value) }
}

function typeOf(value: string | number | boolean): FieldType {
  if (typeof value === 'string') return 'keyword'
  if (typeof value === 'boolean') return 'boolean'
  return Number.isInteger(value) ? 'long' : 'double'
}
