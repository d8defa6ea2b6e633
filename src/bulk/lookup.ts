// Asks which documents a destination has already. A data stream checks ids per backing index only, so what may have been
// taken before is looked for in each that may have it, in real time: a rollover in between doubles nothing.

import type { Client } from '@elastic/elasticsearch'
import { type Backing, UnansweredError } from './backing.ts'
import { call } from './client.ts'
import { elasticsearch } from './elasticsearch.ts'
import { reasonOf } from './reason.ts'

/** Documents that may have been stored, and how far that is settled: a lookup that failed goes on from there. */
export interface Doubts {
  readonly ids: readonly string[]
  /** The newest indices that were known before they were first sent; undefined among them where none was. */
  readonly since: ReadonlySet<string | undefined>
  /** Those that are there, as far as was looked. */
  readonly found: Set<string>
  /** Indices that were looked into for all of them. */
  readonly searched: Set<string>
  /** How often in a row something answered that does not know the question. */
  unanswered: number
}

/**
 * - known: of all of the ids it is found out whether they are there.
 * - untellable: it will not be known, as the privilege `read` is missing, an index is closed, or what answers has no such API.
 * - failed: no answer for now; `status` is that of HTTP, or 0 where there was none.
 */
export type Lookup =
  | { readonly kind: 'known' }
  | { readonly kind: 'untellable'; readonly reason: string }
  | { readonly kind: 'failed'; readonly status: number; readonly reason: string }

/** See Elasticsearch's "Get multiple documents". */
interface Got {
  readonly docs?: readonly ({ readonly found?: boolean; readonly error?: { readonly type: string } } | null)[]
}

/** Most ids in one request. */
const MAX_IDS = 5_000
/** A gateway may be at fault for a while; what answers so often without an answer never has one. */
const MAX_UNANSWERED = 5
const NO_ANSWER = 'no answer'
/** What says something of the request or of the cluster's state, and not that the question is not known. */
const TELLING = new Set([401, 408, 413, 429])

/**
 * Looks ids up by realtime `_mget` in the indices behind a data stream, an alias or an index that may have them, the newest
 * first. Needs the privilege `read` and no refresh. Never rejects.
 */
export async function lookUp(
  client: Client,
  backing: Backing,
  name: string,
  doubts: Doubts,
  signal: AbortSignal
): Promise<Lookup> {
  const { found, searched } = doubts
  try {
    for (const index of candidates(await backing.resolve(name), doubts.since).reverse()) {
      if (searched.has(index)) continue
      const missing = doubts.ids.filter(id => !found.has(id))
      const problem = await lookInto(client, index, missing, found, signal)
      if (problem === undefined) {
        searched.add(index)
        continue
      }
      const reason = `cannot look into ${index}: ${problem}`
      if (problem === 'index_closed_exception') return { kind: 'untellable', reason }
      return failed(doubts, 503, reason, problem === NO_ANSWER)
    }
    return { kind: 'known' }
  } catch (error) {
    const status = statusOf(error)
    const reason = reasonOf(error)
    if (status === 403) return { kind: 'untellable', reason }
    const isUnknown = error instanceof UnansweredError || status === 200 || (status >= 400 && status < 500)
    return failed(doubts, status, reason, isUnknown && !TELLING.has(status))
  }
}

function failed(doubts: Doubts, status: number, reason: string, isUnanswered: boolean): Lookup {
  doubts.unanswered = isUnanswered ? doubts.unanswered + 1 : 0
  return doubts.unanswered < MAX_UNANSWERED ? { kind: 'failed', status, reason } : { kind: 'untellable', reason }
}

/** The oldest of `since` and what was made after it; all where one of these is not known, or gone. */
function candidates(all: readonly string[], since: Doubts['since']): string[] {
  const places = [...since].map(index => (index === undefined ? -1 : all.indexOf(index)))
  return all.slice(Math.max(0, Math.min(...places)))
}

/** Adds what an index has to `found`; returns why it could not be told. */
async function lookInto(
  client: Client,
  index: string,
  ids: readonly string[],
  found: Set<string>,
  signal: AbortSignal
): Promise<string | undefined> {
  let most = MAX_IDS
  for (let from = 0; from < ids.length; ) {
    const some = ids.slice(from, from + most)
    try {
      const problem = await lookUpSome(client, index, some, found, signal)
      if (problem !== undefined) return problem
      from += most
    } catch (error) {
      if (statusOf(error) !== 413 || some.length === 1) throw error
      most = some.length >> 1
    }
  }
  return undefined
}

async function lookUpSome(
  client: Client,
  index: string,
  ids: readonly string[],
  found: Set<string>,
  signal: AbortSignal
): Promise<string | undefined> {
  const query = { _source: 'false', filter_path: 'docs.found,docs.error.type' }
  const path = `/${encodeURIComponent(index)}/_mget`
  const { docs = [] } = await call<Got>(client, 'POST', path, { query, body: { ids }, signal })
  for (const [i, id] of ids.entries()) {
    const doc = docs[i]
    if (doc?.found === true) found.add(id)
    // An index that is gone has nothing.
    else if (doc?.found === undefined && doc?.error?.type !== 'index_not_found_exception') {
      return doc?.error?.type ?? NO_ANSWER
    }
  }
  return undefined
}

function statusOf(error: unknown): number {
  const { ProductNotSupportedError, ResponseError } = elasticsearch().errors
  if (error instanceof ProductNotSupportedError) return 200
  return error instanceof ResponseError ? (error.statusCode ?? 0) : 0
}
