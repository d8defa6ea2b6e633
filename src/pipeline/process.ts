// What happens to framed lines: parse, enrich, render, batch. This is the interpreter, and the specification of any faster
// way: every line and every skip leaves through the batcher, in the order of their bytes.

import type { Batcher } from '#batch'
import type { Outcome } from '#enrich'
import type { Parsers } from '#parse'
import { addTag, type Fields, type Framed, isFields, type Line, type LineMarks, type Span } from '#record'
import type { Direct } from './direct.ts'
import { documentId, type Place } from './document.ts'
import type { Stream } from './stream.ts'

/** What processing needs to know of a stream; it notes how far it has come. */
export type Processed = Pick<Stream, 'generation' | 'idPrefix' | 'framedTo'>

/** The tag of documents whose line tells no time: theirs is the time of reading. */
export const NO_TIMESTAMP = '_no_timestamp'

export interface Counters {
  lines: number
  /** Lines that no format matched. */
  unmatched: number
  /** Lines on which a processor failed. */
  failed: number
  dropped: number
  /** Lines with bytes that were no text. */
  damaged: number
}

export function newCounters(): Counters {
  return { lines: 0, unmatched: 0, failed: 0, dropped: 0, damaged: 0 }
}

export function sumOf(all: readonly Readonly<Counters>[]): Counters {
  const sum = newCounters()
  for (const counters of all) {
    for (const name of Object.keys(sum) as (keyof Counters)[]) sum[name] += counters[name]
  }
  return sum
}

interface Deps {
  readonly parsers: Parsers
  readonly enrich: (fields: Fields) => Outcome
  readonly document: (place: Place, start: Line['start'], end: Line['end']) => Fields
  /** The faster way, for the lines that it knows. */
  readonly direct?: Direct | undefined
  /** The faster way of lines that may be several events, for those that it knows to be one. */
  readonly splice?: Direct | undefined
  readonly batcher: Batcher
  readonly counters: Counters
  readonly now: () => number
}

/** Returns what takes framed bytes of a stream to the batcher. */
export function createProcess({ parsers, enrich, document, direct, splice, batcher, counters, now }: Deps) {
  /** Whether each line is one event, whatever it says. */
  const isPlain = parsers.isHeader === undefined && parsers.split === undefined
  const early = isPlain ? direct : parsers.isHeader === undefined ? splice : undefined
  return (stream: Processed, place: Place, { lines, skips }: Framed): void => {
    place.reading.readMs = now()
    const readAt = new Date(place.reading.readMs).toISOString()
    let next = 0
    for (let i = 0; i < lines.length; ) {
      const line = lines[i] as Line
      for (let skip = skips[next]; skip !== undefined && skip.start < line.start; skip = skips[next]) {
        pass(stream, skip, skip.isOpen === true, 'skipped', skip.reason, 0)
        next += 1
      }
      let end = i + 1
      const isAlone = end === lines.length || (lines[end] as Line).ordinal === 0
      const taken = isAlone && !isEmpty(line) ? early?.(line, stream, place, readAt) : undefined
      if (taken !== undefined) {
        count(taken)
        if (taken === 'dropped') pass(stream, line, false, 'dropped', 'drop', 1)
        i = end
        continue
      }
      while ((lines[end]?.ordinal ?? 0) > 0) end += 1
      take(stream, place, apart(end === i + 1 ? [line] : lines.slice(i, end)), readAt)
      i = end
    }
    for (const skip of skips.slice(next)) pass(stream, skip, skip.isOpen === true, 'skipped', skip.reason, 0)
  }

  /** Counts a line that the faster way took. */
  function count(taken: 'written' | 'dropped'): void {
    counters.lines += 1
    if (taken === 'dropped') counters.dropped += 1
  }

  /** The lines of one span, where one that is several events is as many lines, numbered on. */
  function apart(lines: readonly Line[]): readonly Line[] {
    if (parsers.split === undefined) return lines
    const several = lines.map(({ text }) => parsers.split?.(text))
    if (several.every(texts => texts === undefined)) return lines
    return lines
      .flatMap((line, i) => (several[i] ?? [line.text]).map(text => ({ line, text })))
      .map(({ line, text }, ordinal) => ({
        ...{ text, start: line.start, end: line.end, ordinal },
        ...marksOf(line)
      }))
  }

  /** Takes the lines of one span: usually one, several where streams are interleaved. */
  function take(stream: Processed, place: Place, lines: readonly Line[], readAt: string): void {
    // Whichever of them was cut, a position behind their span is in the middle of its line.
    const isOpen = lines.some(({ isCut }) => isCut)
    let isShipped = false
    let isDropped = false
    let isHeader = false
    for (const line of lines) {
      if (isEmpty(line)) continue
      if (parsers.isHeader?.(line.text, place.reading) === true) {
        isHeader = true
        continue
      }
      const taken = !isPlain && lines.length === 1 ? direct?.(line, stream, place, readAt) : undefined
      if (taken !== undefined) {
        count(taken)
        if (taken === 'written') isShipped = true
        else isDropped = true
        continue
      }
      const fields = fieldsOf(place, line, readAt)
      const outcome = enrich(fields)
      if (outcome === 'dropped') {
        counters.dropped += 1
        isDropped = true
        continue
      }
      if (outcome !== undefined) counters.failed += 1
      ship(stream, line, JSON.stringify(fields), isOpen)
      isShipped = true
    }
    const [first] = lines
    if (isShipped || first === undefined) return
    if (isDropped) pass(stream, first, isOpen, 'dropped', 'drop', lines.length)
    else pass(stream, first, isOpen, 'skipped', isHeader ? 'header' : 'blank', lines.length)
  }

  function fieldsOf(place: Place, line: Line, readAt: string): Fields {
    const { text, start, end, container, sender } = line
    counters.lines += 1
    const fields = document(place, start, end)
    if (parsers.parse(text, fields, place.reading) === undefined && parsers.parsers.length > 0) counters.unmatched += 1
    if (container !== undefined) {
      fields.stream = container.stream
      fields['@timestamp'] ??= runtimeTime(container.time)
    }
    if (sender !== undefined) {
      if (sender.address !== '' && isFields(fields.log)) fields.log.source = { address: sender.address }
      fields['@timestamp'] ??= new Date(sender.receivedMs).toISOString()
      if (sender.isCut) addTag(fields, '_cut')
    }
    if (fields['@timestamp'] === undefined) {
      fields['@timestamp'] = readAt
      addTag(fields, NO_TIMESTAMP)
    }
    if (line.isCut) addTag(fields, '_cut')
    if (line.isDamaged) {
      counters.damaged += 1
      addTag(fields, '_invalid_encoding')
    }
    return fields
  }

  function ship(stream: Processed, line: Line, source: string, isOpen: boolean): void {
    const { text, start, end, ordinal, container, sender, isCut, isDamaged } = line
    const marks = container !== undefined || sender !== undefined || isCut || isDamaged ? marksOf(line) : undefined
    const id = documentId(stream.idPrefix, start, ordinal)
    stream.framedTo = end
    batcher.add({ generation: stream.generation.id, id, ordinal, start, end, raw: text, marks, source }, isOpen)
  }

  function pass(
    stream: Processed,
    { start, end }: Span,
    isOpen: boolean,
    fate: 'skipped' | 'dropped',
    reason: string,
    lines: number
  ): void {
    stream.framedTo = end
    batcher.pass({ generation: stream.generation.id, start, end, fate, reason, lines, isOpen })
  }
}

/** Asks a line that stands somewhere for no text. */
function isEmpty(line: Line): boolean {
  return line.bytes === undefined ? line.text === '' : line.from === line.to
}

function marksOf({ container, sender, isCut, isDamaged }: Line): LineMarks {
  return {
    ...(container && { container }),
    ...(sender && { sender }),
    ...(isCut && { isCut }),
    ...(isDamaged && { isDamaged })
  }
}

/** The time that a container runtime wrote, in UTC; undefined where it is none. */
function runtimeTime(time: string): string | undefined {
  const ms = Date.parse(time)
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString()
}
