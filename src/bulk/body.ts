// The bodies of bulk requests, written while their batches grow: documents go from text into bytes in large pieces, into
// buffers that are used again. So no text of a document outlives the making of it.

import type { GrowingBody, Sheet } from '#record'

/** What stands before and behind the `_id` of a document, before the document. */
export const ACTION = { before: '{"create":{"_id":"', behind: '"}}\n' } as const

/** Texts are turned into bytes when they have come to so many characters. */
const PIECE_LENGTH = 16_384
/** Buffers of a process that wait to be used again, at most; more would be memory that a busy hour leaves behind. */
const MOST_FREE = 8
/** Bytes of a character of UTF-16 in UTF-8, at most. */
const WIDEST = 3
const NEWLINE = 0x0a
/** Room behind the limit for what is written before its size is known. */
const SPARE_BYTES = 262_144
const NOTHING = Buffer.alloc(0)

/**
 * Returns what returns, for a size, what begins bodies of so many bytes; one document alone may have more. All of them share
 * their buffers, and one has none before something is written to it.
 */
export function createBodies(): (limit: number) => () => GrowingBody {
  const free: Buffer[] = []
  return limit => () => new Written(free, limit)
}

/** A class, because an object with accessors of its own has a shape of its own, which its callers would meet anew each time. */
class Written implements GrowingBody {
  readonly #free: Buffer[]
  readonly #limit: number
  readonly #capacity: number
  #buffer: Buffer = NOTHING
  #length = 0
  #piece = ''
  #ends: number[] | undefined
  #lastAt = 0
  #count = 0

  constructor(free: Buffer[], limit: number) {
    this.#free = free
    this.#limit = limit
    this.#capacity = limit + SPARE_BYTES
  }

  #write(): void {
    const piece = this.#piece
    if (piece === '') return
    const needed = this.#length + piece.length * WIDEST
    if (needed > this.#buffer.length) this.#grow(this.#length + Buffer.byteLength(piece))
    this.#length += this.#buffer.write(piece, this.#length)
    this.#piece = ''
  }

  #grow(needed: number): void {
    if (needed <= this.#buffer.length) return
    const isFirst = this.#buffer === NOTHING && needed <= this.#capacity
    const larger = isFirst ? this.#takeFree() : Buffer.allocUnsafeSlow(needed)
    this.#buffer.copy(larger, 0, 0, this.#length)
    this.#buffer = larger
  }

  #takeFree(): Buffer {
    const at = this.#free.findLastIndex(({ length }) => length === this.#capacity)
    return this.#free.splice(at, at === -1 ? 0 : 1)[0] ?? Buffer.allocUnsafeSlow(this.#capacity)
  }

  #lineEnds(): readonly number[] {
    this.#write()
    this.#ends ??= newlinesOf(this.#buffer.subarray(0, this.#length))
    return this.#ends
  }

  #giveBack(): void {
    if (this.#buffer.length !== this.#capacity) return
    // Those that fit no longer go first.
    if (this.#free.length === MOST_FREE) this.#free.shift()
    this.#free.push(this.#buffer)
  }

  get bytes(): Buffer {
    this.#write()
    return this.#buffer.subarray(0, this.#length)
  }

  hasRoomFor(source: string): boolean {
    if (this.#length + (this.#piece.length + source.length) * WIDEST <= this.#limit) return true
    this.#write()
    return this.#length + Buffer.byteLength(source) <= this.#limit
  }

  add(id: string, source: string): void {
    this.#count += 1
    this.#piece += `${ACTION.before}${id}${ACTION.behind}${source}\n`
    if (this.#piece.length >= PIECE_LENGTH) this.#write()
  }

  sheet(bytes: number): Sheet {
    this.#write()
    this.#grow(this.#length + bytes)
    this.#lastAt = this.#length
    return { bytes: this.#buffer, length: this.#length }
  }

  wrote(to: number): boolean {
    this.#count += 1
    this.#length = to
    return to <= this.#limit
  }

  moveLast(other: GrowingBody): void {
    const last = this.#buffer.subarray(this.#lastAt, this.#length)
    const { bytes, length } = other.sheet(last.length)
    last.copy(bytes, length)
    other.wrote(length + last.length)
    this.#count -= 1
    this.#length = this.#lastAt
  }

  get count(): number {
    return this.#count
  }

  id(index: number): string {
    const ends = this.#lineEnds()
    const begin = (ends[2 * index - 1] ?? -1) + 1 + ACTION.before.length
    return this.#buffer.toString('latin1', begin, (ends[2 * index] ?? 0) + 1 - ACTION.behind.length)
  }

  source(index: number): string {
    const ends = this.#lineEnds()
    return this.#buffer.toString('utf8', (ends[2 * index] ?? 0) + 1, ends[2 * index + 1])
  }

  seal(): void {
    this.#write()
    if (this.#buffer.length !== this.#capacity || this.#length > this.#capacity / 4) return
    const own = Buffer.allocUnsafeSlow(this.#length)
    this.#buffer.copy(own, 0, 0, this.#length)
    this.#giveBack()
    this.#buffer = own
  }

  release(): void {
    this.#giveBack()
    this.#buffer = NOTHING
    this.#length = 0
  }
}

function newlinesOf(bytes: Buffer): number[] {
  const ends: number[] = []
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) ends.push(at)
  return ends
}
