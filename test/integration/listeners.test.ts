// Programs that log over the network, as they are, with the real Elasticsearch behind Sluice; and kill -9 in the middle.

import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from '@elastic/elasticsearch'
import { encode } from '@msgpack/msgpack'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { python } from '../programs/python.ts'
import { settingsFor } from './connection.ts'
import { install } from './installation.ts'
import { documents, listening, portOf } from './listening.ts'

const server = await elasticsearch()
const { path: interpreter } = await python()
const run = promisify(execFile)

const json = { parse: [{ format: 'json' }] }

const send = (handler: string, port: number) =>
  run(interpreter, [join(import.meta.dirname, 'listeners.py'), handler, String(port)])

const TRACEBACK = {
  error: { stack_trace: expect.stringMatching(/^Traceback[\s\S]*ZeroDivisionError: division by zero/) }
}
/** HTTPHandler sends no traceback, and of the exception its `repr()`. */
const EXCEPTION = { error: { type: 'ZeroDivisionError' } }

test.each([
  ['socket', { type: 'python' }, undefined, TRACEBACK],
  ['datagram', { type: 'python' }, undefined, TRACEBACK],
  ['http', { type: 'http' }, [{ format: 'python-record' }], EXCEPTION],
  ['http-get', { type: 'http' }, [{ format: 'python-record' }], EXCEPTION]
])(
  "Python's own %s handler needs no change: level, logger, message and error arrive",
  async (handler, source, parse, error) => {
    const { installation, port } = await listening(source, { parse })
    await send(handler, port)
    const found = await documents(installation, 2)
    expect(found).toMatchObject([
      { message: '주문 4711, 99.5%', log: { level: 'warning', logger: '서버 로그' }, labels: { user_name: 'kim' } },
      { message: '계산 실패', log: { level: 'error', logger: '서버 로그' }, ...error }
    ])
    expect(found).toHaveLength(2)
    expect((await installation.sluice('audit')).code).toBe(0)
  }
)

test.each([
  ['syslog', 'newline'],
  ['syslog-tcp', 'nul']
])("Python's %s handler arrives with its traceback in one document", async (handler, delimiter) => {
  const { installation, port } = await listening({ type: 'syslog', delimiter })
  await send(handler, port)
  const found = await documents(installation, 2)
  expect(found).toMatchObject([
    { message: '주문 4711, 99.5%', log: { level: 'warning' } },
    { message: expect.stringMatching(/^계산 실패\nTraceback[\s\S]*ZeroDivisionError/), log: { level: 'error' } }
  ])
})

test('a program that writes to Elasticsearch writes to Sluice', async () => {
  const { installation, port } = await listening({ type: 'http', token: 'secret' }, json)
  const node = `http://127.0.0.1:${port}`
  const writer = new Client({ node, auth: { apiKey: 'secret' }, compression: true })
  expect(await writer.ping()).toBe(true)
  await writer.info()
  expect(await writer.indices.exists({ index: 'logs-index' })).toBe(true)
  await expect(writer.indices.create({ index: 'logs-index' })).rejects.toThrow('resource_already_exists_exception')
  await expect(writer.search({ index: 'logs-index' })).rejects.toThrow('is not possible here')
  expect(await writer.index({ index: 'logs-index', document: { message: '한 줄' } })).toMatchObject({
    result: 'created'
  })
  const { errors, items } = await writer.bulk({
    index: 'logs-index',
    operations: [
      ...[{ index: {} }, { message: 'indexed' }, { create: { _id: '1' } }, { message: 'created' }],
      ...[{ update: { _id: '1' } }, { doc: { message: 'updated' } }, { delete: { _id: '1' } }]
    ]
  })
  expect([errors, ...items.flatMap(item => Object.values(item).map(({ status }) => status))]).toEqual([
    ...[true, 201, 201, 400, 400]
  ])
  const datasource = Array.from({ length: 500 }, (_, i) => ({ message: `document ${i}`, level: 'INFO' }))
  const stats = await writer.helpers.bulk({ datasource, onDocument: () => ({ create: { _index: 'logs-index' } }) })
  expect(stats).toMatchObject({ successful: 500, failed: 0 })
  const found = await documents(installation, 503)
  expect(new Set(found.map(({ message }) => message)).size).toBe(503)
  expect(found).toHaveLength(503)
})

test('pino writes to a socket, and documents name who sent them', async () => {
  const { installation, port } = await listening({ type: 'tcp' }, json)
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  pino({}, socket).warn({ order: 4711 }, 'late')
  socket.end()
  const [found] = await documents(installation, 1)
  const address = expect.stringMatching(/^127\.0\.0\.1:\d+$/)
  expect(found).toMatchObject({ message: 'late', order: 4711, log: { level: 'warn', source: { address } } })
})

test('a run on standard input ends by itself when all that was written is acknowledged', async () => {
  const through = ['sh', '-c', 'printf "one\\ntwo\\nthree" | "$0" "$@"']
  const pipeline = { source: { type: 'stdin' }, parse: [] }
  const installation = install({ elasticsearch: settingsFor(server), pipeline, through })
  expect(await installation.run().ended).toBe(0)
  expect((await documents(installation, 3)).map(({ message }) => message)).toEqual(['one', 'two', 'three'])
})

test('what a program writes while both are stopped is not lost', async () => {
  const program = 'echo one; while [ ! -e stop ]; do sleep 0.02; done; echo last'
  const through = ['sh', '-c', `(${program}) | "$0" "$@"`]
  const pipeline = { source: { type: 'stdin' }, parse: [] }
  const installation = install({ elasticsearch: settingsFor(server), pipeline, through })
  const shipper = installation.run()
  const { pid } = await shipper.says('sluice started')
  await documents(installation, 1)
  process.kill(Number(pid), 'SIGTERM')
  await shipper.says('stopping')
  writeFileSync(join(installation.folder, 'stop'), '')
  expect(await shipper.ended).toBe(0)
  // The next run of both sends what was left, and both lines once more.
  expect(await installation.run().ended).toBe(0)
  const found = (await documents(installation, 4)).map(({ message }) => message)
  expect(found.sort()).toEqual(['last', 'last', 'one', 'one'])
})

/** Sends one record and resolves to whether it was acknowledged. */
type Sender = (port: number, message: string) => Promise<boolean>

const byHttp: Sender = async (port, body) => {
  const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body }).catch(() => undefined)
  return answer?.status === 200
}

const byForward: Sender = (port, message) => {
  const socket = connect(port, '127.0.0.1')
  socket.write(encode(['app', 1, { message }, { chunk: 'a' }]))
  return new Promise(resolve => {
    socket.on('data', () => resolve(true)).on('close', () => resolve(false))
    socket.on('error', () => resolve(false))
  }).finally(() => socket.destroy()) as Promise<boolean>
}

test.each([
  ['http', byHttp, { parse: [] }],
  ['forward', byForward, {}]
] as const)(
  'what is acknowledged over %s is neither lost nor doubled by kill -9',
  { timeout: 90_000 },
  async (type, send, pipeline) => {
    const { installation, ...first } = await listening({ type }, pipeline)
    let { shipper, port } = first
    const acknowledged = new Set<string>()
    const sent = new Set<string>()
    for (let life = 0; life < 2; life += 1) {
      const post = async (sender: number) => {
        for (let i = 0; ; i += 1) {
          const body = `life ${life} sender ${sender} record ${i}`
          sent.add(body)
          if (!(await send(port, body))) return
          acknowledged.add(body)
        }
      }
      const before = acknowledged.size
      const senders = Promise.all([post(1), post(2), post(3)])
      await expect.poll(() => acknowledged.size, { timeout: 20_000 }).toBeGreaterThan(before + 100)
      await shipper.kill()
      await senders
      shipper = installation.run()
      port = await portOf(shipper)
    }
    const found = (await documents(installation, acknowledged.size)).map(({ message }) => String(message))
    expect(new Set(found).size).toBe(found.length)
    expect([...acknowledged].filter(body => !found.includes(body))).toEqual([])
    expect(found.filter(body => !sent.has(body))).toEqual([])
    expect(await shipper.terminate()).toBe(0)
    expect((await installation.sluice('audit')).code).toBe(0)
  }
)
