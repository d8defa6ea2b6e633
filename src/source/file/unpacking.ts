// A generation that is read from a compressed file: its offsets count the text, which is unpacked from the start up to its
// position and then proved like any other by the bytes before it.

import type { FileHandle } from 'node:fs/promises'
import { type Archive, offset } from '#record'
import type { ArchiveFormat } from './archive-format.ts'
import { type Followed, growHead } from './followed.ts'
import type { ReadResult } from './read.ts'
import { PROOF_BYTES } from './tail.ts'
import { createUnpacker, type Unpacker } from './unpack.ts'

/** How far a compressed file was unpacked. */
export interface Unpacking {
  readonly archive: Archive
  readonly format: ArchiveFormat
  /** Set where the text is not wanted: the file is too old, or was there before the first start. */
  readonly isPassedOver: boolean
  unpacker: Unpacker | undefined
  /** Bytes of the text so far, and the last of them while they are not behind the position. */
  at: number
  before: Buffer
}

export function createUnpacking(archive: Archive, format: ArchiveFormat, isPassedOver = false): Unpacking {
  return { archive, format, isPassedOver, unpacker: undefined, at: 0, before: Buffer.alloc(0) }
}

/** Forgets how far it was unpacked, because its handle is closed. */
export function closeUnpacking(unpacking: Unpacking): void {
  unpacking.unpacker?.close()
  unpacking.unpacker = undefined
  unpacking.at = 0
  unpacking.before = Buffer.alloc(0)
}

/** Reads the next piece of the text; one that was read before is passed over, so that others have their turn. */
export async function readUnpacked(file: Followed, unpacking: Unpacking, handle: FileHandle): Promise<ReadResult> {
  if (unpacking.isPassedOver) return { kind: 'unpacked', ending: { kind: 'complete' } }
  unpacking.unpacker ??= createUnpacker(handle, unpacking.format)
  const piece = await unpacking.unpacker.next()
  if (piece === undefined) {
    return { kind: 'unpacked', ending: unpacking.unpacker.ending ?? { kind: 'complete' } }
  }
  const known = Math.min(Math.max(0, file.position - unpacking.at), piece.length)
  unpacking.at += piece.length
  if (known > 0) unpacking.before = Buffer.concat([unpacking.before, piece.subarray(0, known)]).subarray(-PROOF_BYTES)
  if (known === piece.length) return { kind: 'passed' }
  const start = file.position
  if (!provesItself(file, unpacking)) return { kind: 'rewritten' }
  const bytes = piece.subarray(known)
  growHead(file, start, bytes)
  file.tail.push(bytes)
  file.position = offset(start + bytes.length)
  if (file.size < file.position) file.size = file.position
  return {
    kind: 'chunk',
    chunk: { generation: file.generation, fingerprint: `${file.head.bytes}:${file.head.hash}`, start, bytes }
  }
}

/** Once the position is passed, what is unpacked follows what was unpacked before. */
function provesItself({ tail }: Followed, unpacking: Unpacking): boolean {
  if (unpacking.before.length === 0) return true
  const isProved = unpacking.before.equals(tail.last)
  unpacking.before = Buffer.alloc(0)
  return isProved
}
