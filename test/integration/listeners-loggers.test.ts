// Loggers that are libraries of their own, as they are: graypy, Loguru and a fluent logger.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type EventModes, EventTime, FluentClient } from '@fluent-org/logger'
import { expect, test } from 'vitest'
import { python } from '../programs/python.ts'
import { documents, listening } from './listening.ts'

const { path: interpreter } = await python()
const run = promisify(execFile)
const send = (logger: string, port: number) =>
  run(interpreter, [join(import.meta.dirname, 'loggers.py'), logger, String(port)])

test.each([
  ['gelf-udp', 'gelf'],
  ['gelf-tcp', 'gelf'],
  ['loguru', 'python']
])('%s arrives with level, message and traceback', async (logger, type) => {
  const { installation, port } = await listening({ type })
  await send(logger, port)
  const found = await documents(installation, 2)
  const [warning, error] = found
  expect(warning).toMatchObject({ message: '주문 4711, 99.5%', log: { level: 'warning' } })
  expect(JSON.stringify(warning)).toContain('kim')
  expect(error).toMatchObject({ message: expect.stringMatching(/^계산 실패/), log: { level: 'error' } })
  expect(JSON.stringify(error)).toContain('ZeroDivisionError: division by zero')
  expect(found).toHaveLength(2)
  expect((await installation.sluice('audit')).code).toBe(0)
})

test.each<EventModes>(['Message', 'Forward', 'PackedForward', 'CompressedPackedForward'])(
  'a fluent logger in mode %s hears that its records are stored',
  async eventMode => {
    const { installation, port } = await listening({ type: 'forward', sharedKey: 'secret' })
    const security = { clientHostname: 'client', sharedKey: 'secret' }
    const logger = new FluentClient('shop', { eventMode, security, ack: {}, socket: { host: '127.0.0.1', port } })
    const at = EventTime.fromDate(new Date('2026-11-20T14:11:52.915Z'))
    await Promise.all([
      logger.emit('orders', { level: 'warn', message: '주문 4711' }, at),
      logger.emit('orders', { level: 'error', message: '주문 4712' }, at)
    ])
    await logger.shutdown()
    const found = await documents(installation, 2)
    const common = { '@timestamp': expect.stringMatching(/^2026-11-20T14:11:52\.915/), fluent: { tag: 'shop.orders' } }
    expect(found).toMatchObject([
      { ...common, message: '주문 4711', log: { level: 'warn' } },
      { ...common, message: '주문 4712', log: { level: 'error' } }
    ])
    expect(found).toHaveLength(2)
  }
)
