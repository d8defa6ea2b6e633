// What happens to framed lines: parse, enrich, render, batch. This is the interpreter, and the specification of any faster
// way: every line and every skip leaves through the batcher, in the order of their bytes.

import type { Batcher } from '#batch'
import type { Outcome } from '#enrich'
import type { Parsers } from '#parse'
import type { Fields, Framed, Line, Skip } from '#record'
import { documentId, type Place } from './document.ts'
import type { Stream } from './stream.ts'

export interface Counters {
  lines: number
  unmatched: number
  failed: number
  dropped: number
}

interface Deps {
  readonly parsers: Parsers
  readonly enrich: (fields: Fields) => Outcome
  readonly document: (place: Place, start: Line['start'], end: Line['end']) => Fields
  readonly batcher: Batcher
  readonly counters: Counters
  readonly now: () => number
}

/** Returns what takes framed bytes of a stream to the batcher. */
export function createProcess({ parsers, enrich, document, batcher, counters, now }: Deps) {
  return (stream: Stream, place: Place, { lines, skips }: Framed): void => {
    const readAt = new Date(now()).toISOString()
    let next = 0
    for (const line of lines) {
      for (let skip = skips[next]; skip !== undefined && skip.start < line.start; skip = skips[next]) {
        pass(stream, skip, 'skipped', skip.reason, 0)
        next += 1
      }
      take(stream, place, line, readAt)
    }
    for (const skip of skips.slice(next)) pass(stream, skip, 'skipped', skip.reason, 0)
  }

  function take(stream: Stream, place: Place, line: Line, readAt: string): void {
    const { text, start, end } = line
    if (text === '') {
      pass(stream, line, 'skipped', 'blank', 1)
      return
    }
    counters.lines += 1
    const fields = document(place, start, end)
    if (parsers.parse(text, fields) === undefined && parsers.parsers.length > 0) counters.unmatched += 1
    fields['@timestamp'] ??= readAt
    if (line.isCut) fields.tags = [...(Array.isArray(fields.tags) ? fields.tags : []), '_cut']
    const outcome = enrich(fields)
    if (outcome === 'dropped') {
      counters.dropped += 1
      pass(stream, line, 'dropped', 'drop', 1)
      return
    }
    if (outcome !== undefined) counters.failed += 1
    stream.framedTo = end
    const source = JSON.stringify(fields)
    const id = documentId(stream.idPrefix, start, 0)
    batcher.add({ generation: stream.generation.id, id, ordinal: 0, start, end, raw: text, source }, line.isCut)
  }

  function pass(stream: Stream, span: Line | Skip, fate: 'skipped' | 'dropped', reason: string, lines: number): void {
    const { start, end } = span
    const isOpen = 'text' in span ? span.isCut === true : span.isOpen === true
    stream.framedTo = end
    batcher.pass({ generation: stream.generation.id, start, end, fate, reason, lines, isOpen })
  }
}
