// Where the demo ships to and looks afterwards: a real Elasticsearch, or where there is none, a file per data stream.

import type { Connection } from '#bulk'

/** What is looked at of one document, as it was shipped. */
export interface Found {
  readonly message?: string
  readonly url?: { readonly query?: string }
  readonly log?: { readonly level?: string }
  readonly http?: { readonly response?: { readonly status_code?: number; readonly body?: { readonly bytes?: number } } }
  readonly error?: { readonly type?: string; readonly stack_trace?: string }
}

/** The fields of `Found`. */
export const FOUND_FIELDS = [
  'message',
  'url.query',
  'log.level',
  'http.response.status_code',
  'http.response.body.bytes',
  'error.type',
  'error.stack_trace'
]

/** Data streams `logs-<dataset>-<namespace>`. */
export interface Streams {
  readonly datasets: readonly string[]
  readonly namespace: string
}

/** The name of one of them. */
export const streamName = (dataset: string, namespace: string): string => `logs-${dataset}-${namespace}`

export interface Destination {
  /** What a person may call it, with its address. */
  readonly name: string
  readonly connection: Connection
  /** How many documents there are now, over all data streams. */
  count(): Promise<number>
  /** Every document of one dataset, as many at a time as are handy. */
  documents(dataset: string): AsyncIterable<readonly Found[]>
  /** What to type to look at the documents, as long as it runs. */
  readonly search: string
  /** Removes what the demo has put there and ends what was started for it; returns what had to stay, for a person. */
  remove(): Promise<string | undefined>
}
