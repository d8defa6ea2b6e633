// The connection to Elasticsearch. Plain media types are sent, which every version from 8 on understands, and nothing is
// retried in here: what is sent again, and when, is for `send.ts` alone to know.

import { readFileSync } from 'node:fs'
import type { Client, ClientOptions, ClusterConnectionPool } from '@elastic/elasticsearch'
import { elasticsearch } from './elasticsearch.ts'

/** How to reach a cluster. */
export interface Connection {
  readonly nodes: readonly string[]
  readonly username?: string
  readonly password?: string
  readonly apiKey?: string
  /** File with the certificates of the authorities to trust, in PEM. */
  readonly caFile?: string
  readonly verifyCertificates?: boolean
}

type Pool = typeof ClusterConnectionPool

/** Of several nodes those that work take turns; one that failed is asked how it is after 1 s, then at doubling intervals up to 16 s. */
function nodePool(Pool: Pool): Pool {
  return class extends Pool {
    constructor(options: ConstructorParameters<Pool>[0]) {
      super(options)
      this.resurrectTimeout = 1_000
      this.resurrectTimeoutCutoff = 4
    }
  }
}

/** A client of `@elastic/elasticsearch` that never retries by itself. */
export function createClient(connection: Connection, timeoutMs: number): Client {
  const { Client, ClusterConnectionPool } = elasticsearch()
  const options: ClientOptions = {
    nodes: [...connection.nodes],
    maxRetries: 0,
    requestTimeout: timeoutMs,
    name: 'sluice',
    ConnectionPool: nodePool(ClusterConnectionPool),
    tls: {
      rejectUnauthorized: connection.verifyCertificates ?? true,
      ...(connection.caFile === undefined ? {} : { ca: readFileSync(connection.caFile) })
    }
  }
  if (connection.apiKey !== undefined) options.auth = { apiKey: connection.apiKey }
  else if (connection.username !== undefined) {
    options.auth = { username: connection.username, password: connection.password ?? '' }
  }
  return new Client(options)
}

/** One request with a JSON body and a JSON answer; rejects with the errors of `@elastic/transport`. */
export async function call<Answer>(
  client: Client,
  method: 'GET' | 'PUT' | 'POST' | 'HEAD',
  path: string,
  { query = {}, body, signal }: { query?: Record<string, string>; body?: object; signal?: AbortSignal } = {}
): Promise<Answer> {
  return (await client.transport.request(
    { method, path, querystring: query, ...(body === undefined ? {} : { body }) },
    {
      maxRetries: 0,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(signal === undefined ? {} : { signal })
    }
  )) as Answer
}
