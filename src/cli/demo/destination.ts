// Where the demo ships to and looks afterwards: a real Elasticsearch, or where there is none, a file.

import type { Connection } from '#bulk'

/** What is looked at of one document. */
export interface Found {
  readonly query: string
  readonly path: string
  readonly status: number
  readonly bytes: number
}

export interface Destination {
  /** What a person may call it, with its address. */
  readonly name: string
  readonly connection: Connection
  /** How many documents there are now. */
  count(): Promise<number>
  /** Every document, as many at a time as are handy. */
  documents(): AsyncIterable<readonly Found[]>
  /** What to type to look at the documents, as long as it runs. */
  readonly search: string
  /** Removes what the demo has put there and ends what was started for it; returns what had to stay, for a person. */
  remove(): Promise<string | undefined>
}

/** Part of a document, as it was shipped. */
export interface Source {
  readonly url?: { readonly query?: string; readonly path?: string }
  readonly http?: { readonly response?: { readonly status_code?: number; readonly body?: { readonly bytes?: number } } }
}

/** The fields that `toFound` wants. */
export const FOUND_FIELDS = ['url.query', 'url.path', 'http.response.status_code', 'http.response.body.bytes']

export function toFound({ url, http }: Source): Found {
  return {
    query: url?.query ?? '',
    path: url?.path ?? '',
    status: http?.response?.status_code ?? 0,
    bytes: http?.response?.body?.bytes ?? 0
  }
}
