// An HTTP endpoint that answers bulk requests by a script, for what a real Elasticsearch does not do on demand. After the
// last line of its script it takes everything. It is asked in vain what it has, but for what a step has stored; what it is
// asked may be answered by a script of its own.

import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'

/** A bulk request as it came. */
export interface Received {
  readonly path: string
  readonly body: string
  readonly headers: IncomingHttpHeaders
  /** Ids of its documents, in order. */
  readonly ids: readonly string[]
  /** Makes them known to whoever looks them up. */
  readonly store: () => void
}

/** Answers one request. */
export type Step = (response: ServerResponse, request: Received) => void

const HEADERS = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' }

const json = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, HEADERS).end(JSON.stringify(body))

/** What becomes of each item, in order; the last one stands for all that follow. */
export const items =
  (...answers: readonly object[]): Step =>
  (response, { ids }) => {
    const all = ids.map((_, i) => ({ create: answers[i] ?? answers.at(-1) }))
    json(response, 200, { errors: all.some(({ create }) => 'error' in (create ?? {})), items: all })
  }

export const taken = { status: 201 }
export const failing = (status: number, type: string, reason = 'because') => ({ status, error: { type, reason } })
export const refused = failing(400, 'document_parsing_exception', 'failed to parse field [status]')
export const conflict = failing(409, 'version_conflict_engine_exception')
export const busy = failing(429, 'es_rejected_execution_exception')

/** An error for the request as a whole. */
export const whole =
  (status: number, type = 'some_exception', reason = 'because'): Step =>
  response =>
    json(response, status, { error: { type, reason }, status })

/** The same with a header. */
export const wholeWith =
  (status: number, headers: Record<string, string>): Step =>
  response =>
    response.writeHead(status, { ...HEADERS, ...headers }).end('{}')

/** Any JSON at all, with a good status. */
export const saying =
  (body: unknown): Step =>
  response =>
    json(response, 200, body)

export const elsewhere = wholeWith(307, { location: 'https://login.example/' })

/** Stores everything before it does something else. */
export const stored =
  (then: Step): Step =>
  (response, request) => {
    request.store()
    then(response, request)
  }

/** A page that is no answer of Elasticsearch. */
export const page =
  (status: number): Step =>
  response =>
    response.writeHead(status, { 'content-type': 'text/html' }).end(`<html>${'<p>gateway</p>'.repeat(500)}</html>`)

export const reset: Step = response => response.socket?.resetAndDestroy()

/** The beginning of an answer, and then the end of the connection. */
export const half: Step = response => {
  response.writeHead(200, { ...HEADERS, 'content-length': 1_000 }).write('{"errors":false,"items":[{"create"')
  setImmediate(() => response.destroy())
}

export const silence: Step = () => {}

/** An answer that comes byte by byte, for ever. */
export const drip: Step = response => {
  response.writeHead(200, HEADERS)
  const dripping = setInterval(() => response.write(' '), 5)
  response.once('close', () => clearInterval(dripping))
}

export interface Endpoint {
  readonly url: string
  readonly received: Received[]
  /** Ids that were looked up, by request. */
  readonly lookups: string[][]
  /** Goes away, and its connections with it. */
  close(): void
}

/** Starts an endpoint; it ends with the test. */
export async function endpoint(
  script: readonly Step[],
  { mayLook = true, looks = [] as readonly Step[], host = '127.0.0.1', port = 0 } = {}
): Promise<Endpoint> {
  const received: Received[] = []
  const lookups: string[][] = []
  const has = new Set<string>()
  const steps = [...script]
  const lookSteps = [...looks]

  /** Answers what is asked about what is there; returns whether it was that. */
  function look(path: string, body: string, response: ServerResponse): boolean {
    const isResolve = path.startsWith('/_resolve/')
    if (!isResolve && !path.includes('/_mget')) return false
    const step = lookSteps.shift()
    if (step !== undefined) step(response, { path, headers: {}, body, ids: [], store() {} })
    else if (!mayLook) json(response, 403, { error: { type: 'security_exception', reason: 'no right' }, status: 403 })
    else if (isResolve) json(response, 200, { data_streams: [{ backing_indices: ['.ds-only'] }] })
    else {
      const { ids } = JSON.parse(body) as { ids: string[] }
      lookups.push(ids)
      json(response, 200, { docs: ids.map(id => ({ found: has.has(id) })) })
    }
    return true
  }

  const server = createServer(async (incoming, response) => {
    const { url: path = '', headers } = incoming
    const bytes = await buffer(incoming).catch(() => Buffer.alloc(0))
    const body = String(headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes)
    if (look(path, body, response)) return
    const actions = body.split('\n').filter((_, i) => i % 2 === 0)
    const ids = actions.filter(line => line !== '').map(line => JSON.parse(line).create._id)
    const request = { path, headers, body, ids, store: () => ids.forEach(id => void has.add(id)) }
    received.push(request)
    const step = steps.shift() ?? items(taken)
    step(response, request)
  })
  server.listen(port, host)
  await once(server, 'listening')
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  onTestFinished(close)
  return { url: `http://${host}:${(server.address() as AddressInfo).port}`, received, lookups, close }
}
