// A compressed file as it is on disk: opened, recognised by its first bytes, and compared with what was noted of it.

import { type FileHandle, open } from 'node:fs/promises'
import type { Archive } from '#record'
import { type ArchiveFormat, archiveFormat } from './archive-format.ts'
import { readRange } from './followed.ts'
import { unpackHead } from './same-text.ts'
import { areBornApart, type FileStat, statHandle } from './stat.ts'

/** An archive that is open. */
export interface Opened {
  readonly path: string
  readonly stat: FileStat
  readonly handle: FileHandle
  readonly format: ArchiveFormat
  readonly headBytes: Buffer
}

/** Opens a file, and does something with it where it is compressed and still has this device and inode. */
export async function withArchive<Result>(
  path: string,
  stat: FileStat,
  none: Result,
  use: (opened: Opened) => Promise<Result>
): Promise<Result> {
  const handle = await open(path, 'r')
  try {
    const opened = await statHandle(handle)
    const format = archiveFormat(await readRange(handle, 0, 4))
    if (opened?.key !== stat.key || format === undefined) return none
    const headBytes = await unpackHead(handle, format)
    return await use({ path, stat: opened, handle, format, headBytes })
  } finally {
    await handle.close()
  }
}

export function toArchive({ path, stat }: Pick<Opened, 'path' | 'stat'>): Archive {
  const { deviceId, inode, birthMs, size, modifiedMs } = stat
  return { path, deviceId, inode, birthMs, size, modifiedMs }
}

export function keyOf({ deviceId, inode }: { readonly deviceId: string; readonly inode: string }): string {
  return `${deviceId}:${inode}`
}

export function isSameFile(archive: Archive | undefined, stat: FileStat): boolean {
  if (archive === undefined || keyOf(archive) !== stat.key) return false
  return !areBornApart(archive.birthMs, stat.birthMs)
}

/** Whether the archive is as it was. */
export function isUnchanged(archive: Archive, stat: FileStat): boolean {
  return isSameFile(archive, stat) && archive.size === stat.size && archive.modifiedMs === stat.modifiedMs
}
