// One read of one file: the bytes that follow its position, proved by the bytes that stand before it. What does not prove
// itself was truncated or rewritten, and is then another generation.

import type { FileHandle } from 'node:fs/promises'
import { type Chunk, offset } from '#record'
import { archiveFormat } from './archive-format.ts'
import { type Followed, growHead, regainHead, START_BYTES } from './followed.ts'
import type { Ending } from './unpack.ts'

/** How many bytes one read asks for. */
export const CHUNK_BYTES = 262_144
/** From so many on what was read is kept as it lies; less is copied, because whoever holds it would hold all of the buffer. */
const KEPT_BYTES = CHUNK_BYTES / 2

/**
 * - chunk: the next bytes.
 * - end: nothing more for now.
 * - archive: the file, of which nothing was read yet, turned out to be compressed.
 * - passed: bytes of a compressed file that were read before.
 * - unpacked: a compressed file was read to its end.
 * - rewritten: what stands before the position is not what was read there.
 */
export type ReadResult =
  | { readonly kind: 'chunk'; readonly chunk: Chunk }
  | { readonly kind: 'end' | 'archive' | 'passed' }
  | { readonly kind: 'unpacked'; readonly ending: Ending }
  | { readonly kind: 'rewritten' }

/**
 * Reads into `buffer`, which holds a proof and a chunk, and must not be read into again where the chunk lies in it; rejects
 * with the file system's error. With `isUnpacking` what
 * begins as compressed files do is not read as text.
 */
export async function readNext(
  file: Followed,
  handle: FileHandle,
  buffer: Buffer,
  isUnpacking: boolean
): Promise<ReadResult> {
  const proof = file.tail.last
  const from = file.position - proof.length
  if (from > 0 && !(await beginsAsBefore(file, handle, buffer))) return { kind: 'rewritten' }
  const { bytesRead } = await handle.read(buffer, 0, proof.length + CHUNK_BYTES, from)
  if (bytesRead < proof.length || buffer.compare(proof, 0, proof.length, 0, proof.length) !== 0)
    return { kind: 'rewritten' }
  if (from === 0 && !isStart(buffer, bytesRead, file)) return { kind: 'rewritten' }
  file.provedMs = file.modifiedMs
  if (bytesRead === proof.length) return { kind: 'end' }
  if (!(await regainHead(file, handle))) return { kind: 'rewritten' }
  const read = buffer.subarray(proof.length, bytesRead)
  const bytes = read.length < KEPT_BYTES ? copyOf(read) : read
  const start = file.position
  if (start === 0 && isUnpacking && archiveFormat(bytes) !== undefined) return { kind: 'archive' }
  growHead(file, start, bytes)
  file.tail.push(bytes)
  file.isFresh = false
  file.position = offset(start + bytes.length)
  const modifiedMs = file.size < file.position ? undefined : file.modifiedMs
  if (file.size < file.position) file.size = file.position
  const fingerprint = `${file.head.bytes}:${file.head.hash}`
  return { kind: 'chunk', chunk: { generation: file.generation, fingerprint, modifiedMs, start, bytes } }
}

/** Outside of the pool, of which it would keep a larger piece. */
function copyOf(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}

/**
 * Whether the file's first bytes are still those that were seen. The proof does not say so of a long file, of which a
 * rewrite may leave alike what stands before the position.
 */
async function beginsAsBefore(file: Followed, handle: FileHandle, buffer: Buffer): Promise<boolean> {
  const { bytesRead } = await handle.read(buffer, 0, START_BYTES, 0)
  return isStart(buffer, bytesRead, file)
}

function isStart(buffer: Buffer, length: number, { headStart }: Followed): boolean {
  return length >= headStart.length && buffer.toString('latin1', 0, headStart.length) === headStart
}
