// Asks a server who it is and waits until its shards have recovered: after a restart it answers with 200 before that.
import { Client, errors } from '@elastic/elasticsearch'
import type { Auth } from './server.ts'

const REQUEST_MS = 5_000
// Both 8.x and 9.x answer to this; the client's own header names one major version.
const PLAIN = { accept: 'application/json' }

export interface Identity {
  readonly version: string
}

/** Asks once. Rejects with the client's error where nothing answers or what answers is not Elasticsearch. */
export async function identify(url: string, auth: Auth | undefined, signal?: AbortSignal): Promise<Identity> {
  return withClient(url, auth, async client => {
    const info = await client.info({}, { headers: PLAIN, ...(signal && { signal }) })
    return { version: info.version.number }
  })
}

/** Whether every primary shard is there; false also while the server does not answer properly yet. */
export async function hasRecovered(url: string, auth: Auth | undefined, signal?: AbortSignal): Promise<boolean> {
  return withClient(url, auth, async client => {
    try {
      const health = await client.cluster.health(
        { wait_for_status: 'yellow', timeout: '1s' },
        { headers: PLAIN, ...(signal && { signal }) }
      )
      return !health.timed_out
    } catch (error) {
      if (error instanceof errors.ElasticsearchClientError) {
        signal?.throwIfAborted()
        return false
      }
      throw error
    }
  })
}

async function withClient<T>(url: string, auth: Auth | undefined, ask: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ node: url, ...(auth && { auth }), maxRetries: 0, requestTimeout: REQUEST_MS })
  try {
    return await ask(client)
  } finally {
    await client.close()
  }
}
