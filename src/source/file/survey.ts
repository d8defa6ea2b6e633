// The files that are wanted now, as they are on disk, for whoever has to find out anew what they were: their identity, their
// heads, and any bytes of them. Of a compressed file all of this is asked of its text.

import { type FileHandle, open } from 'node:fs/promises'
import type { Archive, Head } from '#record'
import { toArchive } from './archive-file.ts'
import { type ArchiveFormat, archiveFormat } from './archive-format.ts'
import { readRange } from './followed.ts'
import { createGlobs } from './globs.ts'
import { HEAD_BYTES, hashHead } from './head.ts'
import type { FileSourceOptions } from './options.ts'
import { CHUNK_BYTES } from './read.ts'
import { unpackHead } from './same-text.ts'
import { statHandle, statPath } from './stat.ts'
import { PROOF_BYTES } from './tail.ts'
import { createUnpacker } from './unpack.ts'

/** A file that is wanted. */
export interface Surveyed {
  readonly path: string
  readonly inode: string
  readonly deviceId: string
  readonly birthMs: number
}

/** The same, open. */
export interface OpenSurveyed {
  /** Set where it is compressed. */
  readonly archive: Archive | undefined
  readonly size: number
  readonly head: Head
  /** What it may have been known by when less of it was there, and now. */
  readonly heads: readonly Head[]
  /** Whether it begins with the bytes of this head. */
  hasHead(head: Head): boolean
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
    const { inode, deviceId, birthMs } = stat
    files.set(stat.key, { path, inode, deviceId, birthMs })
  }
  return [...files.values()]
}

/** Opens a file of a survey; undefined where it cannot be, or another has its name by now. */
export async function openSurveyed(
  { path, inode, deviceId }: Surveyed,
  { compression }: Pick<FileSourceOptions, 'compression'>
): Promise<OpenSurveyed | undefined> {
  const handle = await open(path, 'r').catch(() => undefined)
  if (handle === undefined) return undefined
  const stat = await statHandle(handle)
  if (stat?.key !== `${deviceId}:${inode}`) {
    await handle.close()
    return undefined
  }
  const first = await readRange(handle, 0, HEAD_BYTES)
  const format = compression === 'auto' ? archiveFormat(first) : undefined
  const text = format === undefined ? plain(handle, stat.size) : await unpacked(handle, format)
  const headBytes = format === undefined ? first : await unpackHead(handle, format)
  const headOf = (bytes: number): Head => hashHead(headBytes.subarray(0, bytes))
  return {
    ...text,
    archive: format === undefined ? undefined : toArchive({ path, stat }),
    head: headOf(HEAD_BYTES),
    // What is longer was known by all of its head, unless hardly any of it was read.
    heads:
      headBytes.length === HEAD_BYTES
        ? [headOf(HEAD_BYTES)]
        : Array.from({ length: headBytes.length }, (_, i) => headOf(i + 1)),
    hasHead({ bytes, hash }) {
      const head = headOf(bytes)
      return head.bytes === bytes && head.hash === hash
    },
    close: () => handle.close()
  }
}

type Text = Pick<OpenSurveyed, 'size' | 'proofOf' | 'pieces'>

function plain(handle: FileHandle, size: number): Text {
  return {
    size,
    proofOf: position => readRange(handle, Math.max(0, position - PROOF_BYTES), position),
    async *pieces(start, end) {
      for (let from = start; from < end; from += CHUNK_BYTES) {
        yield await readRange(handle, from, Math.min(end, from + CHUNK_BYTES))
      }
    }
  }
}

async function unpacked(handle: FileHandle, format: ArchiveFormat): Promise<Text> {
  async function* pieces(start: number, end: number): AsyncIterable<Buffer> {
    const unpacker = createUnpacker(handle, format)
    try {
      for (let at = 0; at < end; ) {
        const piece = await unpacker.next()
        if (piece === undefined) return
        const wanted = piece.subarray(Math.max(0, start - at), Math.max(0, end - at))
        if (wanted.length > 0) yield wanted
        at += piece.length
      }
    } finally {
      unpacker.close()
    }
  }
  let size = 0
  for await (const piece of pieces(0, Number.POSITIVE_INFINITY)) size += piece.length
  return {
    size,
    async proofOf(position) {
      const parts: Buffer[] = []
      for await (const piece of pieces(Math.max(0, position - PROOF_BYTES), position)) parts.push(piece)
      return Buffer.concat(parts)
    },
    pieces
  }
}
