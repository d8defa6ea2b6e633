// Says what becomes of bytes of a file that were read before, by running them through the pipeline once more as it is now:
// nothing is sent and nothing is stored.

import { open } from 'node:fs/promises'
import type { Batcher } from '#batch'
import type { PipelineConfig } from '#config'
import { addShare, type Generation, type Offset, type Share, type Span } from '#record'
import { createPathFields } from '#source'
import type { Host } from './host.ts'
import { createPassage } from './trial.ts'

const CHUNK_BYTES = 262_144

/** What becomes of one span: its only document, one of several, or none. */
export interface Retraced extends Span {
  readonly fate: 'acked' | 'dropped' | 'skipped'
  readonly reason: string
  readonly ordinal: number
  readonly lines: number
  /** Whether what stands at its end is the middle of a line that was cut. */
  readonly isOpen: boolean
}

/**
 * Runs bytes of the file at `path` through a pipeline and calls `take` for each span, in order. They begin where a record
 * begins; those behind the last newline are a record too. Rejects with the file system's error.
 */
export async function retrace(
  config: PipelineConfig,
  host: Host,
  { path, generation, span }: { readonly path: string; readonly generation: Generation; readonly span: Span },
  take: (retraced: Retraced) => void
): Promise<void> {
  const { id, inode, deviceId } = generation
  const pathFields = createPathFields(config.source.paths)?.(generation.path)
  const reading = { path: generation.path, readMs: 0, modifiedMs: undefined }
  const place = { generation: id, path: generation.path, inode, deviceId, fingerprint: '', pathFields, reading }
  const batcher: Batcher = {
    add: ({ start, end, ordinal }, isOpen = false) =>
      take({ start, end, ordinal, fate: 'acked', reason: '', lines: 1, isOpen }),
    pass: ({ start, end, fate, reason, lines, isOpen }) =>
      take({ start, end, ordinal: 0, fate: fate === 'dropped' ? 'dropped' : 'skipped', reason, lines, isOpen }),
    flush() {}
  }
  const passage = createPassage(config, host, Date.now, batcher, place, span.start)
  const handle = await open(path, 'r')
  try {
    for (let at: number = span.start; at < span.end; ) {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, span.end - at))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, at)
      if (bytesRead === 0) break
      passage.push(buffer.subarray(0, bytesRead))
      at += bytesRead
    }
    passage.end()
  } finally {
    await handle.close()
  }
}

/** What became of a beginning of a file, and the end of its last record. */
export interface Recount {
  readonly shares: readonly Share[]
  readonly recordEnd: Offset
}

/** Adds up what becomes of all records within `span` that do not go on behind `to`. */
export async function recount(
  config: PipelineConfig,
  host: Host,
  file: { readonly path: string; readonly generation: Generation; readonly span: Span },
  to: Offset
): Promise<Recount> {
  const shares: Share[] = []
  let recordEnd = file.span.start
  let countedTo = file.span.start
  await retrace(config, host, file, ({ start, end, fate, reason, lines, isOpen }) => {
    if (end > to) return
    // Of several documents of one span the first settles its bytes.
    const isFirst = end > countedTo
    countedTo = end
    const counts = { bytes: isFirst ? end - start : 0, lines: isFirst ? lines : 0, documents: fate === 'acked' ? 1 : 0 }
    addShare(shares, { fate, reason, ...counts })
    if (!isOpen) recordEnd = end
  })
  return { shares, recordEnd }
}
