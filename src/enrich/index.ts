// The room that changes events between parsing and shipping, with the processors of Elasticsearch ingest pipelines by name
// and option. An event on which a processor fails is shipped as it stands, with the reason and a tag; none is lost.

import Type, { type Static } from 'typebox'
import { addTag, type Fields, isFields, unionOfTypes } from '#record'
import { append, schema as appendSchema } from './append.ts'
import { type Condition, compileCondition } from './condition/condition.ts'
import { convert, schema as convertSchema } from './convert.ts'
import { drop, schema as dropSchema } from './drop.ts'
import { lowercase, schema as lowercaseSchema } from './lowercase.ts'
import type { Plain } from './plain.ts'
import {
  applyAll,
  type CommonOptions,
  ENTRY_ANCHOR,
  Failure,
  type Outcome,
  type Processor,
  unionOfReads
} from './processor.ts'
import { remove, schema as removeSchema } from './remove.ts'
import { rename, schema as renameSchema } from './rename.ts'
import { set, schema as setSchema } from './set.ts'
import { trim, schema as trimSchema } from './trim.ts'
import { uppercase, schema as uppercaseSchema } from './uppercase.ts'

export type { Condition } from './condition/condition.ts'
export type { Plain } from './plain.ts'
export { Failure, type Outcome, type Processor } from './processor.ts'

const processors = {
  append: { schema: appendSchema, compile: append },
  convert: { schema: convertSchema, compile: convert },
  drop: { schema: dropSchema, compile: drop },
  lowercase: { schema: lowercaseSchema, compile: lowercase },
  remove: { schema: removeSchema, compile: remove },
  rename: { schema: renameSchema, compile: rename },
  set: { schema: setSchema, compile: set },
  trim: { schema: trimSchema, compile: trim },
  uppercase: { schema: uppercaseSchema, compile: uppercase }
} as const

type Processors = typeof processors
interface Handlers {
  readonly on_failure?: readonly EnrichEntry[]
}
type Options<Name extends keyof Processors> = Omit<Static<Processors[Name]['schema']>, 'on_failure'> & Handlers
/** One processor of a pipeline: its name and its options. */
export type EnrichEntry = { [Name in keyof Processors]: { readonly [Key in Name]: Options<Name> } }[keyof Processors]

export const enrichSchema = Type.Array(
  Type.Unsafe<EnrichEntry>({
    $id: ENTRY_ANCHOR,
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
 * The processor for one entry, with its `if` and what it does about its failures.
 * @throws SluiceError E_ENRICH_CONDITION for an `if`, E_ENRICH_OPTION for another option that is not understood
 */
export function compileProcessor(entry: EnrichEntry): Processor {
  const { processor, options } = compileEntry(entry)
  const condition = options.if === undefined ? undefined : compileCondition(options.if)
  const handlers = (options.on_failure ?? []).map(compileProcessor)
  const title = options.tag === undefined ? processor.name : `${processor.name} [${options.tag}]`
  const handle = (failure: Failure, fields: Fields): Outcome => {
    if (options.ignore_failure === true) return undefined
    if (handlers.length === 0) return new Failure(`${title}: ${failure.reason}`)
    return recover(handlers, fields, {
      on_failure_message: failure.reason,
      on_failure_processor_type: processor.name,
      on_failure_processor_tag: options.tag ?? null
    })
  }
  return {
    name: processor.name,
    reads: unionOfReads([condition?.reads ?? [], processor.reads, ...handlers.map(({ reads }) => reads)]),
    writes: unionOfTypes([processor.writes, ...handlers.map(({ writes }) => writes)]),
    plain: condition === undefined ? processor.plain : plainIf(condition, processor),
    apply(fields) {
      const verdict = condition?.test(fields) ?? true
      if (verdict instanceof Failure) return new Failure(`${title}: if: ${verdict.reason}`)
      if (!verdict) return undefined
      const outcome = processor.apply(fields)
      return outcome instanceof Failure ? handle(outcome, fields) : outcome
    }
  }
}

/** Under a condition only a drop is plain, because the fields of documents would no longer be known beforehand. */
function plainIf(condition: Condition, { plain }: Processor): Plain | undefined {
  return plain?.does === 'drop' ? { does: 'drop', condition } : undefined
}

/** Applies the processors of an `on_failure`. What they are told stands in the event for as long, under a name of Elasticsearch's. */
function recover(handlers: readonly Processor[], fields: Fields, told: Fields): Outcome {
  const { _ingest: own } = fields
  fields._ingest = told
  const outcome = applyAll(handlers, fields)
  fields._ingest = own
  return outcome
}

/**
 * All entries as one function, applied in order until one drops the event or fails. A failure is written to the event,
 * which is then shipped: its outcome says so for the counters.
 * @throws SluiceError as `compileProcessor` does
 */
export function compileProcessors(entries: readonly EnrichEntry[]): (fields: Fields) => Outcome {
  const compiled = entries.map(compileProcessor)
  return fields => {
    const outcome = applyAll(compiled, fields)
    if (outcome instanceof Failure) note(outcome, fields)
    return outcome
  }
}

/**
 * What all entries do, in order, where of each that can be said beforehand; else undefined.
 * @throws SluiceError as `compileProcessor` does
 */
export function plainSteps(entries: readonly EnrichEntry[]): readonly Plain[] | undefined {
  const steps = entries.map(entry => compileProcessor(entry).plain)
  return steps.every(step => step !== undefined) ? steps : undefined
}

/** An entry has one key, which is the processor's name, and under it options of that processor: its schema says so. */
function compileEntry(entry: EnrichEntry): { processor: Processor; options: CommonOptions & Handlers } {
  const [name] = Object.keys(entry) as [keyof Processors]
  const [options] = Object.values(entry) as [CommonOptions & Handlers]
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
