// The bodies of bulk requests, written while their batches grow: documents go from text into bytes in large pieces, into
// buffers that are used again. So no text of a document outlives the making of it.

import type { Body } from '#record'

/** A body that documents are added to. */
interface GrowingBody extends Body {
  /** Whether it stays within its size with one more document. */
  hasRoomFor(source: string): boolean
  add(id: string, source: string): void
  /** Where whoever writes documents with their actions may do so, with room for so many bytes at least. */
  sheet(bytes: number): Sheet
  /** One document was written there, up to this place. */
  wrote(to: number): void
  /** Whether it is larger than it should be. */
  readonly isOver: boolean
  /** Moves what was written last to the beginning of another. */
  moveLast(to: GrowingBody): void
  /** It grows no more: it keeps no more memory than it has bytes. */
  seal(): void
}

/** A buffer that is written from a place on. */
export interface Sheet {
  readonly bytes: Buffer
  readonly length: number
}

/** What stands before and behind the `_id` of a document, before the document. */
export const ACTION = { before: '{"create":{"_id":"', behind: '"}}\n' } as const

/** Texts are turned into bytes when they have come to so many characters. */
const PIECE_LENGTH = 16_384
/** Buffers that wait to be used again, at most; more would be memory that a busy hour leaves behind. */
const MOST_FREE = 8
/** Bytes of a character of UTF-16 in UTF-8, at most. */
const WIDEST = 3
const NEWLINE = 0x0a
/** Room behind the limit for what is written before its size is known. */
const SPARE_BYTES = 262_144

/** Returns what begins bodies of so many bytes; one document alone may have more. */
export function createBodies(limit: number): () => GrowingBody {
  const free: Buffer[] = []
  return () => begin(free, limit)
}

function begin(free: Buffer[], limit: number): GrowingBody {
  const capacity = limit + SPARE_BYTES
  let buffer = free.pop() ?? Buffer.allocUnsafeSlow(capacity)
  let length = 0
  let piece = ''
  let ends: number[] | undefined
  let lastAt = 0
  let count = 0

  function write(): void {
    if (piece === '') return
    const needed = length + piece.length * WIDEST
    if (needed > buffer.length) buffer = grown(buffer, length, length + Buffer.byteLength(piece))
    length += buffer.write(piece, length)
    piece = ''
  }

  function lineEnds(): readonly number[] {
    write()
    ends ??= newlinesOf(buffer.subarray(0, length))
    return ends
  }

  function giveBack(used: Buffer): void {
    if (used.length === capacity && free.length < MOST_FREE) free.push(used)
  }

  return {
    get bytes() {
      write()
      return buffer.subarray(0, length)
    },
    hasRoomFor(source) {
      if (length + (piece.length + source.length) * WIDEST <= limit) return true
      write()
      return length + Buffer.byteLength(source) <= limit
    },
    add(id, source) {
      count += 1
      piece += `${ACTION.before}${id}${ACTION.behind}${source}\n`
      if (piece.length >= PIECE_LENGTH) write()
    },
    sheet(bytes) {
      write()
      if (length + bytes > buffer.length) buffer = grown(buffer, length, length + bytes)
      lastAt = length
      return { bytes: buffer, length }
    },
    wrote(to) {
      count += 1
      length = to
    },
    get isOver() {
      return length > limit
    },
    moveLast(other) {
      const last = buffer.subarray(lastAt, length)
      const { bytes, length: at } = other.sheet(last.length)
      last.copy(bytes, at)
      other.wrote(at + last.length)
      count -= 1
      length = lastAt
    },
    get count() {
      return count
    },
    id(index) {
      const ends = lineEnds()
      const begin = (ends[2 * index - 1] ?? -1) + 1 + ACTION.before.length
      return buffer.toString('latin1', begin, (ends[2 * index] ?? 0) + 1 - ACTION.behind.length)
    },
    source(index) {
      const ends = lineEnds()
      return buffer.toString('utf8', (ends[2 * index] ?? 0) + 1, ends[2 * index + 1])
    },
    seal() {
      write()
      if (buffer.length !== capacity || length > capacity / 4) return
      const own = Buffer.allocUnsafeSlow(length)
      buffer.copy(own, 0, 0, length)
      giveBack(buffer)
      buffer = own
    },
    release() {
      giveBack(buffer)
      buffer = NOTHING
      length = 0
    }
  }
}

const NOTHING = Buffer.alloc(0)

function grown(buffer: Buffer, length: number, needed: number): Buffer {
  if (needed <= buffer.length) return buffer
  const larger = Buffer.allocUnsafeSlow(needed)
  buffer.copy(larger, 0, 0, length)
  return larger
}

function newlinesOf(bytes: Buffer): number[] {
  const ends: number[] = []
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) ends.push(at)
  return ends
}
