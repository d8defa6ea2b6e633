// One generation of one file while it is followed: where it is, how far it was read, and its open handle. A handle keeps
// the bytes within reach when the file is renamed or deleted.

import { type FileHandle, open } from 'node:fs/promises'
import type { Generation, Head, Offset, Position } from '#record'
import type { FileStatus, Standing } from './contract.ts'
import type { Folders } from './folders.ts'
import { HEAD_BYTES, hashHead } from './head.ts'
import type { Identified } from './identify.ts'
import type { Resting } from './resting.ts'
import { areBornApart, type FileStat, statHandle, unlessGone } from './stat.ts'
import { createTail, type Tail } from './tail.ts'
import type { Unpacking } from './unpacking.ts'

/** So many first bytes of each file stay at hand, to tell quickly that another begins otherwise. */
export const START_BYTES = 32

export interface Followed {
  readonly generation: Generation
  /** Device and inode; others than at its beginning where a copy carries it on. */
  key: string
  birthMs: number
  readonly tail: Tail
  /** The first bytes that were seen, until they are a whole head. */
  headBytes: Buffer | undefined
  /** The first of them, kept on, one byte per character. */
  headStart: string
  head: Head
  /** Where it was last seen. */
  path: string
  /** Whether nothing was ever read of it, by this process or another. */
  isFresh: boolean
  /** Bytes behind its end that were seen in the file it was copied from, which was then cut. */
  missingBytes: number
  /** A copy that does not reach its position, to be taken up as read once all of this is acknowledged. */
  left: Identified | undefined
  /** Whether a wanted path still leads to it. */
  isWanted: boolean
  /** Size as seen the time before the last. */
  sizeBefore: number
  /** Size and time of the last change, as last seen. */
  size: number
  modifiedMs: number
  /** Time of the last change when it was last proved to be itself. */
  provedMs: number
  /** Read up to here. */
  position: Offset
  checkpoint: Offset
  /** When it last grew or was found, in milliseconds since 1970. */
  activeMs: number
  handle: FileHandle | undefined
  /** Where it is read from a compressed file. */
  unpacking: Unpacking | undefined
  /** When it was first seen to have no name any more, in milliseconds since 1970. */
  unlinkedMs: number | undefined
}

/** Begins to follow from a position; `headBytes` are the file's first bytes as they are now. */
export function follow(position: Position, stat: FileStat, headBytes: Buffer, nowMs: number): Followed {
  return {
    generation: position.generation,
    key: stat.key,
    birthMs: position.birthMs,
    tail: createTail(position.checkpoint, position.proof, position.waymarks),
    headBytes: unlessWhole(headBytes),
    headStart: headBytes.toString('latin1', 0, START_BYTES),
    head: hashHead(headBytes),
    path: position.path,
    isFresh: position.checkpoint === 0 && position.head.bytes === 0,
    missingBytes: position.isEnded ? 0 : Math.max(0, position.size - stat.size),
    left: undefined,
    isWanted: true,
    sizeBefore: 0,
    size: stat.size,
    modifiedMs: stat.modifiedMs,
    provedMs: stat.modifiedMs,
    position: position.checkpoint,
    checkpoint: position.checkpoint,
    activeMs: nowMs,
    handle: undefined,
    unpacking: undefined,
    unlinkedMs: undefined
  }
}

/** Follows on a file that was at rest, from its stored position; the bytes of its head are read again with the next of it. */
export function followOn(position: Position, resting: Resting): Followed {
  const { key, path, birthMs, size, modifiedMs, activeMs, head, headStart } = resting
  const [deviceId = '', inode = ''] = key.split(':')
  const stat = { key, deviceId, inode, birthMs, size, modifiedMs, isUnlinked: false }
  const file = follow({ ...position, path, birthMs }, stat, Buffer.alloc(0), activeMs)
  return Object.assign(file, { head, headStart, headBytes: undefined, missingBytes: 0 })
}

/** Reads again the bytes of a head that is not whole; false where they are others than they were. */
export async function regainHead(file: Followed, handle: FileHandle): Promise<boolean> {
  if (file.headBytes !== undefined || file.head.bytes === HEAD_BYTES) return true
  const headBytes = await readRange(handle, 0, Math.min(file.position, HEAD_BYTES))
  const { bytes, hash } = hashHead(headBytes)
  if (bytes !== file.head.bytes || hash !== file.head.hash) return false
  file.headBytes = unlessWhole(headBytes)
  return true
}

/** Lets the head grow with bytes that were just read. */
export function growHead(file: Followed, start: number, bytes: Buffer): void {
  const before = file.headBytes
  if (before === undefined || start > before.length || start + bytes.length <= before.length) return
  const grown = Buffer.concat([before, bytes.subarray(before.length - start, HEAD_BYTES - start)])
  file.head = hashHead(grown)
  file.headStart = grown.toString('latin1', 0, START_BYTES)
  file.headBytes = unlessWhole(grown)
}

/** A head that is whole is known by its hash. */
function unlessWhole(headBytes: Buffer): Buffer | undefined {
  return headBytes.length < HEAD_BYTES ? headBytes : undefined
}

/**
 * Opens the file, wherever it was renamed to within its folder; undefined where it is gone. Rejects where that cannot be
 * told, for want of rights or of handles.
 */
export async function openFollowed(file: Followed, folders: Folders): Promise<FileHandle | undefined> {
  const handle = (await openKey(file.path, file.key)) ?? (await openSibling(file, folders))
  file.handle = handle
  return handle
}

async function openSibling(file: Followed, folders: Folders): Promise<FileHandle | undefined> {
  const path = await folders.find(file.path, file.key)
  if (path === undefined) return undefined
  file.path = path
  return openKey(path, file.key)
}

async function openKey(path: string, key: string): Promise<FileHandle | undefined> {
  const handle = await open(path, 'r').catch(unlessGone(undefined))
  if (handle === undefined) return undefined
  if ((await statHandle(handle))?.key === key) return handle
  await handle.close()
  return undefined
}

/** Whether the file holds what was read right before the position. */
export async function provesItself({ position, tail }: Followed, handle: FileHandle): Promise<boolean> {
  return (await readRange(handle, position - tail.last.length, position)).equals(tail.last)
}

/** Reads exactly the bytes from `start` to `end`, or fewer where the file ends before. */
export async function readRange(handle: FileHandle, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.max(0, end - start))
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, start)
  return buffer.subarray(0, bytesRead)
}

/**
 * Takes note of how a followed file stands now; returns whether there may be something to read. What was written to
 * without growing may be another file of the same length: a read proves it.
 */
export function noteStat(file: Followed, { size, modifiedMs }: FileStat, nowMs: number): boolean {
  if (size > file.size) file.activeMs = nowMs
  const wasWritten = modifiedMs !== file.modifiedMs
  file.sizeBefore = file.size
  file.size = size
  file.modifiedMs = modifiedMs
  return size > file.position || wasWritten
}

/** Whether the file that has this device and inode now cannot be the one that was read. */
export function isAnother(file: Followed, stat: FileStat): boolean {
  const { unpacking, position, size } = file
  // What shrinks before anything was read of it was cut as well: what was seen of it is gone.
  const least = unpacking?.archive.size ?? (position === 0 ? size : position)
  return stat.size < least || isReborn(file, stat)
}

/** Whether another file has its device and inode now. */
export function isReborn({ unpacking, birthMs: bornMs }: Followed, stat: FileStat): boolean {
  return areBornApart(unpacking?.archive.birthMs ?? bornMs, stat.birthMs)
}

/** What a checkpoint of it is stored with. */
export function standingOf(file: Followed | undefined, checkpoint: Offset): Standing | undefined {
  if (file === undefined) return undefined
  const { path, head, size, tail } = file
  const waymarks = tail.waymarks.filter(({ at }) => at < checkpoint)
  return { path, head, size, proof: tail.before(checkpoint), waymarks }
}

/** Whether all that is known to be there was read, or nothing is followed. */
export const isReadToEnd = (file: Followed | undefined): boolean => file === undefined || file.position >= file.size

export function statusOf({ generation: { id, inode }, path, size, position, checkpoint }: Followed): FileStatus {
  return { id, inode, path, size, position, checkpoint }
}
