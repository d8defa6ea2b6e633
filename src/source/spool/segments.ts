// The segments of a spool on the disk, as one process finds them and the next one. Nothing is ever appended to a segment of
// an earlier process, so that an offset, and with it a document's id, never stands for two records.

import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync
} from 'node:fs'
import { join } from 'node:path'
import { isIntact } from './record.ts'

/** Segments by path, with their bytes. */
export type Segments = Map<string, number>

/** What an earlier process left. */
export interface Found {
  readonly segments: Segments
  /** Bytes at the end of the last segment that were no whole record, and are gone. */
  readonly tornBytes: number
}

/** The segments in a folder, which is made where it is not there; a torn end of the last one is cut off. */
export function findSegments(folder: string): Found {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const paths = readdirSync(folder)
    .filter(name => name.endsWith('.log'))
    .sort()
    .map(name => join(folder, name))
  const last = paths.at(-1)
  const tornBytes = last === undefined ? 0 : mend(last)
  const segments: Segments = new Map()
  for (const path of paths) {
    const { size } = statSync(path)
    if (size === 0) rmSync(path)
    else segments.set(path, size)
  }
  return { segments, tornBytes }
}

/** Names of segments sort as they were begun, whatever the clock does. */
export function segmentPath(folder: string, nowMs: number, segments: Segments): string {
  const last = [...segments.keys()].at(-1)
  const lastMs = last === undefined ? 0 : Number(/(\d+)\.log$/.exec(last)?.[1] ?? 0)
  return join(folder, `${String(Math.max(nowMs, lastMs + 1)).padStart(15, '0')}.log`)
}

/** Cuts a segment behind its last intact record; returns the bytes that were cut. */
function mend(path: string): number {
  const bytes = readFileSync(path)
  let end = 0
  for (let next = bytes.indexOf(0x0a, end); next !== -1; next = bytes.indexOf(0x0a, end)) {
    if (!isIntact(bytes.subarray(end, next))) break
    end = next + 1
  }
  if (end === bytes.length) return 0
  const file = openSync(path, 'r+')
  ftruncateSync(file, end)
  fsyncSync(file)
  closeSync(file)
  return bytes.length - end
}

/** Makes the names in a folder last. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  fsyncSync(handle)
  closeSync(handle)
}
