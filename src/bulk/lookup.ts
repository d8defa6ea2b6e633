// Asks which documents a destination has already. A data stream checks ids per backing index only, so what may have been
// taken before is looked for in each of them, in real time: a rollover in between doubles nothing.

import { type Client, errors } from '@elastic/elasticsearch'
import { call } from './client.ts'

/**
 * - known: `found` are those of the ids that the destination has.
 * - untellable: it will not be known, as the privilege `read` is missing, or an index is closed.
 * - failed: no answer for now; `status` is that of HTTP, or 0 where there was none.
 */
export type Lookup =
  | { readonly kind: 'known'; readonly found: ReadonlySet<string> }
  | { readonly kind: 'untellable'; readonly reason: string }
  | { readonly kind: 'failed'; readonly status: number; readonly reason: string }

/** See Elasticsearch's "Resolve indices". */
interface Resolved {
  readonly indices?: readonly { readonly name: string }[]
  readonly aliases?: readonly { readonly indices: readonly string[] }[]
  readonly data_streams?: readonly { readonly backing_indices: readonly string[] }[]
}

/** See Elasticsearch's "Get multiple documents". */
interface Got {
  readonly docs: readonly { readonly found?: boolean; readonly error?: { readonly type: string } }[]
}

/** Most ids in one request. */
const MAX_IDS = 5_000

/**
 * Looks ids up by realtime `_mget` in every index behind a data stream, an alias or an index, the newest first. Needs the
 * privilege `read` and no refresh. Never rejects.
 */
export async function lookUp(
  client: Client,
  name: string,
  ids: readonly string[],
  signal: AbortSignal
): Promise<Lookup> {
  const found = new Set<string>()
  try {
    for (const index of (await indicesBehind(client, name, signal)).reverse()) {
      const missing = ids.filter(id => !found.has(id))
      for (let from = 0; from < missing.length; from += MAX_IDS) {
        const some = missing.slice(from, from + MAX_IDS)
        const problem = await lookIn(client, index, some, found, signal)
        if (problem === undefined) continue
        const reason = `cannot look into ${index}: ${problem}`
        if (problem === 'index_closed_exception') return { kind: 'untellable', reason }
        return { kind: 'failed', status: 503, reason }
      }
    }
    return { kind: 'known', found }
  } catch (error) {
    const status = error instanceof errors.ResponseError ? (error.statusCode ?? 0) : 0
    const reason = error instanceof Error ? error.message : String(error)
    return status === 403 ? { kind: 'untellable', reason } : { kind: 'failed', status, reason }
  }
}

/** In the order of their making; none where there is nothing of that name yet. */
async function indicesBehind(client: Client, name: string, signal: AbortSignal): Promise<string[]> {
  try {
    // Hidden ones too: those behind a data stream are, and so may be the data stream.
    const query = { expand_wildcards: 'all' }
    const path = `/_resolve/index/${encodeURIComponent(name)}`
    const {
      indices = [],
      aliases = [],
      data_streams = []
    } = await call<Resolved>(client, 'GET', path, { query, signal })
    const behind = [
      ...data_streams.flatMap(({ backing_indices }) => backing_indices),
      ...aliases.flatMap(alias => alias.indices)
    ]
    return behind.length > 0 ? behind : indices.map(index => index.name)
  } catch (error) {
    if (error instanceof errors.ResponseError && error.statusCode === 404) return []
    throw error
  }
}

/** Adds what an index has to `found`; returns why it could not be told. */
async function lookIn(
  client: Client,
  index: string,
  ids: readonly string[],
  found: Set<string>,
  signal: AbortSignal
): Promise<string | undefined> {
  const query = { _source: 'false', filter_path: 'docs.found,docs.error.type' }
  const path = `/${encodeURIComponent(index)}/_mget`
  const { docs } = await call<Got>(client, 'POST', path, { query, body: { ids }, signal })
  for (const [i, id] of ids.entries()) {
    const doc = docs[i]
    if (doc?.found === true) found.add(id)
    // An index that is gone has nothing.
    else if (doc?.found === undefined && doc?.error?.type !== 'index_not_found_exception') {
      return doc?.error?.type ?? 'no answer'
    }
  }
  return undefined
}
