// The connection to Elasticsearch. Plain media types are sent, which every version from 8 on understands, and nothing is
// retried in here: what is sent again, and when, is for `send.ts` alone to know. Every answer is whole in time, or none.

import { readFileSync } from 'node:fs'
import type {
  Client,
  ClientOptions,
  ClusterConnectionPool,
  ConnectionRequestOptions,
  ConnectionRequestOptionsAsStream,
  ConnectionRequestParams,
  ConnectionRequestResponse,
  ConnectionRequestResponseAsStream,
  TransportRequestOptions,
  TransportRequestParams,
  UndiciConnection
} from '@elastic/elasticsearch'
import { answers } from './answer.ts'
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

/**
 * By default an error gets a copy of all that was asked, made byte by byte: hundreds of megabytes for a body of four. Nobody
 * reads that, and nothing writes more of an error than its message.
 */
const UNCOPIED = { type: 'off' } as const

type Options = ConnectionRequestOptions
type StreamOptions = ConnectionRequestOptionsAsStream

/** The limit of the library begins anew with each byte of an answer, and one that drips has no end. */
function promptConnection(Connection: typeof UndiciConnection): typeof UndiciConnection {
  return class extends Connection {
    override request(params: ConnectionRequestParams, options: Options): Promise<ConnectionRequestResponse>
    override request(
      params: ConnectionRequestParams,
      options: StreamOptions
    ): Promise<ConnectionRequestResponseAsStream>
    override async request(params: ConnectionRequestParams, options: Options): Promise<unknown> {
      const ending = new AbortController()
      const limitMs = options.timeout ?? this.timeout
      const timer = limitMs === null ? undefined : setTimeout(() => ending.abort(), limitMs)
      const signal = options.signal === undefined ? ending.signal : AbortSignal.any([options.signal, ending.signal])
      try {
        return await super.request(params, { ...options, signal })
      } catch (error) {
        if (!ending.signal.aborted) throw error
        // As such, and not as one that somebody gave up, it counts against its node.
        throw new (elasticsearch().errors.TimeoutError)('timed out before all of the answer was there')
      } finally {
        clearTimeout(timer)
      }
    }
  }
}

/** A client of `@elastic/elasticsearch` that never retries by itself, and has each answer whole within `timeoutMs`. */
export function createClient(connection: Connection, timeoutMs: number): Client {
  const { Client, ClusterConnectionPool, Serializer, UndiciConnection } = elasticsearch()
  const options: ClientOptions = {
    nodes: [...connection.nodes],
    maxRetries: 0,
    requestTimeout: timeoutMs,
    name: 'sluice',
    Connection: promptConnection(UndiciConnection),
    ConnectionPool: nodePool(ClusterConnectionPool),
    Serializer: answers(Serializer),
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

/** One request and the body of its answer. Whatever is no success rejects, a redirect too: nothing is sent elsewhere. */
export async function exchange(
  client: Client,
  params: TransportRequestParams,
  options: Pick<TransportRequestOptions, 'headers' | 'signal'>
): Promise<unknown> {
  const result = await client.transport.request(params, { ...options, maxRetries: 0, meta: true, redaction: UNCOPIED })
  if ((result.statusCode ?? 0) < 300) return result.body
  throw new (elasticsearch().errors.ResponseError)(result, { redaction: UNCOPIED })
}

/** One request with a JSON body and a JSON object as its answer; rejects with the errors of `@elastic/transport`. */
export async function call<Answer>(
  client: Client,
  method: 'GET' | 'PUT' | 'POST',
  path: string,
  { query = {}, body, signal }: { query?: Record<string, string>; body?: object; signal?: AbortSignal } = {}
): Promise<Answer> {
  const answer = await exchange(
    client,
    { method, path, querystring: query, ...(body === undefined ? {} : { body }) },
    {
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(signal === undefined ? {} : { signal })
    }
  )
  // A page, or nothing at all, may come with a good status.
  if (typeof answer === 'object' && answer !== null) return answer as Answer
  throw new (elasticsearch().errors.ProductNotSupportedError)('Elasticsearch')
}
