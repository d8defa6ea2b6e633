// Posts documents in batches of the shipper's own sizes, over two connections that stay open, from buffers that are used
// again and again.

import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'

const MAX_COUNT = 2_000
const MAX_BYTES = 4_194_304
const MAX_IN_FLIGHT = 2
/** A document is far smaller than the half of it. */
const BUFFER_BYTES = 2 * MAX_BYTES

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
  const free: Buffer[] = []
  let body: Buffer = Buffer.allocUnsafe(BUFFER_BYTES)
  let length = 0
  let count = 0

  async function post(bytes: Buffer): Promise<void> {
    const headers = { 'content-type': 'application/x-ndjson', 'content-length': bytes.length }
    const sent = request(`${url}/${index}/_bulk?filter_path=errors`, { method: 'POST', agent, headers })
    sent.end(bytes)
    const [response] = await once(sent, 'response')
    const answer = await text(response)
    if (answer !== '{"errors":false}') throw new Error(`the endpoint answered ${answer}`)
  }

  function flush(): void {
    const full = body
    const sending: Promise<void> = post(full.subarray(0, length)).finally(() => {
      inFlight.delete(sending)
      free.push(full)
    })
    inFlight.add(sending)
    body = free.pop() ?? Buffer.allocUnsafe(BUFFER_BYTES)
    length = 0
    count = 0
  }

  return {
    add(id, document) {
      length += body.write(`{"create":{"_id":"${id}"}}\n${document}\n`, length)
      count += 1
      if (count === MAX_COUNT || length > MAX_BYTES) flush()
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
