// What is known of the indices behind destinations. Only the newest one behind a data stream takes documents: what was first
// sent when one was known to be the newest is in that one or in one made later.

import type { Client } from '@elastic/elasticsearch'
import { call } from './client.ts'
import { elasticsearch } from './elasticsearch.ts'
import { errorIn } from './reason.ts'

/** One per process, shared by all that send. */
export interface Backing {
  /** The newest index that was seen behind a data stream; undefined where none was, or it is something else. */
  newest(name: string): string | undefined
  /** All indices behind a name, those of a data stream in the order of their making; none where there is nothing yet. Rejects as the client does. */
  resolve(name: string): Promise<readonly string[]>
  /** Asks for the newest; where there is no answer, what was known before stands. */
  refresh(name: string): Promise<void>
}

/** See Elasticsearch's "Resolve indices". */
interface Resolved {
  readonly indices?: readonly { readonly name: string }[]
  readonly aliases?: readonly { readonly indices: readonly string[] }[]
  readonly data_streams?: readonly { readonly name: string; readonly backing_indices: readonly string[] }[]
}

/** What answers is not what was asked for. */
export class UnansweredError extends Error {}

/** Nothing is known at first. Needs the privilege `read`. */
export function createBacking(client: Client, signal: AbortSignal): Backing {
  const newest = new Map<string, string>()

  async function resolve(name: string): Promise<readonly string[]> {
    const answer = await ask(name)
    const { indices = [], aliases = [], data_streams: streams } = answer
    if (streams === undefined)
      throw new UnansweredError(`it is not said what is behind ${name}: ${JSON.stringify(answer)}`)
    const behind = streams.flatMap(stream => stream.backing_indices)
    const last = behind.at(-1)
    if (streams.length === 1 && aliases.length === 0 && last !== undefined) newest.set(name, last)
    else newest.delete(name)
    const all = [...behind, ...aliases.flatMap(alias => alias.indices)]
    return all.length > 0 ? all : indices.map(index => index.name)
  }

  async function ask(name: string): Promise<Resolved> {
    try {
      // Hidden ones too: those behind a data stream are, and so may be the data stream.
      const query = { expand_wildcards: 'all' }
      return await call<Resolved>(client, 'GET', `/_resolve/index/${encodeURIComponent(name)}`, { query, signal })
    } catch (error) {
      // A gateway may have a 404 of its own, which says nothing of what is there.
      const isAnswer = error instanceof elasticsearch().errors.ResponseError
      const isMissing = isAnswer && errorIn(error.body).type === 'index_not_found_exception'
      if (isMissing) return { data_streams: [] }
      throw error
    }
  }

  return {
    newest: name => newest.get(name),
    resolve,
    async refresh(name) {
      await resolve(name).catch(() => {})
    }
  }
}
