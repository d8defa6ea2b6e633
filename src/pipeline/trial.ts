// Runs lines through a pipeline's frames, parsers and processors without files or Elasticsearch: what `try` shows and
// `test` compares. It is the same process, with a batcher that only listens.

import type { Batcher } from '#batch'
import type { PipelineConfig } from '#config'
import { compileProcessors } from '#enrich'
import { createFraming, type Framer } from '#frame'
import { parsers } from '#parse'
import { type Chunk, type Fields, type Framed, type GenerationId, offset } from '#record'
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
const PLACE: Place = { ...GENERATION, generation: GENERATION.id, fingerprint: '', pathFields: undefined }

export function createTrial(config: PipelineConfig, host: Host, now: () => number): Trial {
  const { dataset, namespace } = config.destination
  const index = `logs-${dataset}-${namespace}`
  const counters = newCounters()
  const framer: Framer = createFraming(config.frame, config.multiline)({ isMidCut: false, forcedEnds: [] })
  let tried: Tried[] = []
  const batcher: Batcher = {
    add: ({ id, source }) => void tried.push({ kind: 'document', index, id, fields: JSON.parse(source) }),
    pass({ fate, reason }) {
      if (fate === 'dropped') tried.push({ kind: 'dropped', reason })
    },
    flush() {}
  }
  const process = createProcess({
    parsers: parsers(config.parse),
    enrich: compileProcessors(config.enrich),
    document: documentFor({ dataset, namespace, ...host }),
    batcher,
    counters,
    now
  })
  const stream = { generation: GENERATION, idPrefix: GENERATION.id, framedTo: offset(0) }
  let position = 0

  function take(framed: Framed): Tried[] {
    tried = []
    process(stream, PLACE, framed)
    return tried
  }

  return {
    counters,
    push(bytes) {
      const chunk: Chunk = { generation: GENERATION, fingerprint: '', start: offset(position), bytes }
      position += bytes.length
      return take(framer.push(chunk))
    },
    end: () => take(framer.end())
  }
}
