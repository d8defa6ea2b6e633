// What the system says of a file: where it lives, when it was born, how long it is. Numbers that may be longer than a
// double holds stay text.

import type { BigIntStats } from 'node:fs'
import { type FileHandle, stat } from 'node:fs/promises'

const AT_ONCE = 64

export interface FileStat {
  /** Device and inode: names a file as long as it lives, and another one afterwards. */
  readonly key: string
  readonly deviceId: string
  readonly inode: string
  readonly birthMs: number
  readonly size: number
  readonly modifiedMs: number
  /** Whether no name leads to it any more. */
  readonly isUnlinked: boolean
}

/** Stats a path, following symlinks; undefined where there is no regular file that may be looked at. */
export async function statPath(path: string): Promise<FileStat | undefined> {
  try {
    return toFileStat(await stat(path, { bigint: true }))
  } catch {
    return undefined
  }
}

/** Stats paths, a few at a time: what the system says of one file takes many times what is kept of it. */
export async function statPaths(paths: readonly string[]): Promise<(FileStat | undefined)[]> {
  const stats: (FileStat | undefined)[] = []
  for (let i = 0; i < paths.length; i += AT_ONCE) {
    stats.push(...(await Promise.all(paths.slice(i, i + AT_ONCE).map(statPath))))
  }
  return stats
}

export async function statHandle(handle: FileHandle): Promise<FileStat | undefined> {
  return toFileStat(await handle.stat({ bigint: true }))
}

/** Whether two times of birth, where the file system told both, are not those of one file. */
export const areBornApart = (oneMs: number, otherMs: number): boolean =>
  oneMs > 0 && otherMs > 0 && Math.abs(oneMs - otherMs) >= 1

/** Only an error that says that there is nothing means that there is nothing. */
export function unlessGone<Value>(value: Value): (error: NodeJS.ErrnoException) => Value {
  return error => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return value
    throw error
  }
}

function toFileStat(stats: BigIntStats): FileStat | undefined {
  if (!stats.isFile()) return undefined
  return {
    // Joined, because a template makes two texts of it that are kept.
    key: [stats.dev, stats.ino].join(':'),
    deviceId: String(stats.dev),
    inode: String(stats.ino),
    birthMs: Number(stats.birthtimeNs / 1000n) / 1000,
    size: Number(stats.size),
    modifiedMs: Number(stats.mtimeNs / 1000n) / 1000,
    isUnlinked: stats.nlink === 0n
  }
}
