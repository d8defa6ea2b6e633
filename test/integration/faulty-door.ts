// A door before a server at which everything goes wrong that goes wrong on a network, by chance: requests that never
// arrive, answers that never do or only in part, gateways with pages of their own, and a server that takes a part only.

import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'

export interface FaultyDoor {
  readonly url: string
  /** How often each fault has happened. */
  readonly faults: ReadonlyMap<Fault, number>
  /** From here on everything goes through as it is. */
  mend(): void
}

type Fault =
  | 'delayed'
  | 'lost before it arrived'
  | 'answer lost'
  | 'answer cut in half'
  | 'answer drips'
  | 'gateway timed out'
  | '429'
  | '503'
  | '502 page'
  | '413'
  | 'items 429'

interface Exchange {
  readonly asked: IncomingMessage
  readonly body: Buffer
  readonly answer: ServerResponse
}

interface Answered {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

const LONGEST_DELAY_MS = 1_500
const JSON_TYPE = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' }
/** Largest requests that the gateway takes: it is set up anew now and then, and what it says is true for as long. */
const CEILINGS = [1_048_576, 131_072, Number.POSITIVE_INFINITY, 262_144]
const CEILING_MS = 20_000
const ceilingBytes = () => CEILINGS[Math.floor(Date.now() / CEILING_MS) % CEILINGS.length] ?? 0
const PAGE = '<html><body><h1>Bad Gateway</h1></body></html>'
/** Whatever the request: to a bulk request, all of these happen, to others only these. */
const FOR_ALL: readonly Fault[] = ['delayed', 'lost before it arrived', 'answer lost', '503', '502 page', '429']
const FOR_BULK: readonly Fault[] = [
  ...FOR_ALL,
  ...(['answer cut in half', 'answer drips', 'gateway timed out', 'items 429', 'items 429'] as const)
]

/** A door to the server that `urlOf` names, which may change. `random` gives numbers from 0 to 1. */
export async function createFaultyDoor(urlOf: () => string, random: () => number): Promise<FaultyDoor> {
  const faults = new Map<Fault, number>()
  let isMended = false

  /** What goes wrong with a request, most often nothing. */
  function chance(path: string): Fault | undefined {
    const all = path.includes('/_bulk') ? FOR_BULK : FOR_ALL
    if (isMended || random() > (all === FOR_BULK ? 0.35 : 0.1)) return undefined
    const fault = all[Math.floor(random() * all.length)]
    if (fault !== undefined) count(fault)
    return fault
  }

  function count(fault: Fault): void {
    faults.set(fault, (faults.get(fault) ?? 0) + 1)
  }

  async function pass(exchange: Exchange): Promise<void> {
    const { asked, answer, body } = exchange
    if (!isMended && body.length > ceilingBytes()) {
      count('413')
      return reply(answer, 413, { 'content-type': 'text/html' }, PAGE)
    }
    switch (chance(asked.url ?? '')) {
      case 'lost before it arrived':
        asked.socket.resetAndDestroy()
        return
      case '429':
        return reply(answer, 429, { ...JSON_TYPE, 'retry-after': '1' }, '{"error":{"type":"busy"},"status":429}')
      case '503':
        return reply(answer, 503, JSON_TYPE, '{"error":{"type":"unavailable"},"status":503}')
      case '502 page':
        return reply(answer, 502, { 'content-type': 'text/html' }, PAGE)
      case 'gateway timed out':
        await forward(urlOf(), exchange)
        return reply(answer, 504, { 'content-type': 'text/html' }, PAGE)
      case 'answer lost':
        await forward(urlOf(), exchange)
        asked.socket.resetAndDestroy()
        return
      case 'answer cut in half': {
        const { status, headers, body: whole } = await forward(urlOf(), exchange)
        answer.writeHead(status, plain(headers, whole.length)).write(whole.subarray(0, whole.length / 2))
        await sleep(10)
        asked.socket.destroy()
        return
      }
      case 'answer drips': {
        const { status, headers, body: whole } = await forward(urlOf(), exchange)
        answer.writeHead(status, plain(headers, whole.length))
        const step = Math.ceil(whole.length / 20)
        for (let at = 0; at < whole.length; at += step) {
          answer.write(whole.subarray(at, at + step))
          await sleep(random() * 50)
        }
        answer.end()
        return
      }
      case 'items 429':
        return passSome(exchange)
      case 'delayed':
        await sleep(random() * LONGEST_DELAY_MS)
        // A gateway does not begin to pass on what was asked by one who has gone.
        if (asked.socket.destroyed) return
    }
    const { status, headers, body: whole } = await forward(urlOf(), exchange)
    reply(answer, status, plain(headers, whole.length), whole)
  }

  /** Forwards some of the items and says of the others that there is no room for them. */
  async function passSome({ asked, body, answer }: Exchange): Promise<void> {
    const isPacked = asked.headers['content-encoding'] === 'gzip'
    const lines = (isPacked ? gunzipSync(body) : body).toString().split('\n').slice(0, -1)
    const isTaken = lines.filter((_, i) => i % 2 === 0).map(() => random() < 0.5)
    const taken = lines.filter((_, i) => isTaken[i >> 1])
    const text = taken.map(line => `${line}\n`).join('')
    const headers = { ...asked.headers, 'content-encoding': 'identity' }
    const answered =
      text === ''
        ? undefined
        : await forward(urlOf(), { asked: Object.assign(asked, { headers }), body: Buffer.from(text) })
    if (answered !== undefined && answered.status !== 200) {
      return reply(answer, answered.status, plain(answered.headers, answered.body.length), answered.body)
    }
    const { items = [] }: { items?: object[] } = answered === undefined ? {} : JSON.parse(String(answered.body))
    const busy = { create: { status: 429, error: { type: 'es_rejected_execution_exception', reason: 'no room' } } }
    const all = isTaken.map(isOne => (isOne ? items.shift() : busy))
    reply(answer, 200, JSON_TYPE, JSON.stringify({ errors: true, items: all }))
  }

  const server = createServer(async (asked, answer) => {
    const body = await buffer(asked).catch(() => undefined)
    if (body === undefined) return
    // The server behind may be away.
    await pass({ asked, body, answer }).catch(() => asked.socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    mend() {
      isMended = true
    }
  }
}

async function forward(url: string, { asked, body }: Pick<Exchange, 'asked' | 'body'>): Promise<Answered> {
  const { method, headers, url: path = '/' } = asked
  const { 'transfer-encoding': _, 'accept-encoding': __, ...kept } = headers
  const length = body.length === 0 ? {} : { 'content-length': body.length }
  const forwarded = request(new URL(path, url), { method, headers: { ...kept, ...length } })
  forwarded.end(body)
  const [answered] = (await once(forwarded, 'response')) as [IncomingMessage]
  return { status: answered.statusCode ?? 502, headers: answered.headers, body: await buffer(answered) }
}

/** Headers of an answer whose body is known in full. */
function plain({ 'transfer-encoding': _, ...headers }: IncomingMessage['headers'], length: number) {
  return { ...headers, 'content-length': length }
}

function reply(answer: ServerResponse, status: number, headers: object, body: string | Buffer): void {
  answer.writeHead(status, { ...headers }).end(body)
}
