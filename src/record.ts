// The nouns that pass between the rooms. Every one of them carries byte offsets, because a checkpoint, a document's id
// and the ledger are all made of them. This file imports nothing.

declare const brand: unique symbol
/** A position in the bytes of one generation, counted from its first byte (of decompressed bytes where it is compressed). */
export type Offset = number & { readonly [brand]: 'Offset' }
/** Names one life of one file, from its creation to its replacement or truncation; random, 16 characters of [a-z2-7]. */
export type GenerationId = string & { readonly [brand]: 'GenerationId' }

/** Marks a number as an offset, at the few places where offsets are born. */
export const offset = (value: number): Offset => value as Offset

/** One life of one source of bytes, fixed when it begins, so that a rename does not tear its documents apart. */
export interface Generation {
  readonly id: GenerationId
  /** Where it was first seen. */
  readonly path: string
  readonly inode: string
  readonly deviceId: string
}

/** The first bytes of a generation, hashed: it grows with the file up to 1024 bytes. */
export interface Head {
  readonly bytes: number
  readonly hash: string
}

/** A place in a generation, and a hash of the up to 256 bytes before it. */
export interface Waymark {
  readonly at: Offset
  readonly hash: string
}

/** A compressed file that holds what a generation held, as it was when that was found. */
export interface Archive {
  readonly path: string
  readonly deviceId: string
  readonly inode: string
  readonly birthMs: number
  /** Size in bytes, compressed as it is. */
  readonly size: number
  /** When it was last written to, in milliseconds since 1970. */
  readonly modifiedMs: number
}

/** Where a generation stands and by what it is known again. */
export interface Position {
  readonly generation: Generation
  /** Where it was last seen. */
  readonly path: string
  /** Its time of birth in milliseconds since 1970, or 0 where the file system does not say. */
  readonly birthMs: number
  readonly head: Head
  /** Size in bytes when it was last seen. */
  readonly size: number
  /** Everything before it is settled. */
  readonly checkpoint: Offset
  /** Why a generation that is new does not begin at its first byte. */
  readonly skipReason?: SkipReason
  readonly isMidCut: boolean
  /** Up to 256 bytes that stand right before the checkpoint. */
  readonly proof: Uint8Array
  /** A few places before the checkpoint, in order, by which a copy is known that does not reach it. */
  readonly waymarks: readonly Waymark[]
  /** The file that it was compressed into; head, size, checkpoint and proof are of its text all the same. */
  readonly archive?: Archive
  /** Whether it was given up as read to its end; should its file turn up again, it goes on from here. */
  readonly isEnded: boolean
}

/** A contiguous run of bytes read from one generation. Nobody writes to `bytes`. */
export interface Chunk {
  readonly generation: Generation
  /** The generation's head as known by now, as `<bytes>:<hash>`. */
  readonly fingerprint: string
  /** When the file was last written, in milliseconds since 1970; undefined where it grew since that was seen. */
  readonly modifiedMs?: number | undefined
  readonly start: Offset
  readonly bytes: Buffer
}

/** Bytes `start` to `end` (exclusive) of a generation. */
export interface Span {
  readonly start: Offset
  readonly end: Offset
}

/** What framing knows of a line beside its text. */
export interface LineMarks {
  /** Set where `text` is only the beginning of a line that was too long: a skip over its rest follows. */
  readonly isCut?: true
  /** Set where bytes were no valid text in the file's encoding and were replaced. */
  readonly isDamaged?: true
  /** What a container runtime wrote beside the text. */
  readonly container?: ContainerMark
  /** What the spool kept of the record that this was. */
  readonly sender?: SenderMark
}

/**
 * One line or one group of joined lines, decoded. Its span covers everything it was made of, the newline included.
 * Where streams are interleaved in one file, the groups that overlap share one span; they follow each other, numbered.
 */
export interface Line extends Span, LineMarks {
  readonly text: string
  /** Which of the lines of its span it is, from 0. */
  readonly ordinal: number
  /** Where its text stands, from `from` to `to` of UTF-8 that nobody writes to, and of which each byte is a character too. */
  readonly bytes?: Buffer | undefined
  readonly characters?: string | undefined
  readonly from?: number
  readonly to?: number
  /** Where it is known: whether it is ASCII, and whether it may be of several lines. */
  readonly isAscii?: boolean
  readonly isSeveral?: boolean
}

/** What a container runtime says of a line. */
export interface ContainerMark {
  /** `stdout` or `stderr`. */
  readonly stream: string
  /** When the runtime took it, in ISO 8601. */
  readonly time: string
}

/** What is known of a record that was sent to a listener. */
export interface SenderMark {
  /** Address and port; empty where there is none, as of standard input. */
  readonly address: string
  /** When it came, in milliseconds since 1970. */
  readonly receivedMs: number
  /** Set where it was longer than the listener takes, and this is its beginning. */
  readonly isCut?: true
}

/** Why bytes were passed over without becoming a record. */
export type SkipReason = 'blank' | 'bom' | 'nul hole' | 'joined' | 'header' | 'cut' | 'copy' | 'startAt' | 'ignoreOlder'

/** Bytes that framing passed over. */
export interface Skip extends Span {
  readonly reason: SkipReason
  /** Set where the line that is passed over goes on behind this skip: a checkpoint here is in the middle of it. */
  readonly isOpen?: boolean
}

/** What framing made of one chunk: the lines and the bytes between them, each in ascending order. */
export interface Framed {
  readonly lines: readonly Line[]
  readonly skips: readonly Skip[]
}

/** A value that can stand in a document. */
export type Value = string | number | boolean | null | readonly Value[] | Fields
/** Fields by name, nested as in `ctx` of an ingest pipeline; one that is undefined is not there. */
export interface Fields {
  [name: string]: Value | undefined
}

/** Whether a value is an object of fields, and no list. */
export function isFields(value: Value | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Puts a tag behind those that the fields have. */
export function addTag(fields: Fields, tag: string): void {
  fields.tags = [...(Array.isArray(fields.tags) ? fields.tags : []), tag]
}

/** Types of Elasticsearch's fields that events are mapped to; see "Field data types" of its reference. */
export type FieldType =
  | 'boolean'
  | 'date'
  | 'double'
  | 'flattened'
  | 'ip'
  | 'keyword'
  | 'long'
  | 'match_only_text'
  | 'wildcard'
/** Types of fields by dotted name. */
export type FieldTypes = Readonly<Record<string, FieldType>>

/** All these fields; of a type given twice the last counts. */
export function unionOfTypes(all: readonly (FieldTypes | 'open')[]): FieldTypes | 'open' {
  const union: Record<string, FieldType> = {}
  for (const types of all) {
    if (types === 'open') return 'open'
    Object.assign(union, types)
  }
  return union
}

/** One document on its way to Elasticsearch, and the span that it settles. */
export interface Item extends Span {
  readonly generation: GenerationId
  /** The document's `_id`: the generation's prefix, the offset in 12 hexadecimal digits and, from the second on, the ordinal. */
  readonly id: string
  /** Which of the documents of its span it is, from 0. */
  readonly ordinal: number
  /** The line as it was read, kept for a dead letter and its replay. */
  readonly raw: string
  /** What else its replay needs; left out where there is nothing. */
  readonly marks?: LineMarks | undefined
  /** The document as JSON, without a newline. */
  readonly source: string
}

/** What became of bytes. Of several documents from one span the worst counts: dead-lettered, then acked, then dropped. */
export type Fate = 'acked' | 'deadLettered' | 'dropped' | 'skipped' | 'lost'

/** How much of a run met one fate. */
export interface Share {
  readonly fate: Fate
  /** Why, for what was dropped (the rule), skipped or lost, or dead-lettered and then discarded; else empty. */
  readonly reason: string
  bytes: number
  /** Lines, or groups of joined lines, that these bytes were. */
  lines: number
  /** Documents delivered (acked) or kept (deadLettered). */
  documents: number
}

/** Adds to the share of a fate and reason, which is made where there is none yet. */
export function addShare(shares: Share[], { fate, reason, bytes, lines, documents }: Readonly<Share>): void {
  for (const share of shares) {
    if (share.fate !== fate || share.reason !== reason) continue
    share.bytes += bytes
    share.lines += lines
    share.documents += documents
    return
  }
  shares.push({ fate, reason, bytes, lines, documents })
}

/** A gap-free run of bytes of one generation and what became of them: the shares' bytes add up to its length. */
export interface Settled extends Span {
  readonly generation: GenerationId
  readonly shares: readonly Share[]
  /** Whether it ends within a line whose rest is being passed over. */
  readonly isMidCut: boolean
}

/** Documents as the body of a bulk request: for each an action and, on the next line, its JSON. */
export interface Body {
  readonly bytes: Buffer
  /** How many documents it has. */
  readonly count: number
  /** The `_id` of the document of a number. */
  id(index: number): string
  /** The document of a number, as JSON without a newline. */
  source(index: number): string
  /** It is needed no more, nor is any document of it. */
  release(): void
}

/** A body that documents are added to. */
export interface GrowingBody extends Body {
  /** Whether it stays within its size with one more document. */
  hasRoomFor(source: string): boolean
  add(id: string, source: string): void
  /** Where whoever writes documents with their actions may do so, with room for so many bytes at least. */
  sheet(bytes: number): Sheet
  /** One document was written there, up to this place; false where it is larger now than it should be. */
  wrote(to: number): boolean
  /** Moves what was written last to the beginning of another. */
  moveLast(to: GrowingBody): void
  /** Nothing more is added to it. */
  seal(): void
}

/** A buffer that is written from a place on. */
export type Sheet = Pick<Buffer, 'length'> & Pick<Body, 'bytes'>

/** Items that go to one index in one request, and every byte they and what was passed over between them came from. */
export interface Batch {
  readonly index: string
  readonly items: readonly Item[]
  /** The documents of the items, in their order, where they were written as they came. */
  readonly body?: Body
  /** Covers all items and all that was dropped or skipped between them; shares count the items as acked beforehand. */
  readonly runs: readonly Settled[]
  /** What it takes from the byte budget: its spans and its sources. */
  readonly costBytes: number
}

/** A document that Elasticsearch refused, with all that is needed to replay it. */
export interface DeadLetter {
  readonly item: Item
  readonly index: string
  /** HTTP status of the item. */
  readonly status: number
  /** Elasticsearch's error type, such as `document_parsing_exception`. */
  readonly type: string
  readonly reason: string
  /** Whether Elasticsearch has another document of its span. */
  readonly isSpanAcked?: boolean
}

/** What became of a batch: every byte of its runs, and the documents that were refused. */
export interface Receipt {
  readonly settled: readonly Settled[]
  readonly deadLetters: readonly DeadLetter[]
}
