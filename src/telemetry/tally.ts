// Counts what one pipeline tells as it happens. It is told of chunks, batches and receipts, never of single lines, and
// what it keeps is bounded.

import { addShare, type DeadLetter, type Share } from '#record'

/** Unreadable paths that are remembered; the one that failed longest ago goes first. */
const MAX_UNREADABLE = 1_000
/** A path that has not failed for so long is taken to be readable or gone: sweeps try what fails again and again. */
export const UNREADABLE_MS = 300_000

/** A spool that had room for less than this between two times without is short of it all along. */
export const ROOMY_MS = 10_000

/** So long after the last of them, documents that were not delivered plainly ask for a look. */
export const MARKED_MS = 3_600_000

/** What one pipeline tells. */
export interface Tally {
  /** All its files are taken up. */
  started(): void
  /** Its destination on the way to being there, before any batch; `done` when the cluster has answered. */
  readonly preparing: Delivery
  /** So many bytes were read. */
  read(bytes: number): void
  /** What became of bytes, as the ledger has it. */
  settled(shares: readonly Share[]): void
  /** Dead letters were stored. */
  deadLettered(letters: readonly DeadLetter[]): void
  /** A path could not be read; an empty one where the file system could not be watched. */
  unreadable(path: string, error: unknown): void
  /** A listener did not take something as it was sent. */
  refused(refusal: string, times: number): void
  /** The spool has no room: it is full or, with an error, its disk takes no writes. */
  spoolShort(error: unknown): void
  /** The spool has room again. */
  spoolRoomy(): void
  /** A batch of so many documents sets out. */
  deliver(documents: number): Delivery
}

/** What is told of one batch on its way, from the first request to the receipt. */
export interface Delivery {
  /** One bulk request ended: with the HTTP status of its answer, or 0 where there was none. */
  answered(what: { readonly status: number; readonly durationMs: number }): void
  /** Documents wait and are sent again: it may work by itself. */
  retrying(what: { readonly documents: number; readonly reason: string }): void
  /** Documents wait until a person has mended something; `status` is Elasticsearch's. */
  holding(what: { readonly documents: number; readonly status: number; readonly reason: string }): void
  /** Documents that were refused wait because the store of dead letters is full. */
  storeFull(what: { readonly documents: number; readonly reason: string }): void
  /** So many ids were taken by documents never sent. */
  conflicting(documents: number): void
  /** Its receipt is stored. */
  done(): void
}

/** Where observations go that a sum cannot keep. */
export interface Distributions {
  request(status: number, durationMs: number): void
  batch(documents: number): void
}

/** A batch that is being sent, or the destination that is being prepared for it. */
export interface InFlight {
  readonly sinceMs: number
  /** Documents that wait, or all of them where nothing is known yet; 0 of a destination. */
  documents: number
  /** Why it was not taken yet, in the words of Elasticsearch; empty where nothing was heard. */
  reason: string
  /** Set while a person must mend something. */
  hold: { readonly sinceMs: number; readonly status: number } | undefined
  /** Since when it waits for room among the dead letters. */
  fullSinceMs: number | undefined
}

/** Documents that were acked with one reason. */
export interface Marked {
  readonly sinceMs: number
  readonly lastMs: number
}

/** A time without room in the spool. */
export interface Shortage {
  readonly sinceMs: number
  /** When there was room again; undefined until then. */
  readonly endedMs: number | undefined
  /** What the disk says; empty where the spool is full. */
  readonly reason: string
}

export interface Unreadable {
  readonly sinceMs: number
  readonly lastMs: number
  /** The system's code, such as `EACCES`; empty where there is none. */
  readonly code: string
  readonly message: string
}

/** What was counted since the start of the process. */
export interface Counts {
  isStarted: boolean
  /** Set until the destination is prepared. */
  preparing: InFlight | undefined
  readBytes: number
  readonly shares: Share[]
  lostSinceMs: number | undefined
  /** Dead letters by Elasticsearch's error type. */
  readonly deadLetters: Map<string, number>
  /** Bulk requests that ended, and the time they took together. */
  requests: number
  requestsMs: number
  retried: number
  /** Requests whose documents were then held, by status. */
  readonly held: Map<number, number>
  conflicting: number
  /** What listeners did not take as it was sent, by why. */
  readonly refused: Map<string, number>
  /** The last time that the spool had no room. */
  shortage: Shortage | undefined
  /** When documents were last acked with a reason of their own, by that reason. */
  readonly marked: Map<string, Marked>
  readonly inFlight: Set<InFlight>
  readonly unreadable: Map<string, Unreadable>
}

/** A tally and what it has counted so far. */
export interface Counted {
  readonly tally: Tally
  readonly counts: Counts
}

/** Returns what gives each pipeline its tally: the same one for the same name. */
export function createTallies(
  now: () => number,
  distributionsOf: (pipeline: string) => Distributions | undefined
): (pipeline: string) => Counted {
  const all = new Map<string, Counted>()
  return pipeline => {
    const counted = all.get(pipeline) ?? createTally(now, distributionsOf(pipeline))
    all.set(pipeline, counted)
    return counted
  }
}

function createTally(now: () => number, distributions: Distributions | undefined): Counted {
  const preparing = setOut(0, now())
  const counts = nothing(preparing)
  const tally: Tally = {
    preparing: createDelivery(counts, preparing, now, distributions, () => {
      counts.preparing = undefined
    }),
    started() {
      counts.isStarted = true
    },
    read(bytes) {
      counts.readBytes += bytes
    },
    settled(shares) {
      for (const share of shares) {
        addShare(counts.shares, share)
        const { fate, reason } = share
        if (fate === 'lost') counts.lostSinceMs ??= now()
        if (fate === 'acked' && reason !== '') noteMarked(counts.marked, reason, now())
      }
    },
    deadLettered(letters) {
      for (const { type } of letters) add(counts.deadLetters, type)
    },
    unreadable(path, error) {
      noteUnreadable(counts.unreadable, path, error, now())
    },
    refused(refusal, times) {
      add(counts.refused, refusal, times)
    },
    spoolShort(error) {
      const { shortage } = counts
      const isOver = shortage?.endedMs !== undefined && now() - shortage.endedMs >= ROOMY_MS
      const sinceMs = shortage === undefined || isOver ? now() : shortage.sinceMs
      counts.shortage = { sinceMs, endedMs: undefined, reason: error === undefined ? '' : wordsOf(error) }
    },
    spoolRoomy() {
      if (counts.shortage !== undefined) counts.shortage = { ...counts.shortage, endedMs: now() }
    },
    deliver(documents) {
      const batch = setOut(documents, now())
      counts.inFlight.add(batch)
      distributions?.batch(documents)
      return createDelivery(counts, batch, now, distributions, () => counts.inFlight.delete(batch))
    }
  }
  return { tally, counts }
}

function nothing(preparing: InFlight): Counts {
  return {
    isStarted: false,
    preparing,
    readBytes: 0,
    shares: [],
    lostSinceMs: undefined,
    deadLetters: new Map(),
    requests: 0,
    requestsMs: 0,
    retried: 0,
    held: new Map(),
    conflicting: 0,
    refused: new Map(),
    shortage: undefined,
    marked: new Map(),
    inFlight: new Set(),
    unreadable: new Map()
  }
}

function noteMarked(marked: Map<string, Marked>, reason: string, nowMs: number): void {
  const known = marked.get(reason)
  const isNew = known === undefined || nowMs - known.lastMs >= MARKED_MS
  marked.set(reason, { sinceMs: isNew ? nowMs : known.sinceMs, lastMs: nowMs })
}

function setOut(documents: number, sinceMs: number): InFlight {
  return { sinceMs, documents, reason: '', hold: undefined, fullSinceMs: undefined }
}

function createDelivery(
  counts: Counts,
  inFlight: InFlight,
  now: () => number,
  distributions: Distributions | undefined,
  done: () => void
): Delivery {
  return {
    answered({ status, durationMs }) {
      counts.requests += 1
      counts.requestsMs += durationMs
      distributions?.request(status, durationMs)
    },
    retrying(what) {
      counts.retried += 1
      inFlight.documents = what.documents
      inFlight.reason = what.reason
      inFlight.hold = undefined
    },
    holding({ documents: waiting, status, reason }) {
      add(counts.held, status)
      inFlight.documents = waiting
      inFlight.reason = reason
      inFlight.hold = { sinceMs: inFlight.hold?.sinceMs ?? now(), status }
    },
    storeFull({ documents: waiting, reason }) {
      inFlight.documents = waiting
      inFlight.reason = reason
      inFlight.hold = undefined
      inFlight.fullSinceMs ??= now()
    },
    conflicting(taken) {
      counts.conflicting += taken
    },
    done
  }
}

function noteUnreadable(unreadable: Counts['unreadable'], path: string, error: unknown, nowMs: number): void {
  const before = unreadable.get(path)
  const isSame = before !== undefined && nowMs - before.lastMs < UNREADABLE_MS
  const code = (error as { code?: unknown } | undefined)?.code
  // Set anew, so that the order is that of the last failures.
  unreadable.delete(path)
  unreadable.set(path, {
    sinceMs: isSame ? before.sinceMs : nowMs,
    lastMs: nowMs,
    code: typeof code === 'string' ? code : '',
    message: wordsOf(error)
  })
  const [oldest] = unreadable.keys()
  if (unreadable.size > MAX_UNREADABLE && oldest !== undefined) unreadable.delete(oldest)
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function add<Key>(counts: Map<Key, number>, key: Key, times = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + times)
}
