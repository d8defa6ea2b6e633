// What a listener gives and takes: it turns what is sent to it into records and puts them where they are kept. Whether and
// when a sender hears of that is the listener's own; docs/listeners.md says it for each.

import type { SpoolRecord } from '../spool/record.ts'

/** Why something that was sent did not become a record as it was. */
export type Refusal =
  | 'bad frame'
  | 'half frame'
  | 'too long'
  | 'not allowed'
  | 'no token'
  | 'wrong key'
  | 'too many connections'
  | 'too much held'
  | 'spool full'
  | 'dropped by the system'

/** Where a listener puts its records. */
export interface RecordSink {
  /** Takes all of these records or, where there is no room for them, none. */
  put(records: readonly SpoolRecord[], address: string): boolean
  /** Resolves when all that was put before is on the disk. */
  stored(): Promise<void>
  /** Resolves when there may be room again. */
  room(): Promise<void>
  /** Counts what was refused, and logs it, though seldom. */
  refused(refusal: Refusal, address: string, details?: Readonly<Record<string, unknown>>, times?: number): void
  warn(details: Readonly<Record<string, unknown>>, message: string): void
}

export interface Listener {
  /** Where it listens, for people. */
  readonly address: string
  /** Takes nothing more; resolves when what was taken is with the sink, as far as there is room. */
  close(): Promise<void>
  /** Resolves when nothing more can come; of sockets it never does. */
  readonly ended: Promise<void>
}

/** What was made of bytes of a connection. */
export interface Taken {
  readonly records: readonly SpoolRecord[]
  /** Set where nothing that follows can be understood: the connection is closed. */
  readonly broken?: { readonly reason: string; readonly bytes: Uint8Array } | undefined
  /** Set where the sender may not send, and is told so; the connection is closed. */
  readonly denied?: { readonly refusal: Refusal; readonly reason: string; readonly reply: Uint8Array } | undefined
  /** What the sender is told when the records are on the disk. */
  readonly reply?: Uint8Array | undefined
}

/** Cuts one connection's bytes into records; what it holds back is bounded by its longest frame. */
export interface Intake {
  /** What the sender is told before it says anything. */
  readonly greeting?: Uint8Array | undefined
  push(bytes: Buffer): Taken
  /** The connection ended: what is held back as it stands, or nothing where half of it is nothing. */
  end(): Taken
  readonly heldBytes: number
}

/** For sources that never end by themselves. */
export const NEVER: Promise<void> = new Promise(() => {})
