// The log of a Node.js service, as pino writes it: one JSON object a line, most of them of a request that was answered.

import type { Random } from '../random.ts'
import type { Workload } from './workload.ts'

const BEGIN_MS = Date.UTC(2026, 10, 20)

export const json: Workload = {
  name: 'json',
  pipeline: { parse: [{ format: 'json' }], destination: { dataset: 'json' } },
  records(random) {
    let nowMs = BEGIN_MS
    let requests = 0
    return () => {
      nowMs += random.below(20)
      requests += 1
      const { level, ...fields } = random.chance(0.7) ? answered(random) : said(random)
      const service = { pid: 4242, hostname: 'shop-api-7d9c', name: 'shop-api' }
      return JSON.stringify({ level, time: nowMs, ...service, reqId: `req-${requests.toString(36)}`, ...fields })
    }
  }
}

type Fields = Readonly<Record<string, unknown>>

/** What pino-http says at the end of each request. */
function answered(random: Random): Fields {
  const id = random.below(90_000) + 10_000
  const statusCode = random.chance(0.95) ? 200 : random.pick([201, 302, 404, 500])
  return {
    level: statusCode === 500 ? 50 : 30,
    req: {
      method: random.skewed(['GET', 'POST', 'PUT', 'DELETE']),
      url: random.pick([
        `/api/v2/carts/${id}/items`,
        `/products/${id}?sort=price&page=2`,
        '/search?q=%EC%9A%B4%EB%8F%99'
      ]),
      remoteAddress: `192.0.2.${random.below(256)}`,
      remotePort: 1024 + random.below(60_000)
    },
    res: { statusCode },
    responseTime: random.below(400_000) / 1000,
    msg: 'request completed'
  }
}

function said(random: Random): Fields {
  const orderId = random.below(900_000)
  return random.pick<Fields>([
    { level: 20, orderId, cached: random.chance(0.8), msg: `cart of order ${orderId} loaded` },
    { level: 30, orderId, total: random.below(90_000) / 100, tags: ['checkout', 'web'], msg: 'order placed' },
    { level: 30, orderId, msg: `주문 ${orderId} 결제가 완료되었습니다` },
    { level: 40, queue: 'mail', waiting: random.below(500), msg: 'queue "mail" is growing\nolder than 60 s' },
    { level: 50, orderId, err: failure(orderId), msg: 'payment failed' }
  ])
}

/** An error as pino's standard serializer writes it. */
function failure(orderId: number): Fields {
  const message = `order ${orderId}: read ECONNRESET`
  const frames = [
    'TLSWrap.onStreamRead (node:internal/stream_base_commons:216:20)',
    'Gateway.capture (/srv/app/dist/payments/gateway.js:88:15)',
    'async placeOrder (/srv/app/dist/orders/service.js:41:20)'
  ]
  return { type: 'Error', message, stack: [`Error: ${message}`, ...frames].join('\n    at '), code: 'ECONNRESET' }
}
