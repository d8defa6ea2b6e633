// What a processor is to the rest of the program: pure, synchronous, changing `fields` in place. Lists in fields are
// values: a processor that changes one puts a new list in its place.

import Type, { type Static, type TProperties } from 'typebox'
import type { Fields, FieldTypes } from '#record'

/** Why a processor could not do its work on an event. */
export class Failure {
  readonly reason: string

  constructor(reason: string) {
    this.reason = reason
  }
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
  apply(fields: Fields): Outcome
}

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
  tag: Type.Optional(Type.String({ description: 'A name for this processor, which its failures carry.' }))
})

export type CommonOptions = Static<typeof commonSchema>

/** The schema of a processor's options. */
export function optionsSchema<Properties extends TProperties>(properties: Properties, description: string) {
  return Type.Object({ ...properties, ...commonSchema.properties }, { additionalProperties: false, description })
}

export function unionOfReads(all: readonly (readonly string[] | 'open')[]): readonly string[] | 'open' {
  const names = new Set<string>()
  for (const reads of all) {
    if (reads === 'open') return 'open'
    for (const name of reads) names.add(name)
  }
  return [...names]
}
