// The two ways from lines to their documents, side by side: by the interpreter, and by whichever way is faster.

import { createBatcher } from '#batch'
import { createBodies } from '#bulk'
import { compileProcessors, type EnrichEntry, plainSteps } from '#enrich'
import { type ParseEntry, parsers } from '#parse'
import { type GenerationId, type Line, offset } from '#record'
import { createDirect } from '../../src/pipeline/direct.ts'
import { documentFor, type Place } from '../../src/pipeline/document.ts'
import { createProcess, newCounters } from '../../src/pipeline/process.ts'
import { createSplice } from '../../src/pipeline/splice.ts'

export const document = documentFor({
  dataset: 'a',
  namespace: 'default',
  shipper: '0123456789abcdef',
  agent: () => ({ type: 'sluice' }),
  host: () => ({ name: 'h "1"', ip: ['192.0.2.1'] })
})
export const generation = { id: 'g' as GenerationId, path: '/a.log', inode: '1', deviceId: '2' }
const reading = { path: '/a.log', readMs: 0, modifiedMs: undefined }
export const place: Place = {
  ...generation,
  generation: generation.id,
  fingerprint: '9:ab',
  pathFields: undefined,
  reading
}

interface Options {
  readonly at?: Place
  readonly enrich?: readonly EnrichEntry[]
  /** Is told how many documents were spliced. */
  readonly onSpliced?: (count: number) => void
}

/** The documents of lines, by the interpreter or by whichever way is faster. */
export function documents(
  entries: readonly ParseEntry[],
  lines: readonly Line[],
  way: 'both' | 'slow',
  { at = place, enrich = [], onSpliced }: Options = {}
): unknown[] {
  const made: unknown[] = []
  const formats = parsers(entries)
  const counters = newCounters()
  const { batcher, flush } = gathering(made, formats.parsers[0]?.shapes !== undefined)
  const steps = plainSteps(enrich)
  const splice = way === 'both' && steps ? createSplice(formats.parsers, document, steps, batcher) : undefined
  let spliced = 0
  const process = createProcess({
    parsers: formats,
    enrich: compileProcessors(enrich),
    document,
    direct: way === 'both' && steps ? createDirect(formats.parsers, document, steps, batcher) : undefined,
    splice:
      splice &&
      ((...line) => {
        const taken = splice(...line)
        if (taken !== undefined) spliced += 1
        return taken
      }),
    batcher,
    counters,
    now: () => 0
  })
  const stream = { generation, idPrefix: 'g', framedTo: offset(0) }
  process(stream, at, { lines, skips: [] })
  flush()
  onSpliced?.(spliced)
  return [...made, stream.framedTo, counters]
}

/** A batcher whose batches are taken apart, the documents as they are written where that `isExact`. */
export function gathering(made: unknown[], isExact = false) {
  const batcher = createBatcher(
    { maxCount: 3, maxBytes: 1_000_000, maxAgeMs: 60_000 },
    {
      index: 'logs-a-default',
      budget: { take() {} },
      newBody: createBodies()(1_000_000),
      onBatch({ items, runs, body }) {
        for (const { source, ...item } of items) made.push({ ...item, document: isExact ? source : JSON.parse(source) })
        made.push(runs, body?.count)
      }
    }
  )
  return { batcher, flush: batcher.flush }
}

export function lineOf(text: string, index: number): Line {
  return { text, start: offset(index * 100), end: offset(index * 100 + 99), ordinal: 0 }
}

/** Texts as lines of a file, as they stand in its bytes. */
export function inFile(texts: readonly string[], newline: string): Line[] {
  const before = 7
  const bytes = Buffer.from(`${'-'.repeat(before)}${texts.map(text => text + newline).join('')}`)
  const characters = bytes.toString('latin1')
  let from = before
  return texts.map(text => {
    const [to, end] = [from + Buffer.byteLength(text), from + Buffer.byteLength(text + newline)]
    const line = { text, start: offset(from + 100), end: offset(end + 100), ordinal: 0, bytes, characters, from, to }
    from = end
    return line
  })
}

/** The same without the bytes. */
export function apart(lines: readonly Line[]): Line[] {
  return lines.map(({ text, start, end, ordinal }) => ({ text, start, end, ordinal }))
}
