// Removes files that are done with: acknowledged to their ends, unchanged for long, and written by no program that can be
// seen. A file is proved to be itself right before it goes, and its handle is kept, so that a late write is still read.

import { lstatSync, type Stats, unlinkSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { type Followed, readRange } from './followed.ts'
import type { Handles } from './handles.ts'

/** Whether all of a file is acknowledged, and nothing was written to it for so long. */
export function isDone(file: Followed, unchangedMs: number, nowMs: number): boolean {
  const isAcknowledged = file.checkpoint === file.position && file.position === file.size
  return isAcknowledged && file.isWanted && nowMs - Math.max(file.modifiedMs, file.activeMs) >= unchangedMs
}

/** Removes a file that is done with; false where it is not what it was, is a link, or a program holds it to write to it. */
export async function remove(file: Followed, handles: Handles): Promise<boolean> {
  const handle = await handles.take(file)
  if (handle === undefined || file.size === 0) return false
  const { last } = file.tail
  const atEnd = await readRange(handle, file.position - last.length, file.position + 1)
  if (!atEnd.equals(last)) return false
  if (await hasWriter(file.key)) return false
  // Between this look and the removal nothing else of this process runs.
  const now = lstatSync(file.path, { throwIfNoEntry: false })
  if (now === undefined || !isUnchanged(file, now)) return false
  unlinkSync(file.path)
  return true
}

function isUnchanged(file: Followed, stats: Stats): boolean {
  return stats.isFile() && `${stats.dev}:${stats.ino}` === file.key && stats.size === file.size
}

/**
 * Whether a process holds this device and inode open to write to it, as `/proc` tells: of all processes for root, else of
 * one's own; see `proc_pid_fdinfo(5)`.
 */
export async function hasWriter(key: string): Promise<boolean> {
  const processes = (await readdir('/proc').catch(() => [])).filter(name => /^\d+$/.test(name))
  for (const pid of processes) {
    for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      const stats = await stat(`/proc/${pid}/fd/${fd}`, { bigint: true }).catch(() => undefined)
      if (stats === undefined || `${stats.dev}:${stats.ino}` !== key) continue
      const info = await readFile(`/proc/${pid}/fdinfo/${fd}`, 'utf8').catch(() => '')
      const flags = Number.parseInt(/^flags:\s+(\d+)/m.exec(info)?.[1] ?? '0', 8)
      if ((flags & 3) !== 0) return true
    }
  }
  return false
}
