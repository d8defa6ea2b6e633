// The bodies of bulk requests, written while their batches grow: documents go from text into bytes in large pieces, into
// buffers that are used again. So no text of a document outlives the making of it.

import type { Body } from '#record'

/** A body that documents are added to. */
interface GrowingBody extends Body {
  /** Whether it stays within its size with one more document. */
  hasRoomFor(source: string): boolean
  add(id: string, source: string): void
  /** It grows no more: it keeps no more memory than it has bytes. */
  seal(): void
}

/** Texts are turned into bytes when they have come to so many characters. */
const PIECE_LENGTH = 16_384
/** Buffers that wait to be used again, at most; more would be memory that a busy hour leaves behind. */
const MOST_FREE = 4
/** Bytes of a character of UTF-16 in UTF-8, at most. */
const WIDEST = 3
const NEWLINE = 0x0a

/** Returns what begins bodies of so many bytes; one document alone may have more. */
export function createBodies(limit: number): () => GrowingBody {
  const free: Buffer[] = []
  return () => begin(free, limit)
}

function begin(free: Buffer[], limit: number): GrowingBody {
  const capacity = limit + WIDEST * PIECE_LENGTH
  let buffer = free.pop() ?? Buffer.allocUnsafeSlow(capacity)
  let length = 0
  let piece = ''
  let ends: number[] | undefined

  function write(): void {
    if (piece === '') return
    const needed = length + piece.length * WIDEST
    if (needed > buffer.length) buffer = grown(buffer, length, length + Buffer.byteLength(piece))
    length += buffer.write(piece, length)
    piece = ''
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
      piece += `{"create":{"_id":"${id}"}}\n${source}\n`
      if (piece.length >= PIECE_LENGTH) write()
    },
    source(index) {
      write()
      ends ??= newlinesOf(buffer.subarray(0, length))
      return buffer.toString('utf8', (ends[2 * index] ?? 0) + 1, ends[2 * index + 1])
    },
    seal() {
      write()
      if (buffer.length !== capacity || length > capacity / 2) return
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
