// Runs lines through a pipeline's frames, parsers and processors without files or Elasticsearch: what `try` shows and
// `test` compares. It is the same process, with a batcher that only listens.

import type { Batcher } from '#batch'
import type { PipelineConfig } from '#config'
import { compileProcessors, type Outcome } from '#enrich'
import { createFraming, type Framer } from '#frame'
import { type Parsers, parsers } from '#parse'
import { type Chunk, type Fields, type GenerationId, offset } from '#record'
import { documentFor, type Place } from './document.ts'
import type { Host } from './host.ts'
import { type Counters, createProcess, newCounters } from './process.ts'

/** What became of one record. */
export type Tried =
  | { readonly kind: 'document'; readonly index: string; readonly id: string; readonly fields: Fields }
  | { readonly kind: 'dropped'; readonly reason: string }

export interface Trial {
  /** Takes the next bytes of one imagined file and returns what became of the records that they complete. */
  push(bytes: Buffer): Tried[]
  /** The file ends here: returns what was still open. */
  end(): Tried[]
  readonly counters: Readonly<Counters>
}

const GENERATION = { id: 'try' as GenerationId, path: 'try', inode: '0', deviceId: '0' }

/** What a line goes through on its way. */
export interface Steps {
  readonly parsers: Parsers
  readonly enrich: (fields: Fields) => Outcome
}

const stepsOf = ({ parse, enrich }: PipelineConfig): Steps => ({
  parsers: parsers(parse),
  enrich: compileProcessors(enrich)
})

/** Trial of a pipeline for bytes as they stand in its files. */
export function createTrial(config: PipelineConfig, host: Host, now: () => number, steps = stepsOf(config)): Trial {
  const index = `logs-${config.destination.dataset}-${config.destination.namespace}`
  let tried: Tried[] = []
  const batcher: Batcher = {
    add: ({ id, source }) => void tried.push({ kind: 'document', index, id, fields: JSON.parse(source) }),
    pass({ fate, reason }) {
      if (fate === 'dropped') tried.push({ kind: 'dropped', reason })
    },
    flush() {}
  }
  const passage = createPassage(config, host, now, batcher, tryPlace(), offset(0), steps)
  const taken = (pass: () => void): Tried[] => {
    tried = []
    pass()
    return tried
  }
  return {
    counters: passage.counters,
    push: bytes => taken(() => passage.push(bytes)),
    end: () => taken(() => passage.end())
  }
}

/** The pipeline for lines that come as UTF-8, whatever its files are written in. */
export function asText(config: PipelineConfig): PipelineConfig {
  return { ...config, frame: { ...config.frame, encoding: 'utf-8' } }
}

function tryPlace(): Place {
  const reading = { path: '', readMs: 0, modifiedMs: undefined }
  return { ...GENERATION, generation: GENERATION.id, fingerprint: '', pathFields: undefined, reading }
}

/** Bytes on their way to a batcher, from one place. */
export interface Passage {
  push(bytes: Buffer): void
  end(): void
  readonly counters: Readonly<Counters>
}

/** Frames, parses and enriches bytes as the pipeline does, and gives `batcher` what becomes of them. */
export function createPassage(
  config: PipelineConfig,
  host: Host,
  now: () => number,
  batcher: Batcher,
  place: Place = tryPlace(),
  start = offset(0),
  steps = stepsOf(config)
): Passage {
  const { dataset, namespace } = config.destination
  const generation = { ...GENERATION, path: place.path }
  const counters = newCounters()
  const framer: Framer = createFraming(config.frame, config.multiline)({ isMidCut: false, forcedEnds: [] })
  const process = createProcess({
    ...steps,
    document: documentFor({ dataset, namespace, shipper: 'try', ...host }),
    batcher,
    counters,
    now
  })
  const stream = { generation, idPrefix: generation.id, framedTo: start }
  let position: number = start

  return {
    counters,
    push(bytes) {
      const chunk: Chunk = { generation, fingerprint: '', start: offset(position), bytes }
      position += bytes.length
      process(stream, place, framer.push(chunk))
    },
    end: () => process(stream, place, framer.end())
  }
}
