// Whether a compressed file holds what a generation held: the text is compared with the plain file in full where that is
// within reach, and otherwise with what is known of it, its head and the bytes before its position.

import { type FileHandle, open } from 'node:fs/promises'
import type { GenerationId, Head } from '#record'
import type { ArchiveFormat } from './archive-format.ts'
import { findSibling } from './folders.ts'
import { readRange } from './followed.ts'
import { HEAD_BYTES, hashHead } from './head.ts'
import { areBornApart, type FileStat, statHandle, statPath } from './stat.ts'
import { PROOF_BYTES } from './tail.ts'
import { createUnpacker, type Unpacker } from './unpack.ts'

/** What programs put behind the name of the file that they compress. */
const EXTENSION = /\.(?:gz|gzip|zst|zstd)$/

/** What is known of a generation whose file may have been compressed. */
export interface Original {
  readonly id: GenerationId
  /** Where its plain file was last seen, and the device and inode of that. */
  readonly path: string
  readonly key: string
  readonly birthMs: number
  readonly head: Head
  /** How far it was read, and the bytes before that. */
  readonly at: number
  readonly proof: Uint8Array
  /** The plain file, where it is open. */
  readonly handle: FileHandle | undefined
}

/**
 * - other: it holds something else.
 * - plain: it holds what the plain file holds, which is within reach and is read.
 * - only: it holds what was read, and the plain file is gone.
 * - short: it may be either and ends within its text, as while it is being written.
 */
export type Sameness = 'other' | 'plain' | 'only' | 'short'

/** The first bytes of the text of a compressed file, up to a head. */
export async function unpackHead(handle: FileHandle, format: ArchiveFormat): Promise<Buffer> {
  const unpacker = createUnpacker(handle, format)
  let headBytes = Buffer.alloc(0)
  try {
    while (headBytes.length < HEAD_BYTES) {
      const piece = await unpacker.next()
      if (piece === undefined) break
      headBytes = Buffer.concat([headBytes, piece])
    }
    return headBytes.subarray(0, HEAD_BYTES)
  } finally {
    unpacker.close()
  }
}

/** Whether a compressed file ends within its text, as while it is being written; all of it is read. */
export async function endsEarly(handle: FileHandle, format: ArchiveFormat): Promise<boolean> {
  const unpacker = createUnpacker(handle, format)
  try {
    while ((await unpacker.next()) !== undefined);
    return unpacker.ending?.kind === 'short'
  } finally {
    unpacker.close()
  }
}

/** Whether the text with this beginning that stands at `path`, compressed or not, may be that of the original. */
export function beginsAlike(headBytes: Buffer, path: string, { head, at, proof, path: plainPath }: Original): boolean {
  if (head.bytes > 0) {
    return headBytes.length >= head.bytes && hashHead(headBytes.subarray(0, head.bytes)).hash === head.hash
  }
  // Where a hole is as long as a head, the bytes before the position tell, or where nothing was read yet the name.
  const isHole = headBytes.length > 0 && hashHead(headBytes).bytes === 0
  if (at > 0) return isHole && proof.some(byte => byte !== 0)
  return isHole && (path === plainPath || path.replace(EXTENSION, '') === plainPath)
}

/** Compares the text of the compressed file at `path`, which begins alike, with the original. */
export async function compareTexts(
  path: string,
  handle: FileHandle,
  format: ArchiveFormat,
  original: Original
): Promise<Sameness> {
  const plain = await openPlain(original)
  const unpacker = createUnpacker(handle, format)
  try {
    if (plain === undefined) return await holdsProof(unpacker, original)
    let at = 0
    for (let piece = await unpacker.next(); piece !== undefined; piece = await unpacker.next()) {
      if (!(await readRange(plain.handle, at, at + piece.length)).equals(piece)) return 'other'
      at += piece.length
    }
    if (unpacker.ending?.kind === 'short') return 'short'
    const { size, isUnlinked } = (await statHandle(plain.handle)) ?? plain.stat
    // What was written late stands in the plain file alone; a file that only begins like this one is another, and an empty
    // text is like nothing.
    const isOfIt = at === size || (at > 0 && (isUnlinked || path.replace(EXTENSION, '') === plain.path))
    return isOfIt ? 'plain' : 'other'
  } finally {
    unpacker.close()
    if (plain !== undefined && plain.handle !== original.handle) await plain.handle.close()
  }
}

async function holdsProof(unpacker: Unpacker, { at, proof }: Original): Promise<Sameness> {
  let end = 0
  let before: Buffer = Buffer.alloc(0)
  while (end < at) {
    const piece = await unpacker.next()
    if (piece === undefined) return unpacker.ending?.kind === 'short' ? 'short' : 'other'
    before = Buffer.concat([before, piece.subarray(0, at - end)]).subarray(-PROOF_BYTES)
    end += piece.length
  }
  return before.equals(proof) ? 'only' : 'other'
}

interface Plain {
  readonly handle: FileHandle
  readonly path: string
  readonly stat: FileStat
}

/** The plain file, where it is open or a name in its folder leads to it, and it holds what was read of it. */
async function openPlain(original: Original): Promise<Plain | undefined> {
  const { path: lastPath, key, birthMs, at, proof, handle } = original
  const path = (await statPath(lastPath))?.key === key ? lastPath : await findSibling(lastPath, key)
  const opened = handle ?? (path === undefined ? undefined : await open(path, 'r').catch(() => undefined))
  if (opened === undefined) return undefined
  const stat = await statHandle(opened)
  const isReborn = stat !== undefined && areBornApart(birthMs, stat.birthMs)
  const before = await readRange(opened, Math.max(0, at - PROOF_BYTES), at)
  // Of what was not read yet the head alone tells whether it was cut.
  const isSame = before.equals(proof) && beginsAlike(await readRange(opened, 0, HEAD_BYTES), lastPath, original)
  if (stat?.key === key && !isReborn && isSame) return { handle: opened, path: path ?? lastPath, stat }
  if (opened !== handle) await opened.close()
  return undefined
}
