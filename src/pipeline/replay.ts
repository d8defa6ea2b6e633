// What dead letters become in their pipeline as it is now: from the line as it was read, under the id that it has always
// had, so that a replay can be repeated. It is the process of lines that are read, with a batcher that only listens.

import type { Batcher } from '#batch'
import type { PipelineConfig } from '#config'
import { compileProcessors } from '#enrich'
import { parsers } from '#parse'
import { type Fields, type GenerationId, type Item, type Line, offset } from '#record'
import { createPathFields } from '#source'
import type { ReplayableLetter } from '#state'
import { documentFor, type Place } from './document.ts'
import { type Host, shipperOf } from './host.ts'
import { createProcess, newCounters } from './process.ts'

/** A letter in its pipeline: the document that it is now, or undefined where a rule drops it or nothing is left of it. */
export interface Replayed {
  readonly letter: ReplayableLetter
  readonly item: Item | undefined
  /** Whether a format knows the line; true as well where the pipeline has none. */
  readonly isMatched: boolean
  /** Whether a processor failed on it. */
  readonly isFailed: boolean
}

/** Returns what takes letters of a pipeline through it. */
export function createReplay(config: PipelineConfig, host: Host): (letter: ReplayableLetter) => Replayed {
  const { dataset, namespace } = config.destination
  const pathFields = createPathFields(config.source.paths)
  const counters = newCounters()
  let taken: Item | undefined
  let nowMs = 0
  const batcher: Batcher = {
    add(item) {
      taken = item
    },
    pass() {},
    flush() {}
  }
  const process = createProcess({
    parsers: parsers(config.parse),
    enrich: compileProcessors(config.enrich),
    document: documentFor({ dataset, namespace, shipper: shipperOf(config.name), ...host }),
    batcher,
    counters,
    now: () => nowMs
  })

  return letter => {
    const { id, raw, ordinal, firstPath: path, inode, deviceId, fingerprint, marks } = letter
    const generation = letter.generation as GenerationId
    const [start, end] = [offset(letter.start), offset(letter.end)]
    const reading = { path, readMs: 0, modifiedMs: undefined }
    const place: Place = { generation, path, inode, deviceId, fingerprint, pathFields: pathFields?.(path), reading }
    const line: Line = { text: raw, start, end, ordinal, ...marks }
    const { unmatched, failed } = counters
    taken = undefined
    nowMs = timeOf(letter)
    process({ generation: { id: generation, path, inode, deviceId }, idPrefix: '', framedTo: start }, place, {
      lines: [line],
      skips: []
    })
    const item = taken as Item | undefined
    return {
      letter,
      // Its generation may have another prefix by now, but this document has been sent under this id.
      item: item && { ...item, id },
      isMatched: counters.unmatched === unmatched,
      isFailed: counters.failed > failed
    }
  }
}

/** When it happened, as its document had it, for a line that says no time: that of reading it, or the runtime's. */
function timeOf({ source, at }: ReplayableLetter): number {
  const { '@timestamp': time } = JSON.parse(source) as Fields
  const ms = typeof time === 'string' ? Date.parse(time) : Number.NaN
  return Number.isNaN(ms) ? Date.parse(at) : ms
}
