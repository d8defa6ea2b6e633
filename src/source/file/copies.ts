// Copies of files that are followed. `copytruncate` copies a log and then cuts it; what was written between the last read and
// the cut stands in the copy alone, which then carries the generation on. A file is a copy only once its original was cut:
// until then two files of equal bytes are two files, and the younger one waits for a moment at most.

import { type FileHandle, open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Generation, Head, Waymark } from '#record'
import { type Followed, provesItself, readRange, START_BYTES } from './followed.ts'
import { HEAD_BYTES, hashHead } from './head.ts'
import type { Registry } from './registry.ts'
import { type FileStat, statHandle, statPath } from './stat.ts'
import { PROOF_BYTES } from './tail.ts'
import { waymarkAt } from './waymarks.ts'

/** So much of the end of a file is compared with its supposed original while that is there. */
const COMPARED_BYTES = 65_536
/** A file that vanished while it waited is forgotten after so long. */
const FORGET_MS = 3_600_000

/** What is known of a generation whose file was cut. */
export interface Original {
  readonly generation: Generation
  readonly key: string
  readonly path: string
  readonly head: Head
  /** How far it was read, and the bytes before that. */
  readonly at: number
  readonly proof: Uint8Array
  readonly waymarks: readonly Waymark[]
  /** When it was last written to, as far as that was seen. */
  readonly modifiedMs: number
}

/** A file that holds what its original held. */
export interface Copy {
  readonly path: string
  readonly stat: FileStat
  readonly headBytes: Buffer
  /** The up to 256 bytes before its end. */
  readonly proof: Buffer
}

export interface Copies {
  /** The longest copy of a generation whose file was cut: one of `paths`, or a file that stands beside the original. */
  find(original: Original, paths: readonly string[]): Promise<Copy | undefined>
  /** The longest copy of a generation among `paths` alone. */
  findAmong(original: Original, paths: Iterable<string>): Promise<Copy | undefined>
  /** Whether a file of which nothing was read yet must wait, because it may be a copy that is just being made. */
  isHeld(path: string, stat: Pick<FileStat, 'key' | 'size'>): Promise<boolean>
}

interface Deps {
  readonly registry: Pick<Registry, 'byKey' | 'resting' | 'wake'>
  /** Whether a file may turn out to be a copy: nothing was read of what it holds now. */
  readonly isUnread: (path: string, stat: FileStat) => Promise<boolean> | false
  /** A followed file does not hold what was read of it. */
  readonly wasCut: (file: Followed, hasRegrown: boolean) => Promise<void>
  /** How long a copy that does not grow waits for its original to be cut. */
  readonly waitMs: number
  readonly now: () => number
}

export function createCopies({ registry, isUnread, wasCut, waitMs, now }: Deps): Copies {
  /** Files that wait, by device and inode: how long they were when they last grew, and when. */
  const held = new Map<string, { readonly size: number; readonly sinceMs: number }>()

  async function find(original: Original, paths: readonly string[]): Promise<Copy | undefined> {
    const folder = dirname(original.path)
    const siblings = (await readdir(folder).catch(() => [])).map(name => join(folder, name))
    return findAmong(original, new Set([...siblings, ...paths]))
  }

  async function findAmong(original: Original, paths: Iterable<string>): Promise<Copy | undefined> {
    let longest: Copy | undefined
    for (const path of paths) {
      const stat = await statPath(path)
      if (stat === undefined || stat.size <= (longest?.stat.size ?? 0) || stat.key === original.key) continue
      // A copy is written after its original, or keeps its time.
      if (stat.modifiedMs < original.modifiedMs - 1_000 || !(await isUnread(path, stat))) continue
      longest = (await asCopy(path, stat, original)) ?? longest
    }
    if (longest !== undefined) held.delete(longest.stat.key)
    return longest
  }

  async function isHeld(path: string, stat: Pick<FileStat, 'key' | 'size'>): Promise<boolean> {
    if (waitMs === 0 || stat.size === 0 || !(await isLikeOriginal(path, stat))) {
      held.delete(stat.key)
      return false
    }
    const before = held.get(stat.key)
    const { sinceMs } = before?.size === stat.size ? before : { sinceMs: now() }
    if (now() - sinceMs >= waitMs) {
      held.delete(stat.key)
      return false
    }
    for (const [key, other] of held) if (now() - other.sinceMs > waitMs + FORGET_MS) held.delete(key)
    held.set(stat.key, { size: stat.size, sinceMs })
    return true
  }

  /** Whether the file holds what one that is followed begins with. */
  async function isLikeOriginal(path: string, stat: Pick<FileStat, 'key' | 'size'>): Promise<boolean> {
    return withFile(path, stat.key, false, async handle => {
      const isAlike = beginsLike(await readRange(handle, 0, HEAD_BYTES))
      for (const file of registry.byKey.values()) {
        // A new file in the place of one that was renamed is its successor.
        if (file.isFresh || file.key === stat.key || file.generation.path === path || !isAlike(file)) continue
        if (await isOriginal(file, handle, stat.size)) return true
      }
      for (const resting of registry.resting.values()) {
        if (resting.key === stat.key || resting.firstPath === path || !isAlike(resting)) continue
        if (await isOriginal(registry.wake(resting), handle, stat.size)) return true
      }
      return false
    })
  }

  /** Whether the followed file is where it was, and holds the end of the supposed copy, or was cut meanwhile. */
  async function isOriginal(file: Followed, copy: FileHandle, size: number): Promise<boolean> {
    const stat = await statPath(file.path)
    if (stat?.key !== file.key) return false
    return withFile(file.path, file.key, false, async handle => {
      if (!(await provesItself(file, handle))) {
        await wasCut(file, stat.size >= file.size)
        return true
      }
      if (size > stat.size) return false
      const start = Math.max(0, size - COMPARED_BYTES)
      return (await readRange(copy, start, size)).equals(await readRange(handle, start, size))
    })
  }

  return { find, findAmong, isHeld }
}

/** The file as a copy of the original; undefined where it is none. */
function asCopy(path: string, stat: FileStat, original: Original): Promise<Copy | undefined> {
  return withFile(path, stat.key, undefined, async handle => {
    if (!(await holds(handle, stat.size, original))) return undefined
    const headBytes = await readRange(handle, 0, HEAD_BYTES)
    return { path, stat, headBytes, proof: await readRange(handle, Math.max(0, stat.size - PROOF_BYTES), stat.size) }
  })
}

/**
 * Whether a file holds what was read of the original, as far as it goes: nothing that can be compared differs, and the
 * last of it was compared. Where it ends before the first waymark nothing is proved.
 */
async function holds(handle: FileHandle, size: number, { head, at, proof, waymarks }: Original): Promise<boolean> {
  if (size >= head.bytes && hashHead(await readRange(handle, 0, head.bytes)).hash !== head.hash) return false
  const last = at === 0 ? undefined : waymarkAt(at, proof)
  const within = [...waymarks, ...(last === undefined ? [] : [last])].filter(waymark => waymark.at <= size)
  for (const waymark of within) {
    const before = await readRange(handle, Math.max(0, waymark.at - PROOF_BYTES), waymark.at)
    if (waymarkAt(waymark.at, before)?.hash !== waymark.hash) return false
  }
  return within.length > 0 || (at === 0 && head.bytes > 0 && size >= head.bytes)
}

/** Returns whether a file may begin with what a followed one begins with, as far as that is at hand. */
function beginsLike(headBytes: Buffer): (file: Pick<Followed, 'head' | 'headStart'>) => boolean {
  const start = headBytes.toString('latin1', 0, START_BYTES)
  const hashes = new Map<number, string>()
  const hashOf = (length: number) => {
    const known = hashes.get(length) ?? hashHead(headBytes.subarray(0, length)).hash
    hashes.set(length, known)
    return known
  }
  const isBlank = hashHead(headBytes).bytes === 0
  return ({ headStart, head }) => {
    if (isBlank || head.bytes === 0 || (!start.startsWith(headStart) && !headStart.startsWith(start))) return false
    return headBytes.length < head.bytes || hashOf(head.bytes) === head.hash
  }
}

/** Does something with the file at `path`, which has this device and inode; what is gone or cannot be read counts as `none`. */
async function withFile<T>(path: string, key: string, none: T, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(path, 'r').catch(() => undefined)
  if (handle === undefined) return none
  try {
    return (await statHandle(handle))?.key === key ? await use(handle) : none
  } catch {
    return none
  } finally {
    await handle.close()
  }
}
