// A small HTTP server for a few pages that are made anew for each request. It answers GET and HEAD, and closes without
// leaving a connection behind.

import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SluiceError } from '#errors'

export interface Page {
  readonly status: number
  readonly type: string
  readonly body: string
}

export type Pages = Readonly<Record<string, () => Page | Promise<Page>>>

export interface Server {
  /** Where it listens, as `http://host:port`. */
  readonly url: string
  /** Takes no more requests, answers those that are there, and resolves when all connections are closed. */
  close(): Promise<void>
}

/** Clients that have not taken their answer so long after the close began are cut off. */
const CLOSE_MS = 1_000
const JSON_TYPE = 'application/json; charset=utf-8'

export function jsonPage(status: number, value: unknown): Page {
  return { status, type: JSON_TYPE, body: `${JSON.stringify(value)}\n` }
}

/**
 * Serves pages by their paths at `host:port`.
 * @throws SluiceError E_TELEMETRY_ADDRESS where nothing can listen there
 */
export async function serve(address: string, pages: Pages): Promise<Server> {
  // Asked for here, because an import asks it for all that it exports, and so loads a whole fetch.
  const { createServer } = process.getBuiltinModule('node:http')
  const server = createServer((request, response) => {
    // A connection that stays open would hold up a close that began meanwhile.
    const reply = (page: Page) => write(request, response, page, server.listening)
    void pageFor(request, pages).then(reply)
  })
  server.requestTimeout = 10_000
  const { hostname, port } = new URL(`http://${address}`)
  server.listen({ host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 80 : Number(port) })
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw addressError(address, cause as NodeJS.ErrnoException)
  }
  return {
    url: `http://${hostname}:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS)
      await closed
      clearTimeout(timer)
    }
  }
}

function write({ method }: IncomingMessage, response: ServerResponse, page: Page, isKeptAlive: boolean): void {
  const { status, type, body } = page
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...(status === 405 && { allow: 'GET, HEAD' }),
    ...(!isKeptAlive && { connection: 'close' })
  })
  response.end(method === 'HEAD' ? undefined : body)
}

async function pageFor({ method, url = '/' }: IncomingMessage, pages: Pages): Promise<Page> {
  const [path = '/'] = url.split('?', 1)
  const make = pages[path]
  if (make === undefined) return jsonPage(404, { error: `no page at ${path}`, pages: Object.keys(pages) })
  if (method !== 'GET' && method !== 'HEAD') return jsonPage(405, { error: `${method} is not for ${path}` })
  try {
    return await make()
  } catch (error) {
    return jsonPage(500, { error: error instanceof Error ? error.message : String(error) })
  }
}

const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'another program listens there, perhaps another Sluice; allowed: an address of its own, such as another port',
  EADDRNOTAVAIL: 'this machine has no such address; allowed: one of its own, 127.0.0.1 for itself, 0.0.0.0 for all',
  ENOTFOUND: 'this host is not known; allowed: an address of this machine, 127.0.0.1 for itself, 0.0.0.0 for all',
  EACCES: 'ports below 1024 are not for this user; allowed: a port from 1024 on'
}

function addressError(address: string, cause: NodeJS.ErrnoException): SluiceError {
  const { code = '', message } = cause
  return new SluiceError('E_TELEMETRY_ADDRESS', `metrics.address is ${address}: ${WHY[code] ?? message}`, {
    cause,
    context: { address, code }
  })
}
