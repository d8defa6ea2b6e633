// The nouns that pass between the rooms. Every one of them carries byte offsets, because a checkpoint, a document's id
// and the ledger are all made of them. This file imports nothing.

declare const brand: unique symbol
/** A position in the bytes of one generation, counted from its first byte (of decompressed bytes where it is compressed). */
export type Offset = number & { readonly [brand]: 'Offset' }
/** Names one life of one file, from its creation to its replacement or truncation; random, 16 characters of [a-z2-7]. */
export type GenerationId = string & { readonly [brand]: 'GenerationId' }

/** Marks a number as an offset, at the few places where offsets are born. */
export const offset = (value: number): Offset => value as Offset

/**
 * One life of one source of bytes. What its documents say of it is fixed when it begins, so that a rename in the middle
 * does not tear its documents apart.
 */
export interface Generation {
  readonly id: GenerationId
  /** Where it was first seen. */
  readonly path: string
  readonly inode: string
  readonly deviceId: string
  /** Hash of its head when it was first seen; `headBytes` says of how many bytes. */
  readonly fingerprint: string
}

/** A contiguous run of bytes read from one generation. `bytes` is only valid until the next read. */
export interface Chunk {
  readonly generation: Generation
  readonly start: Offset
  readonly bytes: Buffer
}

/** Bytes `start` to `end` (exclusive) of a generation. */
export interface Span {
  readonly start: Offset
  readonly end: Offset
}

/**
 * One line or one group of joined lines, decoded. Its span covers everything it was made of, the newline included.
 */
export interface Line extends Span {
  readonly text: string
  /** Set where `text` holds only the beginning: the rest, up to `end` of the skipped span that follows, was cut. */
  readonly isCut?: true
}

/** Why bytes were passed over without becoming a record. */
export type SkipReason = 'blank' | 'bom' | 'nul' | 'header' | 'cut'

/** Bytes that framing passed over. */
export interface Skip extends Span {
  readonly reason: SkipReason
}

/** What framing made of one chunk: the lines and the bytes between them, each in ascending order. */
export interface Framed {
  readonly lines: readonly Line[]
  readonly skips: readonly Skip[]
}

/** A value that can stand in a document. */
export type Value = string | number | boolean | null | readonly Value[] | Fields
/** Fields by name, nested as in `ctx` of an ingest pipeline. */
export interface Fields {
  [name: string]: Value | undefined
}

/**
 * A line after parsing: the document as it stands. Stages change `fields` in place; the event owns them alone.
 * The event's time is `fields['@timestamp']`, as ISO 8601 in UTC.
 */
export interface Event extends Span {
  /** The line as it was read, kept for a dead letter and its replay. */
  readonly raw: string
  readonly fields: Fields
}

/** One document on its way: the NDJSON of its action and source, and the span that it settles. */
export interface Item extends Span {
  readonly generation: GenerationId
  /** Which of the documents of its span it is, from 0. */
  readonly ordinal: number
  readonly raw: string
  /** The document as JSON, without a newline. */
  readonly source: string
}

/** Items that go to one index in one request. */
export interface Batch {
  readonly index: string
  readonly items: readonly Item[]
  /** Sum of the bytes of their bodies. */
  readonly bytes: number
}

/** What became of bytes. Of several documents from one span the worst counts: dead-lettered, then acked, then dropped. */
export type Fate = 'acked' | 'deadLettered' | 'dropped' | 'skipped' | 'lost'

/** A run of bytes of one generation that met one fate, with the documents delivered from them. */
export interface Settled extends Span {
  readonly generation: GenerationId
  readonly fate: Fate
  /** Documents in Elasticsearch (acked) or kept as dead letters (deadLettered). */
  readonly documents: number
  /** Why, for what was dropped, skipped or lost. */
  readonly reason?: string
}

/** A document that Elasticsearch refused or a stage failed on, with all that is needed to replay it. */
export interface DeadLetter extends Span {
  readonly generation: GenerationId
  readonly ordinal: number
  readonly pipeline: string
  readonly index: string
  readonly raw: string
  readonly source: string
  /** The step that refused it, such as `bulk`. */
  readonly step: string
  readonly status: number
  /** Elasticsearch's error type, such as `document_parsing_exception`. */
  readonly type: string
  readonly reason: string
}

/** What became of a batch, in full: every item of it is in `settled` or in `deadLetters` (and then in both). */
export interface Receipt {
  readonly settled: readonly Settled[]
  readonly deadLetters: readonly DeadLetter[]
}
