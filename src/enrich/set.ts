// The processor `set`: puts a value or a copy of another field into a field.
// See "Set processor" in Elasticsearch's ingest processor reference.

import Type, { type Static } from 'typebox'
import { SluiceError } from '#errors'
import { type Fields, type FieldType, type FieldTypes, isFields, type Value } from '#record'
import { copyOf, demand, type FieldPath, fieldPath, isList, lookUp, put } from './field-path.ts'
import { Failure, optionsSchema, type Processor } from './processor.ts'
import { template } from './template.ts'

export const schema = optionsSchema(
  {
    field: Type.String({ minLength: 1, description: 'The field to write, by its dotted name.' }),
    value: Type.Optional(
      Type.Unsafe<Exclude<Value, null>>({
        anyOf: ['string', 'number', 'boolean', 'array', 'object'].map(type => ({ type })),
        description: 'What to write. `{{field}}` in texts is filled in. Either this or `copy_from` is given.'
      })
    ),
    copy_from: Type.Optional(Type.String({ minLength: 1, description: 'The field whose value is copied.' })),
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
    ),
    media_type: Type.Optional(
      Type.Union([Type.Literal('application/json'), Type.Literal('text/plain')], {
        default: 'application/json',
        description: 'How `{{field}}` is escaped within texts: as in JSON, or not at all.'
      })
    )
  },
  'Puts a value into a field.'
)
export type Options = Static<typeof schema>

/** @throws SluiceError E_ENRICH_OPTION where a name or template is none, or both or neither of `value` and `copy_from` is given */
export function set(options: Options): Processor {
  const target = fieldPath(options.field, 'field')
  const source = valueSource(options)
  const isOverriding = options.override ?? true
  return {
    name: 'set',
    reads: isOverriding ? source.reads : [...source.reads, target.name],
    writes: source.writes(target),
    apply(fields) {
      if (!isOverriding && (lookUp(fields, target) ?? null) !== null) return undefined
      const value = source.make(fields)
      if (value === undefined || value instanceof Failure) return value
      return put(fields, target, value)
    }
  }
}

/** Where a value comes from: undefined where there is nothing to write. */
interface ValueSource {
  readonly reads: readonly string[]
  writes(target: FieldPath): FieldTypes | 'open'
  make(fields: Fields): Value | Failure | undefined
}

function valueSource({
  value,
  copy_from,
  ignore_empty_value: isIgnoringEmpty = false,
  media_type
}: Options): ValueSource {
  if (copy_from !== undefined && value === undefined) return copied(fieldPath(copy_from, 'copy_from'), isIgnoringEmpty)
  if (copy_from !== undefined || value === undefined) {
    const found = value === undefined ? 'neither "value" nor "copy_from"' : 'both "value" and "copy_from"'
    throw new SluiceError('E_ENRICH_OPTION', `"set" has ${found}; allowed: one of them`, { context: { found } })
  }
  const { reads, isText, make } = template(value, media_type ?? 'application/json')
  return {
    reads,
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
