// Of several nodes those that work take turns, and one that was away comes back soon.

import dns from 'node:dns'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createClient } from '#bulk'
import { requestBulk } from '../../src/bulk/request.ts'
import { endpoint, items, page, type Step, silence, taken } from './endpoint.ts'

const never = new AbortController().signal

/** What is told of an address. */
type Done = (error: null, address: string | dns.LookupAddress[], family?: number) => void

/** A client of nodes, and what asks one of them. */
function askerOf(nodes: readonly string[], timeoutMs = 5_000) {
  const client = createClient({ nodes }, timeoutMs)
  onTestFinished(() => client.close())
  const body = Buffer.from('{"create":{"_id":"a"}}\n{}\n')
  const options = { compression: 'none' as const }
  return async () => (await requestBulk(client, { index: 'a', body, count: 1 }, options, never)).kind
}

test('nodes take turns', async () => {
  const [first, second] = [await endpoint([]), await endpoint([])]
  const ask = askerOf([first.url, second.url])
  for (let i = 0; i < 6; i += 1) expect(await ask()).toBe('delivered')
  expect([first.received.length, second.received.length]).toEqual([3, 3])
})

test('one that fails is left out, and asked again once it is well', async () => {
  let isWell = false
  const moody: Step = (response, request) => (isWell ? items(taken) : page(503))(response, request)
  const [well, ill] = [await endpoint([]), await endpoint(Array(1_000).fill(moody))]
  const ask = askerOf([well.url, ill.url])
  for (let i = 0; i < 10; i += 1) await ask()
  expect(ill.received.length).toBe(1)
  expect(well.received.length).toBe(9)
  isWell = true
  const served = async () => {
    expect(await ask()).toBe('delivered')
    return ill.received.length
  }
  await expect.poll(served, { timeout: 10_000, interval: 100 }).toBeGreaterThan(2)
})

test('one that never answers is left out', async () => {
  const [well, hung] = [await endpoint([]), await endpoint(Array(1_000).fill(silence))]
  const ask = askerOf([well.url, hung.url], 2_000)
  for (let i = 0; i < 10; i += 1) await ask()
  expect([well.received.length, hung.received.length]).toEqual([9, 1])
})

test('one that comes back at its address is found again where it is the only one', async () => {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  const ask = askerOf([`http://127.0.0.1:${port}`])
  expect(await ask()).toBe('whole')
  const { url } = await endpoint([])
  const back = createServer((request, response) => {
    void fetch(`${url}${request.url}`, { method: 'POST', body: '{"create":{"_id":"a"}}\n{}\n' }).then(async answer => {
      response.writeHead(200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' })
      response.end(await answer.text())
    })
  })
  back.listen(port, '127.0.0.1')
  await once(back, 'listening')
  onTestFinished(() => void back.close())
  expect(await ask()).toBe('delivered')
})

test('one whose name stands for another address from now on is found there', async () => {
  const before = await endpoint([])
  const port = Number(new URL(before.url).port)
  const after = await endpoint([], { host: '127.0.0.2', port })
  let address = '127.0.0.1'
  const resolve = vi
    .spyOn(dns, 'lookup')
    .mockImplementation(((_: string, options: dns.LookupOptions, done: Done) =>
      options.all === true ? done(null, [{ address, family: 4 }]) : done(null, address, 4)) as typeof dns.lookup)
  onTestFinished(() => resolve.mockRestore())
  const ask = askerOf([`http://elasticsearch.test:${port}`])
  expect(await ask()).toBe('delivered')
  address = '127.0.0.2'
  before.close()
  await expect.poll(ask).toBe('delivered')
  expect([before.received.length, after.received.length]).toEqual([1, 1])
})
