// The small HTTP server, asked by real clients.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { SluiceError } from '#errors'
import { jsonPage, type Pages, type Server, serve } from '../../src/telemetry/server.ts'

const pages: Pages = {
  '/health': () => jsonPage(503, { status: 'down', reasons: ['한글'] }),
  '/live': () => jsonPage(200, { status: 'live' }),
  '/breaks': () => {
    throw new Error('no snapshot')
  }
}

async function setUp(served: Pages = pages, address = '127.0.0.1:0'): Promise<Server> {
  const server = await serve(address, served)
  onTestFinished(() => server.close())
  return server
}

/** A connection that says what a test wants and keeps what it hears. */
async function open(url: string): Promise<{ socket: Socket; heard: () => string }> {
  const { port } = new URL(url)
  const socket = connect(Number(port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  let text = ''
  socket.on('data', data => {
    text += data
  })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return { socket, heard: () => text }
}

describe('the server', () => {
  test('answers with the status and the body of a page, whatever its query', async () => {
    const { url } = await setUp()
    const response = await fetch(`${url}/health?pretty`)
    expect(response.status).toBe(503)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({ status: 'down', reasons: ['한글'] })
  })

  test('answers HEAD as GET, without the body', async () => {
    const { url } = await setUp()
    const [get, head] = await Promise.all([fetch(`${url}/health`), fetch(`${url}/health`, { method: 'HEAD' })])
    expect(head.status).toBe(503)
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'))
    expect(await head.text()).toBe('')
  })

  test.each(['/', '/metric', '/health/'])('says what pages there are at %s', async path => {
    const { url } = await setUp()
    const response = await fetch(url + path)
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ error: `no page at ${path}`, pages: ['/health', '/live', '/breaks'] })
  })

  test.each(['POST', 'PUT', 'DELETE'])('takes no %s', async method => {
    const { url } = await setUp()
    const response = await fetch(`${url}/health`, { method, body: 'x' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD')
  })

  test('says so where a page cannot be made, and goes on', async () => {
    const { url } = await setUp()
    const response = await fetch(`${url}/breaks`)
    expect([response.status, await response.json()]).toEqual([500, { error: 'no snapshot' }])
    expect((await fetch(`${url}/live`)).status).toBe(200)
  })

  test('takes IPv6 addresses in brackets', async () => {
    const server = await setUp(pages, '[::1]:0').catch((error: SluiceError) => error)
    if (server instanceof SluiceError)
      expect(server.context.code, 'no IPv6 here').toMatch(/^EA(DDRNOTAVAIL|FNOSUPPORT)$/)
    else expect((await fetch(`${server.url}/live`)).status).toBe(200)
  })
})

describe('an address where nothing can listen', () => {
  test('is named with its setting and what to do, where another program is there', async () => {
    const { url } = await setUp()
    const { host } = new URL(url)
    const error = await serve(host, pages).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(SluiceError)
    expect(error).toMatchObject({ code: 'E_TELEMETRY_ADDRESS', context: { address: host, code: 'EADDRINUSE' } })
    expect((error as Error).message).toBe(
      `metrics.address is ${host}: another program listens there, perhaps another Sluice; allowed: an address of its own, such as another port`
    )
  })

  test('is named where this machine does not have it', async () => {
    await expect(serve('192.0.2.1:9600', pages)).rejects.toThrow(
      'metrics.address is 192.0.2.1:9600: this machine has no such address'
    )
  })
})

describe('a close', () => {
  test('frees the address, though a client keeps its connection open', async () => {
    const server = await setUp()
    const { socket, heard } = await open(server.url)
    socket.write('GET /live HTTP/1.1\r\nhost: x\r\n\r\n')
    while (!heard().includes('live')) await once(socket, 'data')
    const ended = once(socket, 'close')
    await server.close()
    await ended
    const next = await serve(new URL(server.url).host, pages)
    await next.close()
  })

  test('still answers a request that is there', async () => {
    const { promise: isAsked, resolve: asked } = Promise.withResolvers<void>()
    const { promise: page, resolve: answer } = Promise.withResolvers<ReturnType<typeof jsonPage>>()
    const server = await setUp({
      '/slow': () => {
        asked()
        return page
      }
    })
    const response = fetch(`${server.url}/slow`)
    await isAsked
    const closed = server.close()
    answer(jsonPage(200, 'in time'))
    expect(await (await response).json()).toBe('in time')
    await closed
  })

  test('does not wait for a client that never finishes its request', async () => {
    const server = await setUp()
    const { socket } = await open(server.url)
    socket.write('GET /live HTTP/1.1\r\nhost:')
    await sleep(20)
    const ended = once(socket, 'close')
    await server.close()
    await ended
  })

  test('can be asked for twice', async () => {
    const server = await setUp()
    await Promise.all([server.close(), server.close()])
  })
})
