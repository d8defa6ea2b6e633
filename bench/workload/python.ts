// The log of a Python application, as its logging module writes it: 2 % of the records bring a traceback along, 5 % speak
// Korean.

import type { Random } from '../random.ts'
import type { Workload } from './workload.ts'

const BEGIN_MS = Date.UTC(2026, 10, 20, 0, 0, 0)
const TRACEBACKS = 0.02
const KOREAN = 0.05

export const python: Workload = {
  name: 'python',
  pipeline: {
    multiline: { preset: 'python' },
    parse: [
      {
        format: 'python-logging',
        pattern: '%(asctime)s - %(name)s - %(levelname)s - %(message)s',
        timezone: 'Asia/Seoul'
      }
    ],
    destination: { dataset: 'python' }
  },
  records(random) {
    let nowMs = BEGIN_MS
    return () => {
      nowMs += random.below(40)
      const time = new Date(nowMs).toISOString().replace('T', ' ').replace('.', ',').slice(0, 23)
      const begin = `${time} - ${random.skewed(LOGGERS)} - `
      if (random.chance(TRACEBACKS)) return `${begin}ERROR - ${failure(random)}\n${traceback(random)}`
      return `${begin}${random.skewed(LEVELS)} - ${message(random)}`
    }
  }
}

const LEVELS = ['INFO', 'DEBUG', 'WARNING', 'ERROR', 'CRITICAL']
const LOGGERS = [
  'shop.orders',
  'shop.payments.gateway',
  'shop.stock',
  'urllib3.connectionpool',
  'sqlalchemy.engine.Engine',
  'celery.worker.strategy',
  'shop.mail',
  'apscheduler.executors.default'
]

function message(random: Random): string {
  const id = random.below(900_000) + 100_000
  const ms = random.below(4_000)
  if (random.chance(KOREAN)) {
    return random.pick([
      `주문 ${id} 결제가 완료되었습니다 (${ms}ms)`,
      `사용자 ${id}의 장바구니에 상품 ${random.below(20)}개를 담았습니다`,
      `재고가 부족합니다: 상품 ${id}, 남은 수량 ${random.below(5)}개 — 입고 예정일을 확인하세요`,
      `외부 결제 서비스 응답이 늦습니다. ${ms}ms 동안 기다렸습니다 🐢`
    ])
  }
  return random.skewed([
    `Order ${id} placed: ${random.below(12) + 1} items, total ${random.below(500_000) / 100} EUR, customer=${random.below(90_000)}`,
    `https://payments.example:443 "POST /v1/charges/${id}/capture HTTP/1.1" 200 ${random.below(3_000)}`,
    `SELECT orders.id, orders.status, orders.total FROM orders WHERE orders.customer_id = %(customer_id_1)s ORDER BY orders.created_at DESC LIMIT %(param_1)s`,
    `Task shop.tasks.send_receipt[${id.toString(16)}-4f2c-4c1e-9a57-${random.below(2 ** 32).toString(16)}] succeeded in ${ms / 1000}s: None`,
    `Cache miss for key "cart:${id}", loaded in ${ms} ms`,
    `Retrying (Retry(total=${random.below(3)}, connect=None, read=None, redirect=None, status=None)) after connection broken by 'ReadTimeoutError("read timed out")': /v1/stock/${id}`,
    `Running job "refresh_prices (trigger: interval[0:05:00], next run at: 2026-11-20 09:15:00 KST)"`,
    `Stock of item ${id} is now ${random.below(400)}`,
    `user_id=${id} action=login ip=198.51.100.${random.below(256)} duration_ms=${ms} path=C:\\srv\\shop`
  ])
}

function failure(random: Random): string {
  const id = random.below(900_000) + 100_000
  return random.pick([
    `Unhandled exception while processing order ${id}`,
    `주문 ${id} 처리 중 오류가 발생했습니다`,
    `Exception on /api/v2/orders/${id} [POST]`
  ])
}

const FRAMES: readonly (readonly [file: string, name: string, code: string])[] = [
  ['shop/orders/views.py', 'create_order', 'order = service.place(cart, customer=request.user)'],
  ['shop/orders/service.py', 'place', 'charge = self.gateway.capture(order.total, token=token)'],
  ['shop/payments/gateway.py', 'capture', 'response = self._session.post(url, json=body, timeout=self.timeout)'],
  ['venv/lib/python3.12/site-packages/requests/sessions.py', 'request', 'resp = self.send(prep, **send_kwargs)'],
  ['venv/lib/python3.12/site-packages/sqlalchemy/engine/base.py', '_exec', 'self.dialect.do_execute(cursor, text)'],
  ['shop/stock/models.py', 'reserve', "raise OutOfStock(f'{item.sku}: {wanted} > {left}')"],
  ['shop/middleware.py', '__call__', 'return self.get_response(request)']
]

/** What `logger.exception` adds: one exception, or one that came while another was handled. */
function traceback(random: Random): string {
  const second = `\n\nDuring handling of the above exception, another exception occurred:\n\n${raised(random)}`
  return `${raised(random)}${random.chance(0.15) ? second : ''}`
}

function raised(random: Random): string {
  const frames = Array.from({ length: random.below(10) + 3 }, () => {
    const [file, name, code] = random.pick(FRAMES)
    return `  File "/srv/app/${file}", line ${random.below(900) + 10}, in ${name}\n    ${code}\n`
  })
  const id = random.below(90_000)
  const error = random.pick([
    `requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='payments.example', port=443): Read timed out. (read timeout=5)`,
    `ValueError: invalid literal for int() with base 10: '${id}a'`,
    `shop.stock.models.OutOfStock: SKU-${id}: 3 > ${random.below(3)}`,
    `KeyError: 'item_${id}'`,
    `shop.errors.PaymentError: 카드 ${id} 승인이 거절되었습니다`,
    'RecursionError'
  ])
  return `Traceback (most recent call last):\n${frames.join('')}${error}`
}
