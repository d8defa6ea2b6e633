// A real Elasticsearch as the demo's destination: brought up with words and a bar, counted after a refresh, read page by
// page from a point in time, and left as it was found.

import { createClient } from '#bulk'
import { type Elasticsearch, type Kind, type Progress, startElasticsearch } from '#embedded'
import { type Progress as Bar, createProgress } from '../progress.ts'
import type { Narrator } from '../rehearsal/narrator.ts'
import { type Destination, FOUND_FIELDS, type Found, type Streams, streamName } from './destination.ts'

const REQUEST_MS = 30_000
const PAGE = 10_000

const STARTING: Readonly<Record<Kind, string>> = {
  configured: 'asking the Elasticsearch that ELASTICSEARCH_URL names',
  compose: 'starting Elasticsearch by Docker Compose',
  local: 'starting Elasticsearch on this machine (half a minute)'
}

/** Brings one up and tells how it goes. Throws the errors of `startElasticsearch`. */
export async function bringUp(narrator: Narrator, signal: AbortSignal): Promise<Elasticsearch> {
  let bar: Bar | undefined
  let told = ''
  let downloaded = { done: 0, total: 0 }
  const endBar = () => {
    bar?.end(downloaded)
    bar = undefined
  }
  const tellOnce = (event: string) => {
    if (event === told) return
    endBar()
    narrator.tell(event)
    told = event
  }
  const onProgress = (progress: Progress) => {
    if (progress.phase === 'download') {
      tellOnce('downloading Elasticsearch, this once')
      downloaded = { done: progress.bytes, total: progress.totalBytes }
      bar ??= createProgress(process.stderr)
      bar.update(downloaded)
    } else if (progress.phase === 'wait') tellOnce('waiting for another process that downloads Elasticsearch')
    else if (progress.phase === 'archive') tellOnce('downloading Elasticsearch through Maven, this once (900 MB)')
    else if (progress.phase === 'start') tellOnce(STARTING[progress.kind])
  }
  try {
    return await startElasticsearch({ env: process.env, onProgress, signal })
  } finally {
    endBar()
  }
}

interface Page {
  readonly pit_id: string
  readonly hits: { readonly hits: readonly { readonly sort: readonly unknown[]; readonly _source: Found }[] }
}

/** Data streams of a server as destination. */
export function toDestination(server: Elasticsearch, { datasets, namespace }: Streams): Destination {
  const { url, auth, kind, version } = server
  const indices = datasets.map(dataset => streamName(dataset, namespace)).join(',')
  const connection = { nodes: [url], ...auth }
  const client = createClient(connection, REQUEST_MS)

  /** With plain media types, which 8.x and 9.x both understand. */
  async function ask<Answer>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer> {
    const headers = { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) }
    return (await client.transport.request({ method, path, ...(body && { body }) }, { headers })) as Answer
  }

  async function* documents(dataset: string): AsyncGenerator<readonly Found[]> {
    const index = streamName(dataset, namespace)
    let { id } = await ask<{ id: string }>('POST', `/${index}/_pit?keep_alive=1m`)
    let after: readonly unknown[] | undefined
    try {
      for (;;) {
        const { pit_id, hits } = await ask<Page>('POST', '/_search', {
          pit: { id, keep_alive: '1m' },
          size: PAGE,
          sort: ['_shard_doc'],
          track_total_hits: false,
          _source: FOUND_FIELDS,
          ...(after && { search_after: after })
        })
        id = pit_id
        if (hits.hits.length === 0) return
        yield hits.hits.map(hit => hit._source)
        after = hits.hits.at(-1)?.sort
      }
    } finally {
      await ask('DELETE', '/_pit', { id })
    }
  }

  return {
    name: `Elasticsearch ${version} at ${url}`,
    connection,
    async count() {
      await ask('POST', `/${indices}/_refresh?ignore_unavailable=true`)
      return (await ask<{ count: number }>('GET', `/${indices}/_count?ignore_unavailable=true`)).count
    },
    documents,
    search: `curl ${credentials(auth)}'${url}/${streamName('*', namespace)}/_search?q=log.level:error&size=1&pretty'`,
    async remove() {
      const isRemoved = kind === 'local' || (await removeStreams())
      await client.close()
      await server.stop()
      return isRemoved ? undefined : `the data streams ${streamName('*', namespace)} could not be removed from ${url}`
    }
  }

  /** Removes data streams and their templates; false where some stayed. */
  async function removeStreams(): Promise<boolean> {
    const remove = (path: string) =>
      ask('DELETE', path).then(
        () => true,
        () => false
      )
    const removed = await Promise.all(
      datasets.map(async dataset => {
        const isRemoved = await remove(`/_data_stream/${streamName(dataset, namespace)}`)
        // It may not be there: where the cluster has a template of its own, none is put.
        if (isRemoved) await remove(`/_index_template/sluice-logs-${dataset}`)
        return isRemoved
      })
    )
    return removed.every(Boolean)
  }
}

/** What makes curl ask for or take the credentials, without showing them. */
function credentials(auth: Elasticsearch['auth']): string {
  if (auth === undefined) return ''
  return 'apiKey' in auth ? '-H "Authorization: ApiKey $ELASTICSEARCH_API_KEY" ' : `-u '${auth.username}' `
}
