// The face of Elasticsearch, for an endpoint that stands in for it: HTTP on a free port of this machine, with bulk requests
// taken apart and answered in Elasticsearch's words. What is behind it decides what becomes of documents.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Asked {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly body: string
}

/** What is answered; or the connection is cut, or nothing ever comes. */
export type Answer = { readonly status: number; readonly body: object } | 'cut' | 'silence'

export interface Endpoint {
  readonly url: string
  close(): Promise<void>
}

/** A document of a bulk request, as JSON. */
export interface Sent {
  readonly id: string
  readonly source: string
}

/** The stream that a bulk request is for; undefined where the path is of another request. */
export const bulkStream = (path: string): string | undefined => /^\/([\w.-]+)\/_bulk/.exec(path)?.[1]

/** Takes `{"create":{"_id":…}}` and a document, line by line; see Elasticsearch's "Bulk index or delete documents". */
export function readBulk(body: string): Sent[] {
  const lines = body.trimEnd().split('\n')
  const sent: Sent[] = []
  for (let i = 0; i + 1 < lines.length; i += 2) {
    const { create } = JSON.parse(lines[i] ?? '') as { create: { _id: string } }
    sent.push({ id: create._id, source: lines[i + 1] ?? '' })
  }
  return sent
}

/** The answer to a bulk request whose items met these HTTP statuses. */
export function bulkAnswer(statuses: readonly number[]): Answer {
  const items = statuses.map(status => ({ create: { status } }))
  return { status: 200, body: { errors: statuses.some(status => status !== 201), items } }
}

/**
 * The answer to a question for what is there, where it is one; `behind` names the indices behind a stream. See
 * Elasticsearch's "Resolve indices" and "Get multiple documents".
 */
export function lookUpAnswer(
  { path, body }: Asked,
  behind: (stream: string) => readonly string[],
  has: (index: string, id: string) => boolean
): Answer | undefined {
  const [, stream] = /^\/_resolve\/index\/([\w.-]+)/.exec(path) ?? []
  if (stream !== undefined) {
    return { status: 200, body: { data_streams: [{ name: stream, backing_indices: behind(stream) }] } }
  }
  const [, index] = /^\/([\w.-]+)\/_mget/.exec(path) ?? []
  if (index === undefined) return undefined
  const { ids } = JSON.parse(body) as { ids: string[] }
  return { status: 200, body: { docs: ids.map(id => ({ found: has(index, id) })) } }
}

/** The answer to what is neither bulk nor known: the shipper looks for index templates and puts one. */
export function otherAnswer({ method }: Asked): Answer {
  return { status: 200, body: method === 'GET' ? { index_templates: [] } : { acknowledged: true } }
}

/** Listens, and answers as `answer` says; where that rejects the connection is cut. */
export async function startEndpoint(answer: (asked: Asked) => Answer | Promise<Answer>): Promise<Endpoint> {
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '' } = request
    const given = await answer({ method, path, body: await text(request) })
    if (given === 'cut') request.socket.destroy()
    if (typeof given === 'string') return
    const headers = { 'x-elastic-product': 'Elasticsearch', 'content-type': 'application/json' }
    response.writeHead(given.status, headers).end(JSON.stringify(given.body))
  }

  const server = createServer((request, response) => {
    // The shipper may be killed while it is sending.
    serve(request, response).catch(() => response.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}
