// Runs lines as a trial does and keeps what happened on the way: which formats were tried and how far each came, what each
// processor changed, and what each step costs. It changes nothing of what becomes of a line.

import type { PipelineConfig } from '#config'
import { compileProcessors, Failure } from '#enrich'
import { type ParseEntry, type Parsers, parsers } from '#parse'
import type { Mismatch } from '#pattern'
import { type Fields, isFields, type Value } from '#record'
import type { Host } from './host.ts'
import { createTrial, type Tried } from './trial.ts'

/** One format that was tried. */
export interface Attempt {
  readonly format: string
  /** As it is written in the pipeline, where the format has one. */
  readonly pattern: string | undefined
  /** Where the text stopped; undefined where it matched. */
  readonly mismatch: Mismatch | undefined
  readonly costUs: number
}

/** A field that a processor wrote or removed; undefined where it is not there. */
export interface Change {
  readonly field: string
  readonly before: Value | undefined
  readonly after: Value | undefined
}

/** One processor that was reached. */
export interface ProcessorStep {
  readonly name: string
  readonly changes: readonly Change[]
  readonly isDropping: boolean
  /** Why it failed, where it did. */
  readonly failure: string | undefined
  readonly costUs: number
}

/** One line, or one group of joined lines, and all that happened to it. */
export interface Explained {
  readonly text: string
  readonly attempts: readonly Attempt[]
  readonly processors: readonly ProcessorStep[]
  readonly tried: Tried
}

/** Takes bytes of one imagined file, the last of them with `isEnd`, and explains the records that they complete. */
export type Explain = (bytes: Buffer, isEnd: boolean) => Explained[]

/** @throws SluiceError as `createTrial` does */
export function createExplanation(config: PipelineConfig, host: Host, now: () => number): Explain {
  let explained: Omit<Explained, 'tried'>[] = []
  const steps = {
    parsers: observed(config.parse, (text, attempts) => void explained.push({ text, attempts, processors: [] })),
    enrich: observedEnrich(config.enrich, processors => {
      const last = explained.pop()
      if (last !== undefined) explained.push({ ...last, processors })
    })
  }
  const trial = createTrial(config, host, now, steps)
  return (bytes, isEnd) => {
    explained = []
    const tried = [...trial.push(bytes), ...(isEnd ? trial.end() : [])]
    return tried.flatMap((one, i) => {
      const known = explained[i]
      return known === undefined ? [] : [{ ...known, tried: one }]
    })
  }
}

/** The formats, telling of each text which were tried. */
function observed(entries: readonly ParseEntry[], tell: (text: string, attempts: readonly Attempt[]) => void): Parsers {
  const compiled = parsers(entries)
  return {
    ...compiled,
    parse(text, fields, reading) {
      const before = structuredClone(fields)
      const taker = compiled.parse(text, fields, reading)
      const count = taker === undefined ? entries.length : compiled.parsers.indexOf(taker) + 1
      const attempts = compiled.parsers.slice(0, count).map((parser, i): Attempt => {
        const entry = entries[i]
        return {
          format: parser.format,
          pattern: entry !== undefined && 'pattern' in entry ? entry.pattern : undefined,
          mismatch: parser === taker ? undefined : parser.mismatch(text),
          costUs: costOf(
            () => structuredClone(before),
            copy => parser.parse(text, copy, reading)
          )
        }
      })
      tell(text, attempts)
      return taker
    }
  }
}

/** The processors, telling of each document what they did to it. */
function observedEnrich(entries: PipelineConfig['enrich'], tell: (steps: readonly ProcessorStep[]) => void) {
  const compiled = entries.map(entry => ({ name: Object.keys(entry)[0] ?? '', apply: compileProcessors([entry]) }))
  return (fields: Fields) => {
    const steps: ProcessorStep[] = []
    for (const { name, apply } of compiled) {
      const before = structuredClone(fields)
      const outcome = apply(fields)
      steps.push({
        name,
        changes: changesOf(before, fields),
        isDropping: outcome === 'dropped',
        failure: outcome instanceof Failure ? outcome.reason : undefined,
        costUs: costOf(() => structuredClone(before), apply)
      })
      if (outcome === undefined) continue
      tell(steps)
      return outcome
    }
    tell(steps)
    return undefined
  }
}

const ROUNDS = 50
const LEAST_ROUNDS = 5
const LONGEST_MS = 5

/** What a step costs once it is warm: the least of several rounds, in microseconds. The first one loads what it needs. */
function costOf(prepare: () => Fields, step: (fields: Fields) => unknown): number {
  let least = Number.POSITIVE_INFINITY
  const until = performance.now() + LONGEST_MS
  for (let round = 0; round < ROUNDS; round++) {
    const fields = prepare()
    const begin = performance.now()
    step(fields)
    const end = performance.now()
    least = Math.min(least, end - begin)
    if (end > until && round >= LEAST_ROUNDS) break
  }
  return Math.round(least * 10_000) / 10
}

/** The fields that differ, by dotted name. */
function changesOf(before: Fields, after: Fields, prefix = ''): Change[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].flatMap(name => {
    const [one, other] = [before[name], after[name]]
    const field = prefix + name
    if (JSON.stringify(one) === JSON.stringify(other)) return []
    if (isFields(one) || isFields(other)) {
      const isBoth = (isFields(one) || one === undefined) && (isFields(other) || other === undefined)
      if (isBoth) return changesOf(isFields(one) ? one : {}, isFields(other) ? other : {}, `${field}.`)
    }
    return [{ field, before: one, after: other }]
  })
}
