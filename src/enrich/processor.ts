// What a processor is to the rest of the program: pure, synchronous, changing `fields` in place. Lists in fields are
// values: a processor that changes one puts a new list in its place.

import Type, { type Static, type TProperties } from 'typebox'
import type { Fields, FieldTypes, Value } from '#record'
import type { Plain } from './plain.ts'

/** Why a processor could not do its work on an event. */
export class Failure {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
}

/** What is made of each item, as a list of its own; or the first failure. */
export function each<Item>(items: readonly Item[], make: (item: Item) => Value | Failure): Value | Failure {
  const values: Value[] = []
  for (const item of items) {
    const value = make(item)
    if (value instanceof Failure) return value
    values.push(value)
  }
  return values
}

/** What became of an event: undefined where it goes on. */
export type Outcome = undefined | 'dropped' | Failure

/** One processor, compiled from its options. */
export interface Processor {
  readonly name: string
  /** Dotted names of the fields it looks at; 'open' where that is not known beforehand. */
  readonly reads: readonly string[] | 'open'
  /** Dotted names of the fields it may write, with their types; 'open' where that is not known beforehand. */
  readonly writes: FieldTypes | 'open'
  /** Set where what it does can be said beforehand. */
  readonly plain?: Plain | undefined
  apply(fields: Fields): Outcome
}

/** What the schema of one entry of a list of processors is called within schemas. */
export const ENTRY_ANCHOR = '#processor'

/** The options that every processor has, as in Elasticsearch's ingest processor reference. */
const commonSchema = Type.Object({
  description: Type.Optional(Type.String({ description: 'What the processor is there for. Nothing is done with it.' })),
  if: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'A Painless expression over `ctx`; the processor runs where it is true. Where it fails the processor fails, whatever `ignore_failure` says.'
    })
  ),
  ignore_failure: Type.Optional(
    Type.Boolean({
      description: 'Whether the event goes on to the next processor where this one fails.',
      default: false
    })
  ),
  // Its items are those of `enrich`, which are known where all processors are: see `EnrichEntry`.
  on_failure: Type.Optional(
    Type.Unsafe<readonly unknown[]>({
      type: 'array',
      minItems: 1,
      items: { type: 'object', $ref: ENTRY_ANCHOR },
      description:
        'Processors that run where this one fails, and the event goes on; not beside `ignore_failure`. `_ingest.on_failure_message`, `_ingest.on_failure_processor_type` and `_ingest.on_failure_processor_tag` tell them of the failure.'
    })
  ),
  tag: Type.Optional(Type.String({ description: 'A name for this processor, which its failures carry.' }))
})

export type CommonOptions = Static<typeof commonSchema>

/** The schema of a processor's options. */
export function optionsSchema<Properties extends TProperties>(properties: Properties, description: string) {
  return Type.Object({ ...properties, ...commonSchema.properties }, { additionalProperties: false, description })
}

/** Applies processors in order until one drops the event or fails. */
export function applyAll(processors: readonly Processor[], fields: Fields): Outcome {
  for (const processor of processors) {
    const outcome = processor.apply(fields)
    if (outcome !== undefined) return outcome
  }
  return undefined
}

/** All these fields; what an `on_failure` is told of the failure is none of the event's. */
export function unionOfReads(all: readonly (readonly string[] | 'open')[]): readonly string[] | 'open' {
  const names = new Set<string>()
  for (const reads of all) {
    if (reads === 'open') return 'open'
    for (const name of reads) if (!name.startsWith('_ingest.')) names.add(name)
  }
  return [...names]
}
