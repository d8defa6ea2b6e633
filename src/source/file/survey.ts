// The files that are wanted now, as they are on disk, for whoever has to find out anew what they were: their identity, their
// heads, and any bytes of them.

import { open } from 'node:fs/promises'
import type { Head } from '#record'
import { readRange } from './followed.ts'
import { createGlobs } from './globs.ts'
import { HEAD_BYTES, hashHead } from './head.ts'
import type { FileSourceOptions } from './options.ts'
import { CHUNK_BYTES } from './read.ts'
import { statHandle, statPath } from './stat.ts'
import { PROOF_BYTES } from './tail.ts'

/** A file that is wanted. */
export interface Surveyed {
  readonly path: string
  readonly inode: string
  readonly deviceId: string
  readonly birthMs: number
  readonly size: number
}

/** The same, open. */
export interface OpenSurveyed {
  readonly head: Head
  /** Whether it begins with the bytes of this head. */
  hasHead(head: Head): Promise<boolean>
  /** What proves a position. */
  proofOf(position: number): Promise<Buffer>
  /** The bytes from `start` to `end`, in pieces. */
  pieces(start: number, end: number): AsyncIterable<Buffer>
  close(): Promise<void>
}

/** Most bytes of one file that can be sent and not acknowledged: what is read ahead, and the read that went beyond it. */
export const inFlightBytes = ({ maxReadAheadBytes }: FileSourceOptions): number => maxReadAheadBytes + CHUNK_BYTES

/** All files that are wanted now, each once, whatever the number of its names. */
export async function survey({ paths, exclude }: FileSourceOptions): Promise<Surveyed[]> {
  const files = new Map<string, Surveyed>()
  for (const path of await createGlobs(paths, exclude).list()) {
    const stat = await statPath(path)
    if (stat === undefined || files.has(stat.key)) continue
    const { inode, deviceId, birthMs, size } = stat
    files.set(stat.key, { path, inode, deviceId, birthMs, size })
  }
  return [...files.values()]
}

/** Opens a file of a survey; undefined where it cannot be, or another has its name by now. */
export async function openSurveyed({ path, inode, deviceId }: Surveyed): Promise<OpenSurveyed | undefined> {
  const handle = await open(path, 'r').catch(() => undefined)
  if (handle === undefined) return undefined
  if ((await statHandle(handle))?.key !== `${deviceId}:${inode}`) {
    await handle.close()
    return undefined
  }
  return {
    head: hashHead(await readRange(handle, 0, HEAD_BYTES)),
    async hasHead({ bytes, hash }) {
      const head = hashHead(await readRange(handle, 0, bytes))
      return head.bytes === bytes && head.hash === hash
    },
    proofOf: position => readRange(handle, Math.max(0, position - PROOF_BYTES), position),
    async *pieces(start, end) {
      for (let from = start; from < end; from += CHUNK_BYTES) {
        yield await readRange(handle, from, Math.min(end, from + CHUNK_BYTES))
      }
    },
    close: () => handle.close()
  }
}
