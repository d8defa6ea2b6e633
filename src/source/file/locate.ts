// Finds the file of a stored position as it is on disk now, for the commands that only look: by what it is, as the source
// itself does, and never by its name alone.

import { type FileHandle, open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Archive, Position } from '#record'
import { isUnchanged, keyOf } from './archive-file.ts'
import { readRange } from './followed.ts'
import { HEAD_BYTES, hashHead } from './head.ts'
import { isSame } from './identify.ts'
import { areBornApart, type FileStat, statHandle, statPath } from './stat.ts'

/** Fewer bytes at the beginning are alike by chance. */
const ALIKE_BYTES = 64

/**
 * - found: it is the file that was read, at least as long as its checkpoint.
 * - truncated: the same file, shorter than its checkpoint.
 * - rewritten: the same file, with other bytes than were read.
 * - unreadable: something has its device and inode and cannot be opened, for `reason`.
 * - gone: no path was found that leads to it; what has its device and inode now was born at another time.
 */
export type Whereabouts =
  | { readonly kind: 'found' | 'truncated' | 'rewritten'; readonly path: string; readonly size: number }
  | { readonly kind: 'unreadable'; readonly path: string; readonly size: number; readonly reason: string }
  | { readonly kind: 'gone' }

/**
 * Returns what finds the files of positions: at the path where each was last seen, in the folder of that, and among the
 * paths that `list` gives. Every folder is looked through once, and the list is made when it is first needed.
 */
export function createLocate(list: () => Promise<readonly string[]>): (position: Position) => Promise<Whereabouts> {
  const folders = new Map<string, Promise<ReadonlyMap<string, string>>>()
  let listed: Promise<ReadonlyMap<string, string>> | undefined

  return async position => {
    const { archive, generation } = position
    const key = keyOf(generation)
    const plain = archive !== undefined && keyOf(archive) === key ? undefined : await find(position.path, key)
    const whereabouts: Whereabouts =
      plain === undefined ? { kind: 'gone' } : await compare(plain.path, plain.stat, position)
    if (archive === undefined || whereabouts.kind === 'found') return whereabouts
    const packed = await find(archive.path, keyOf(archive))
    return packed === undefined ? { kind: 'gone' } : compareArchive(packed.path, packed.stat, archive, position)
  }

  async function find(lastPath: string, key: string): Promise<{ path: string; stat: FileStat } | undefined> {
    const stat = await statPath(lastPath)
    if (stat?.key === key) return { path: lastPath, stat }
    const folder = dirname(lastPath)
    const siblings = folders.get(folder) ?? pathsByKey(siblingsOf(folder))
    folders.set(folder, siblings)
    listed ??= pathsByKey(list())
    const path = (await siblings).get(key) ?? (await listed).get(key)
    const moved = path === undefined ? undefined : await statPath(path)
    return path === undefined || moved?.key !== key ? undefined : { path, stat: moved }
  }
}

/** What is known of the text of an archive is known as long as that is unchanged; it is not unpacked to be compared. */
function compareArchive(path: string, stat: FileStat, archive: Archive, { size, checkpoint }: Position): Whereabouts {
  const known = Math.max(size, checkpoint)
  return { kind: isUnchanged(archive, stat) ? 'found' : 'rewritten', path, size: known }
}

async function siblingsOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.map(name => join(folder, name))
}

async function pathsByKey(listing: Promise<readonly string[]>): Promise<ReadonlyMap<string, string>> {
  const paths = await listing
  const stats = await Promise.all(paths.map(statPath))
  return new Map(paths.flatMap((path, i) => (stats[i] === undefined ? [] : [[stats[i].key, path] as const])))
}

/** What a file that has the position's device and inode is. */
async function compare(path: string, stat: FileStat, position: Position): Promise<Whereabouts> {
  const { size } = stat
  const { birthMs, checkpoint } = position
  if (areBornApart(birthMs, stat.birthMs)) return { kind: 'gone' }
  if (size < checkpoint) return { kind: 'truncated', path, size }
  let handle: FileHandle | undefined
  try {
    handle = await open(path, 'r')
    const opened = await statHandle(handle)
    if (opened?.key !== stat.key) return { kind: 'gone' }
    const headBytes = await readRange(handle, 0, HEAD_BYTES)
    const kind = (await isSame(handle, opened, headBytes, position)) ? 'found' : 'rewritten'
    return { kind, path, size: opened.size }
  } catch (error) {
    return { kind: 'unreadable', path, size, reason: (error as Error).message }
  } finally {
    await handle?.close()
  }
}

/** The first of these positions whose file began as the file at `path` does, and with enough bytes to tell. */
export async function findAlike(path: string, positions: readonly Position[]): Promise<Position | undefined> {
  const handle = await open(path, 'r').catch(() => undefined)
  if (handle === undefined) return undefined
  try {
    const bytes = await readRange(handle, 0, HEAD_BYTES)
    const isAlike = ({ head }: Position) =>
      head.bytes >= ALIKE_BYTES &&
      head.bytes <= bytes.length &&
      hashHead(bytes.subarray(0, head.bytes)).hash === head.hash
    return positions.find(isAlike)
  } finally {
    await handle.close()
  }
}
