// Decides which generation a file is: one that is known, proved by its birth, its head and the bytes before its checkpoint,
// or a new one. Neither its name nor its inode alone decides anything.

import { type FileHandle, open } from 'node:fs/promises'
import { type Generation, type GenerationId, type Head, offset, type Position, type SkipReason } from '#record'
import { archiveFormat } from './archive-format.ts'
import { type Followed, follow, readRange } from './followed.ts'
import { HEAD_BYTES, hashHead } from './head.ts'
import { areBornApart, type FileStat, statHandle } from './stat.ts'
import { PROOF_BYTES } from './tail.ts'

export interface Identified {
  readonly file: Followed
  readonly position: Position
  readonly isNew: boolean
}

/** Where to begin in a file that is new, and why not at its first byte. */
export interface Start {
  readonly at: number
  readonly skipReason?: SkipReason
}

export interface Identify {
  /** Whether compressed files are not taken for text. */
  readonly isUnpacking: boolean
  readonly startAt: (stat: FileStat) => Start
  readonly newId: () => GenerationId
  readonly nowMs: number
}

/**
 * Finds the generation of the file at `path` among `candidates`, which have its device and inode, or begins one.
 * `archive` where it is compressed, undefined where the file changed hands meanwhile; rejects where it cannot be opened.
 */
export async function identify(
  path: string,
  stat: FileStat,
  candidates: readonly Position[],
  { isUnpacking, startAt, newId, nowMs }: Identify
): Promise<Identified | 'archive' | undefined> {
  const handle = await open(path, 'r')
  try {
    const opened = await statHandle(handle)
    if (opened?.key !== stat.key) {
      await handle.close()
      return undefined
    }
    const headBytes = await readRange(handle, 0, HEAD_BYTES)
    if (isUnpacking && archiveFormat(headBytes) !== undefined) {
      await handle.close()
      return 'archive'
    }
    let position: Position | undefined
    for (const candidate of candidates) {
      if (await isSame(handle, opened, headBytes, candidate)) position = candidate
      if (position !== undefined) break
    }
    const isNew = position === undefined
    const generation = { id: newId(), path, inode: stat.inode, deviceId: stat.deviceId }
    const known = position
    position ??= await newPosition(generation, path, opened, hashHead(headBytes), handle, startAt(opened))
    const file = follow({ ...position, path }, opened, headBytes, nowMs)
    // What a new file holds by now is its head, and nothing was read of it.
    if (known === undefined) file.isFresh = position.checkpoint === 0
    if (opened.size > position.checkpoint) file.handle = handle
    else await handle.close()
    return { file, position, isNew }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Whether the file at `path` is one of the generations that had its device and inode. */
export async function isKnown(path: string, stat: FileStat, candidates: readonly Position[]): Promise<boolean> {
  if (candidates.length === 0) return false
  const handle = await open(path, 'r').catch(() => undefined)
  if (handle === undefined) return true
  try {
    const headBytes = await readRange(handle, 0, HEAD_BYTES)
    for (const candidate of candidates) if (await isSame(handle, stat, headBytes, candidate)) return true
    return false
  } finally {
    await handle.close()
  }
}

/**
 * Whether the open file is the one that this position was stored for: the same birth, the same head, at least as long as
 * its checkpoint, and the same bytes before it.
 */
export async function isSame(
  handle: FileHandle,
  stat: FileStat,
  headBytes: Buffer,
  position: Position
): Promise<boolean> {
  const { birthMs, head, checkpoint, proof } = position
  if (areBornApart(birthMs, stat.birthMs)) return false
  if (stat.size < checkpoint || headBytes.length < head.bytes) return false
  if (hashHead(headBytes.subarray(0, head.bytes)).hash !== head.hash) return false
  const before = await readRange(handle, Math.max(0, checkpoint - PROOF_BYTES), checkpoint)
  return before.length === Math.min(checkpoint, PROOF_BYTES) && before.equals(proof)
}

/** Where a file stands that was never seen before, to be read from a start. */
async function newPosition(
  generation: Generation,
  path: string,
  stat: FileStat,
  head: Head,
  handle: FileHandle,
  { at, ...why }: Start
): Promise<Position> {
  const proof = await readRange(handle, Math.max(0, at - PROOF_BYTES), at)
  return {
    generation,
    path,
    birthMs: stat.birthMs,
    head,
    size: stat.size,
    checkpoint: offset(at),
    ...why,
    isMidCut: false,
    proof,
    waymarks: [],
    isEnded: false
  }
}
