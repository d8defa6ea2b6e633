// Listeners at real sockets, with a sink that remembers: what is taken, what is refused, and what senders hear of it.

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { dial, http, python, start, syslog, tcp } from './start.ts'

/** `pickle.dumps({'msg': 'hi', 'args': None}, 1)`. */
const PICKLE = Buffer.from('7d71002858030000006d7367710158020000006869710258040000006172677371034e752e', 'hex')

const ask = (port: number, path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init)

describe('lines over TCP', () => {
  it('are taken wherever packets end, and the last one without its newline', async () => {
    const { records, port } = await start(tcp)
    const socket = await dial(port)
    socket.write('one\r\ntw')
    await expect.poll(() => records).toEqual(['one'])
    socket.end('o\n\nthree')
    await expect.poll(() => records).toEqual(['one', 'two', '', 'three'])
  })

  it('that are too long leave their beginning, and the next line whole', async () => {
    const { records, port } = await start(tcp)
    const socket = await dial(port)
    socket.end(`${'x'.repeat(5_000)}\nnext\n`)
    await expect.poll(() => records).toEqual(['x'.repeat(1_024), 'next'])
  })

  it('come from a thousand connections at once', async () => {
    const { records, port } = await start(tcp)
    const sockets = await Promise.all(Array.from({ length: 1_000 }, () => dial(port)))
    for (const [i, socket] of sockets.entries()) socket.end(`sender ${i}\n`)
    await expect.poll(() => new Set(records).size, { timeout: 20_000 }).toBe(1_000)
  })

  it('wait with their sender while there is no room, and come in order', async () => {
    const { records, port, fill } = await start(tcp)
    fill(true)
    const socket = await dial(port)
    for (let i = 0; i < 5_000; i += 1) socket.write(`line ${i} ${'.'.repeat(900)}\n`)
    await expect.poll(() => socket.writableLength).toBeGreaterThan(0)
    expect(records).toEqual([])
    fill(false)
    await expect.poll(() => records.length, { timeout: 20_000 }).toBe(5_000)
    expect(records.map(line => Number(line.split(' ')[1]))).toEqual(Array.from({ length: 5_000 }, (_, i) => i))
  })

  it('of which only half comes end their connection in time, and are kept', async () => {
    const { records, refusals, port } = await start({ ...tcp, idleTimeoutMs: 100 })
    const [idle, slow] = await Promise.all([dial(port), dial(port)])
    slow.write('half')
    await once(slow, 'close')
    expect(records).toEqual(['half'])
    expect(refusals).toEqual(['half frame'])
    expect(idle.destroyed).toBe(false)
    idle.destroy()
  })

  it('that nobody ends take no more memory than is allowed', async () => {
    const { refusals, port } = await start({ ...tcp, maxFrameBytes: 1_000_000, maxHeldBytes: 1_048_576 })
    const sockets = await Promise.all([dial(port), dial(port), dial(port)])
    for (const socket of sockets) socket.write('x'.repeat(600_000))
    await expect.poll(() => refusals).toContain('too much held')
    for (const socket of sockets) socket.destroy()
  })

  it('are not heard from elsewhere than allowed', async () => {
    const { records, refusals, port } = await start({ ...tcp, allow: ['192.0.2.0/24'] })
    const socket = await dial(port)
    socket.end('one\n')
    await once(socket, 'close')
    expect([records, refusals]).toEqual([[], ['not allowed']])
  })

  it('come over a Unix socket, also where a process that was killed left its own', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'listen-')), 'sock')
    const { records } = await start({ ...tcp, path })
    connect(path).end('one\n')
    await expect.poll(() => records).toEqual(['one'])
  })

  it('cannot be listened to twice at one port, which is said with the address', async () => {
    const { port } = await start(tcp)
    await expect(start({ ...tcp, port })).rejects.toThrow(`cannot listen at 127.0.0.1:${port}`)
  })
})

describe("records of Python's handlers", () => {
  const framed = (body: Buffer) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(body.length)
    return Buffer.concat([length, body])
  }

  it('are taken byte by byte, and nothing is answered', async () => {
    const { records, port } = await start(python)
    const socket = await dial(port)
    const answers: Buffer[] = []
    socket.on('data', bytes => answers.push(Buffer.from(bytes)))
    for (const byte of framed(PICKLE)) socket.write(Buffer.of(byte))
    await expect.poll(() => records).toEqual(['{"message":"hi"}'])
    socket.end()
    await once(socket, 'close')
    expect(answers).toEqual([])
  })

  it.each([
    ['what is no pickle', framed(Buffer.from('junk'))],
    ['a frame that is too long', Buffer.from('ffffffff00', 'hex')]
  ])('end their connection alone after %s, which is counted and kept by its first bytes', async (_, bytes) => {
    const { records, refusals, port } = await start(python)
    const [good, bad] = await Promise.all([dial(port), dial(port)])
    bad.write(Buffer.concat([framed(PICKLE), bytes]))
    await once(bad, 'close')
    good.end(framed(PICKLE))
    await expect.poll(() => records.length).toBe(3)
    expect(refusals).toEqual(['bad frame'])
    expect(records[1]).toMatch(/^frame refused: .*; it begins with [0-9a-f ]+$/)
  })

  it('come as packets, with their length in front and without it', async () => {
    const { records, refusals, port } = await start(python)
    const socket = createSocket('udp4')
    for (const packet of [PICKLE, framed(PICKLE), Buffer.from('junk')]) socket.send(packet, port, '127.0.0.1')
    await expect.poll(() => records.length).toBe(3)
    socket.close()
    expect(records.slice(0, 2)).toEqual(['{"message":"hi"}', '{"message":"hi"}'])
    expect(refusals).toEqual(['bad frame'])
  })
})

describe('syslog', () => {
  it('is taken by count, by newline and as packets, each without what ends it', async () => {
    const { records, port } = await start(syslog)
    const socket = await dial(port)
    socket.end('11 <14>one\ntwo<13>three\n<12>four')
    await expect.poll(() => records).toEqual(['<14>one\ntwo', '<13>three', '<12>four'])
    const packets = createSocket('udp4')
    packets.send('<14>five\0', port, '127.0.0.1')
    await expect.poll(() => records.at(-1)).toBe('<14>five')
    packets.close()
  })
})

describe('HTTP', () => {
  it.each([
    ['an object', 'application/json', '{\n"a": 12345678901234567890\n}', ['{ "a": 12345678901234567890 }']],
    ['a list', 'application/json', '[{"a":1},{"a":2}]', ['{"a":1}', '{"a":2}']],
    ['NDJSON that calls itself JSON', 'application/json', '{"a":1}\n{"a":2}\n', ['{"a":1}', '{"a":2}']],
    ['lines', 'text/plain', 'one\r\n\ntwo', ['one', 'two']],
    ['a form', 'application/x-www-form-urlencoded', 'msg=hi+%25s&args=%281%2C%29', ['{"message":"hi 1"}']]
  ])('takes %s', async (_, type, body, expected) => {
    const { records, port } = await start(http)
    const { status } = await ask(port, '/', { method: 'POST', headers: { 'content-type': type }, body })
    expect([status, records]).toEqual([200, expected])
  })

  it('takes compressed bodies, and none that unpack to more than is allowed', async () => {
    const { records, port } = await start(http)
    const post = (body: Uint8Array<ArrayBuffer>) =>
      ask(port, '/', { method: 'POST', headers: { 'content-encoding': 'gzip' }, body })
    expect((await post(new Uint8Array(gzipSync('one')))).status).toBe(200)
    expect((await post(new Uint8Array(gzipSync('x'.repeat(10_000_000))))).status).toBe(413)
    expect((await post(new TextEncoder().encode('no gzip'))).status).toBe(400)
    expect(records).toEqual(['one'])
  })

  it('refuses what is no JSON, and says why', async () => {
    const { records, port } = await start(http)
    const answer = await ask(port, '/', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' })
    expect([answer.status, records]).toEqual([400, []])
    expect(await answer.text()).toContain('the body is no JSON')
  })

  it.each([
    ['Bearer secret', 200],
    ['ApiKey secret', 200],
    [`Basic ${btoa('anyone:secret')}`, 200],
    ['Bearer secre', 401],
    ['', 401]
  ])('asks for its token: %s', async (authorization, status) => {
    const { port } = await start({ ...http, token: 'secret' })
    expect((await ask(port, '/', { method: 'POST', headers: { authorization }, body: 'one' })).status).toBe(status)
  })

  it.each([
    ['what is no HTTP', 'junk\r\n\r\n', '400', 'bad frame'],
    ['half a request', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Le', '408', 'half frame']
  ])('ends a connection alone that brings %s, and counts it', async (_, bytes, status, refusal) => {
    const { records, refusals, port } = await start({ ...http, idleTimeoutMs: 200 })
    const socket = await dial(port)
    const answer = text(socket)
    socket.write(bytes)
    expect(await answer).toMatch(new RegExp(`^HTTP/1.1 ${status}`))
    expect((await ask(port, '/', { method: 'POST', body: 'one' })).status).toBe(200)
    expect([records, refusals]).toEqual([['one'], [refusal]])
  })

  it('answers 429 while there is no room', async () => {
    const { port, fill } = await start(http)
    fill(true)
    const answer = await ask(port, '/_bulk', { method: 'POST', body: '{"create":{}}\n{"a":1}\n' })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1'])
  })

  it.each([
    ['HEAD', '/logs-index', 200],
    ['PUT', '/logs-index', 400],
    ['GET', '/_cluster/health', 404],
    ['POST', '/logs-index/_search', 400]
  ])('answers %s %s as of Elasticsearch, takes nothing and counts nothing', async (method, path, status) => {
    const { records, refusals, port } = await start(http)
    const headers = {
      accept: 'application/vnd.elasticsearch+json; compatible-with=9',
      'content-type': 'application/json'
    }
    const body = method === 'PUT' || method === 'POST' ? '{}' : null
    const answer = await ask(port, path, { method, headers, body })
    expect([answer.status, answer.headers.get('x-elastic-product')]).toEqual([status, 'Elasticsearch'])
    expect([records, refusals]).toEqual([[], []])
  })

  it('takes the documents of _bulk in order, and refuses by item what is not to be added', async () => {
    const { records, port } = await start(http)
    const body =
      '{"create":{}}\n{"a":1}\n{"delete":{"_id":"1"}}\n{"index":{"_id":"2"}}\n{"a":2}\n{"create":{}}\n{"a":\n{"create":{}}\n7\n'
    const answer = await ask(port, '/logs/_bulk', { method: 'POST', body })
    expect(answer.headers.get('x-elastic-product')).toBe('Elasticsearch')
    const { errors, items } = (await answer.json()) as { errors: boolean; items: Record<string, { status: number }>[] }
    expect(errors).toBe(true)
    expect(items.flatMap(item => Object.values(item).map(({ status }) => status))).toEqual([201, 400, 201, 400, 400])
    expect(records).toEqual(['{"a":1}', '{"a":2}'])
  })
})
