// An HTTP endpoint that answers bulk requests by a script, for what a real Elasticsearch does not do on demand. After the
// last line of its script it takes everything.

import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** A bulk request as it came. */
export interface Received {
  readonly path: string
  readonly contentType: string | undefined
  readonly body: string
  /** Ids of its documents, in order. */
  readonly ids: readonly string[]
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
  (status: number, type = 'some_exception'): Step =>
  response =>
    json(response, status, { error: { type, reason: 'because' }, status })

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

/** Starts an endpoint; it ends with the test. */
export async function endpoint(...script: Step[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  const server = createServer(async (incoming, response) => {
    const body = await text(incoming).catch(() => '')
    const actions = body.split('\n').filter((_, i) => i % 2 === 0)
    const ids = actions.filter(line => line !== '').map(line => JSON.parse(line).create._id)
    const request = { path: incoming.url ?? '', contentType: incoming.headers['content-type'], body, ids }
    received.push(request)
    const step = script.shift() ?? items(taken)
    step(response, request)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received }
}
