// Posts documents in batches of the shipper's own sizes, over two connections that stay open.

import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'

const MAX_COUNT = 2_000
const MAX_BYTES = 4_194_304
const MAX_IN_FLIGHT = 2

export interface Delivery {
  add(id: string, document: string): void
  /** Resolves when there is room for more. */
  room(): Promise<void>
  /** Sends the rest and resolves when all is delivered. */
  end(): Promise<void>
}

export function createDelivery(url: string, index: string): Delivery {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_IN_FLIGHT })
  const inFlight = new Set<Promise<void>>()
  let body = ''
  let count = 0

  async function post(batch: string): Promise<void> {
    const bytes = Buffer.from(batch)
    const headers = { 'content-type': 'application/x-ndjson', 'content-length': bytes.length }
    const sent = request(`${url}/${index}/_bulk?filter_path=errors`, { method: 'POST', agent, headers })
    sent.end(bytes)
    const [response] = await once(sent, 'response')
    const answer = await text(response)
    if (answer !== '{"errors":false}') throw new Error(`the endpoint answered ${answer}`)
  }

  function flush(): void {
    const sending: Promise<void> = post(body).finally(() => inFlight.delete(sending))
    inFlight.add(sending)
    body = ''
    count = 0
  }

  return {
    add(id, document) {
      body += `{"create":{"_id":"${id}"}}\n${document}\n`
      count += 1
      if (count === MAX_COUNT || body.length > MAX_BYTES) flush()
    },
    async room() {
      while (inFlight.size > MAX_IN_FLIGHT) await Promise.race(inFlight)
    },
    async end() {
      if (count > 0) flush()
      await Promise.all(inFlight)
      agent.destroy()
    }
  }
}
