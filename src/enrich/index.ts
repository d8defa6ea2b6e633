// The room that changes events between parsing and shipping, with the processors of Elasticsearch ingest pipelines by name
// and option. An event on which a processor fails is shipped as it stands, with the reason and a tag; none is lost.

import Type, { type Static } from 'typebox'
import { addTag, type Fields, isFields } from '#record'
import { compileCondition } from './condition/condition.ts'
import { drop, schema as dropSchema } from './drop.ts'
import { type CommonOptions, Failure, type Outcome, type Processor, unionOfReads } from './processor.ts'
import { set, schema as setSchema } from './set.ts'

export { Failure, type Outcome, type Processor } from './processor.ts'

const processors = {
  drop: { schema: dropSchema, compile: drop },
  set: { schema: setSchema, compile: set }
} as const

type Processors = typeof processors
type Options<Name extends keyof Processors> = Static<Processors[Name]['schema']>
/** One processor of a pipeline: its name and its options. */
export type EnrichEntry = { [Name in keyof Processors]: { readonly [Key in Name]: Options<Name> } }[keyof Processors]

export const enrichSchema = Type.Array(
  Type.Unsafe<EnrichEntry>({
    type: 'object',
    properties: Object.fromEntries(Object.entries(processors).map(([name, { schema }]) => [name, schema])),
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1
  }),
  {
    description:
      'Processors of Elasticsearch ingest pipelines, applied in order. Where one fails the event is shipped as it stands, with `error.message`, tagged `_enrich_failure` and counted.'
  }
)

/**
 * The processor for one entry, its `if` included.
 * @throws SluiceError E_ENRICH_CONDITION for an `if`, E_ENRICH_OPTION for another option that is not understood
 */
export function compileProcessor(entry: EnrichEntry): Processor {
  const { processor, options } = compileEntry(entry)
  const title = options.tag === undefined ? processor.name : `${processor.name} [${options.tag}]`
  const apply = (fields: Fields): Outcome => {
    const outcome = processor.apply(fields)
    if (!(outcome instanceof Failure)) return outcome
    return options.ignore_failure === true ? undefined : new Failure(`${title}: ${outcome.reason}`)
  }
  if (options.if === undefined) return { ...processor, apply }
  const { reads, test } = compileCondition(options.if)
  return {
    ...processor,
    reads: unionOfReads([reads, processor.reads]),
    apply(fields) {
      const verdict = test(fields)
      if (verdict instanceof Failure) return new Failure(`${title}: if: ${verdict.reason}`)
      return verdict ? apply(fields) : undefined
    }
  }
}

/**
 * All entries as one function, applied in order until one drops the event or fails. A failure is written to the event,
 * which is then shipped: its outcome says so for the counters.
 * @throws SluiceError as `compileProcessor` does
 */
export function compileProcessors(entries: readonly EnrichEntry[]): (fields: Fields) => Outcome {
  const compiled = entries.map(compileProcessor)
  return fields => {
    for (const processor of compiled) {
      const outcome = processor.apply(fields)
      if (outcome === undefined) continue
      if (outcome instanceof Failure) note(outcome, fields)
      return outcome
    }
    return undefined
  }
}

/** An entry has one key, which is the processor's name, and under it options of that processor: its schema says so. */
function compileEntry(entry: EnrichEntry): { processor: Processor; options: CommonOptions } {
  const [name] = Object.keys(entry) as [keyof Processors]
  const [options] = Object.values(entry) as [CommonOptions]
  const compile = processors[name].compile as (options: CommonOptions) => Processor
  return { processor: compile(options), options }
}

/** Writes why it failed beside what an event may say of its own error. */
function note({ reason }: Failure, fields: Fields): void {
  addTag(fields, '_enrich_failure')
  fields.error ??= {}
  if (!isFields(fields.error)) return
  const said = fields.error.message
  fields.error.message = said === undefined ? reason : [...(Array.isArray(said) ? said : [said]), reason]
}
