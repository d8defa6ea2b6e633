// What every way of bringing up Elasticsearch gives back and is given. Whoever started a server stops it.

/** How a server was come by, in the order of preference. */
export type Kind = 'configured' | 'compose' | 'local'

/** Credentials, in the shape that the Elasticsearch client takes as `auth`. */
export type Auth = { readonly username: string; readonly password: string } | { readonly apiKey: string }

/** A server that answers and whose shards have recovered. */
export interface Elasticsearch {
  /** Base address without credentials and without a trailing slash, such as `http://127.0.0.1:9200`. */
  readonly url: string
  readonly auth?: Auth
  readonly kind: Kind
  /** As the server itself says, such as `9.4.3`. */
  readonly version: string
  /** Ends what was started here; a server that was running before is left as it was. */
  stop(): Promise<void>
}

/** How far a start has come. `wait` is for another process that downloads; `archive` means all of it, through Maven. */
export type Progress =
  | { readonly phase: 'wait' }
  | { readonly phase: 'download'; readonly bytes: number; readonly totalBytes: number }
  | { readonly phase: 'archive' }
  | { readonly phase: 'start'; readonly kind: Kind }
  | { readonly phase: 'ready'; readonly kind: Kind; readonly url: string }

/** What every way needs. `env` stands for the environment, which this room never reads by itself. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv
  readonly onProgress?: (progress: Progress) => void
  readonly signal?: AbortSignal
}
