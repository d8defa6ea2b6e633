// Reads the files that have more, one chunk of each in turn, and ends those that are not what was read of them.

import type { Archive, GenerationId } from '#record'
import { isUnchanged } from './archive-file.ts'
import type { EndReason, FileSink } from './contract.ts'
import type { Followed } from './followed.ts'
import type { Handles } from './handles.ts'
import { createOrder } from './order.ts'
import { CHUNK_BYTES, type ReadResult, readNext } from './read.ts'
import { type FileStat, statHandle } from './stat.ts'
import { PROOF_BYTES } from './tail.ts'
import type { Turns } from './turns.ts'
import type { Ending } from './unpack.ts'
import { readUnpacked } from './unpacking.ts'

interface Deps {
  readonly sink: FileSink
  readonly turns: Turns
  readonly handles: Handles
  readonly byId: ReadonlyMap<GenerationId, Followed>
  /** Takes note of how a followed file stands now. */
  readonly grow: (file: Followed, stat: FileStat) => void
  readonly now: () => number
  readonly isUnpacking: boolean
  readonly maxReadAheadBytes: number
  /** It does not hold what was read of it. */
  readonly cut: (file: Followed, hasRegrown: boolean) => Promise<void>
  readonly end: (file: Followed, reason: EndReason) => Promise<void>
  readonly failed: (path: string, error: unknown) => Promise<void>
  /** Nothing more is read of a compressed file as it is. */
  readonly settle: (archive: Archive) => void
  /** Something else may be at this path. */
  readonly lookAgain: (path: string) => void
}

/** Returns what reads one chunk of the file whose turn it is; false where there is nothing to read or no room for it. */
export function createReading({
  sink,
  turns,
  handles,
  byId,
  grow,
  now,
  isUnpacking,
  maxReadAheadBytes,
  cut,
  end,
  failed,
  settle,
  lookAgain
}: Deps): () => Promise<boolean> {
  const mustWait = createOrder({ byId, turns, precededBy: sink.precededBy, grow })
  let buffer = newBuffer()

  /** Ends a generation whose compressed file was read to its end; where that is no proper one it is told, once. */
  async function finish(file: Followed, ending: Ending): Promise<void> {
    const { unpacking, handle, path } = file
    if (unpacking === undefined) return
    const stat = handle && (await statHandle(handle))
    const hasGrown = stat !== undefined && !isUnchanged(unpacking.archive, stat)
    // What was written meanwhile is found by the next look.
    if (ending.kind === 'complete' || hasGrown) await end(file, 'read')
    else {
      sink.failed(path, new Error(endingText(ending)))
      await end(file, ending.kind === 'short' ? 'ends early' : 'damaged')
    }
    if (!hasGrown) settle(unpacking.archive)
  }

  /** Reads one chunk of the file whose turn it is; false where there is nothing to read or no room for it. */
  async function readOne(): Promise<boolean> {
    const file = sink.hasRoom() ? turns.take(({ generation }) => sink.hasRoom(generation.id)) : undefined
    if (file === undefined) return false
    if (await mustWait(file)) {
      turns.add(file)
      return true
    }
    if (file.position - file.checkpoint >= maxReadAheadBytes) {
      turns.hold(file)
      return true
    }
    const result = await read(file).catch(async error => {
      await handles.close(file)
      await failed(file.path, error)
    })
    if (result?.kind === 'chunk') {
      file.activeMs = now()
      const isMore = file.unpacking !== undefined || file.position < file.size
      if (isMore || result.chunk.bytes.length === CHUNK_BYTES) turns.add(file)
      sink.chunk(result.chunk)
    } else if (result?.kind === 'passed') turns.add(file)
    else if (result?.kind === 'unpacked') await finish(file, result.ending)
    else if (result?.kind === 'archive') {
      file.size = file.position
      await end(file, 'rewritten')
      lookAgain(file.path)
    } else if (result?.kind === 'rewritten' && file.unpacking !== undefined) {
      await end(file, 'rewritten')
      lookAgain(file.path)
    } else if (result?.kind === 'rewritten') {
      const stat = file.handle === undefined ? undefined : await statHandle(file.handle)
      // The size that was seen last may be that of what stands there now.
      const hasRegrown = stat === undefined || stat.size >= file.size
      if (hasRegrown) file.size = file.sizeBefore
      await cut(file, hasRegrown)
    } else if (result?.kind === 'end') {
      // It was cut behind what was read.
      if (file.size > file.position) sink.lose(file.generation.id, 'cut')
      file.size = file.position
    }
    // What is gone, or cannot be read, is left to the next sweep.
    return true
  }

  async function read(file: Followed): Promise<ReadResult | undefined> {
    const handle = await handles.take(file)
    if (handle === undefined) return undefined
    const { unpacking } = file
    if (unpacking !== undefined) return readUnpacked(file, unpacking, handle)
    const result = await readNext(file, handle, buffer, isUnpacking)
    if (result.kind === 'chunk' && result.chunk.bytes.buffer === buffer.buffer) buffer = newBuffer()
    return result
  }

  return readOne
}

const newBuffer = () => Buffer.allocUnsafeSlow(PROOF_BYTES + CHUNK_BYTES)

/** What is wrong with a compressed file. */
function endingText(ending: Ending): string {
  switch (ending.kind) {
    case 'complete':
      return 'it is whole'
    case 'short':
      return `the compressed file ends early, at its byte ${ending.at}: what it holds up to there was read`
    case 'damaged':
      return `the compressed file is damaged at its byte ${ending.at} (${ending.why}): what it holds before was read`
  }
}
