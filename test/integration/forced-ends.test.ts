// Records that nothing in the file ends: by time, or because no more was there to read. Elasticsearch takes one, its answer
// gets lost with the shipper, the line goes on in the file: then nothing of it may be missing and nothing be there twice.

import { once } from 'node:events'
import { appendFileSync, renameSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { elasticsearch } from '../elasticsearch.ts'
import { clientFor } from './connection.ts'
import { type Installation, install } from './installation.ts'

const server = await elasticsearch()
const client = clientFor(server)

/** A way to Elasticsearch on which the answers to bulk requests are lost as long as `isDeaf` is set. */
async function deafProxy() {
  const proxy = { url: '', isDeaf: true, swallowed: 0 }
  const { url, auth } = server
  const authorization =
    auth === undefined || !('username' in auth)
      ? {}
      : { authorization: `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}` }
  const front = createServer((incoming, outgoing) => {
    const { method, headers } = incoming
    const onward = request(new URL(incoming.url ?? '/', url), { method, headers: { ...headers, ...authorization } })
    incoming.pipe(onward)
    onward.on('response', answer => {
      if (proxy.isDeaf && incoming.url?.includes('_bulk')) {
        answer.resume().on('end', () => {
          proxy.swallowed += 1
        })
        return
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
  })
  front.listen(0, '127.0.0.1')
  await once(front, 'listening')
  onTestFinished(() => void front.close().closeAllConnections())
  proxy.url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`
  return proxy
}

async function messages({ index }: Installation): Promise<string[]> {
  await client.indices.refresh({ index })
  const { hits } = await client.search<{ message: string }>({ index, size: 100, sort: ['log.offset', '_doc'] })
  return hits.hits.map(({ _source }) => _source?.message ?? '')
}

test('a last line without a newline that was sent, and then goes on', async () => {
  const proxy = await deafProxy()
  const installation = install({ elasticsearch: { nodes: [proxy.url] }, pipeline: { parse: [] } })
  const log = join(installation.logs, 'access.log')
  appendFileSync(log, 'one\ntw')
  const shipper = installation.run('import')
  await vi.waitFor(() => expect(proxy.swallowed).toBeGreaterThan(0), { timeout: 20_000 })
  await shipper.kill()

  appendFileSync(log, 'o\nthree\n')
  proxy.isDeaf = false
  expect((await installation.sluice('import')).code).toBe(0)
  expect(await messages(installation)).toEqual(['one', 'tw', 'o', 'three'])
})

test('a group that was closed by time and sent, and then goes on', async () => {
  const proxy = await deafProxy()
  const multiline = { startsWith: '^\\d', timeoutMs: 100 }
  const installation = install({ elasticsearch: { nodes: [proxy.url] }, pipeline: { parse: [], multiline } })
  const log = join(installation.logs, 'access.log')
  appendFileSync(log, '1 a\n  b\n')
  const shipper = installation.run()
  await vi.waitFor(() => expect(proxy.swallowed).toBeGreaterThan(0), { timeout: 20_000 })
  await shipper.kill()

  appendFileSync(log, '  c\n2 d\n')
  proxy.isDeaf = false
  expect((await installation.sluice('import')).code).toBe(0)
  expect(await messages(installation)).toEqual(['1 a\n  b', '  c', '2 d'])
})

test('a group that went on in the next file and was sent is neither sent again in parts nor lost', async () => {
  const proxy = await deafProxy()
  const multiline = { startsWith: '^\\d', timeoutMs: 60_000 }
  const source = { type: 'file', paths: ['logs/access.log*'], sweepMs: 100 }
  const installation = install({ elasticsearch: { nodes: [proxy.url] }, pipeline: { parse: [], multiline, source } })
  const log = join(installation.logs, 'access.log')
  appendFileSync(log, '1 a\n  b\n')
  const shipper = installation.run()
  await shipper.says('file found')
  renameSync(log, `${log}.1`)
  appendFileSync(log, '  c\n2 d\n')
  await vi.waitFor(() => expect(proxy.swallowed).toBeGreaterThan(0), { timeout: 20_000 })
  await shipper.kill()

  // What is written to the old file now is no part of a record that was sent.
  appendFileSync(`${log}.1`, '  late\n')
  appendFileSync(log, '  e\n')
  proxy.isDeaf = false
  expect((await installation.sluice('import')).code).toBe(0)
  expect((await messages(installation)).toSorted()).toEqual(['  late', '1 a\n  b\n  c', '2 d\n  e'])
  expect((await installation.sluice('audit')).code).toBe(0)
})
