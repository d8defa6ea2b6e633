// The forward protocol at a real socket: all modes, acknowledgements once records are stored, and the handshake.

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { decodeMulti, encode } from '@msgpack/msgpack'
import { describe, expect, it } from 'vitest'
import { dial, forward, start } from './start.ts'

const SECONDS = 1_795_183_912
const entries = Buffer.concat([encode([SECONDS, { log: 'c' }]), encode([SECONDS, { log: 'd' }])])
const lineOf = (log: string) => ({ '@timestamp': '2026-11-20T14:11:52.000Z', 'fluent.tag': 'app', log })

/** All values that come back, as they come. */
function answers(socket: Socket): unknown[] {
  const all: unknown[] = []
  let bytes = Buffer.alloc(0)
  socket.on('data', (more: Buffer) => {
    bytes = Buffer.concat([bytes, more])
    all.splice(0, all.length, ...decodeMulti(bytes))
  })
  return all
}

describe('the forward protocol', () => {
  it('takes every mode on one connection, wherever its packets end, and answers each chunk', async () => {
    const { records, port } = await start(forward)
    const socket = await dial(port)
    const heard = answers(socket)
    const stream = Buffer.concat([
      encode(['app', SECONDS, { log: 'a' }]),
      encode(['app', [[SECONDS, { log: 'b' }]], { chunk: 'one' }]),
      encode(['app', entries, { size: 2, chunk: 'two' }]),
      encode(['app', gzipSync(entries), { compressed: 'gzip', chunk: 'three' }])
    ])
    for (let at = 0; at < stream.length; at += 7) socket.write(stream.subarray(at, at + 7))
    await expect.poll(() => heard).toEqual([{ ack: 'one' }, { ack: 'two' }, { ack: 'three' }])
    expect(records.map(record => JSON.parse(record))).toEqual(['a', 'b', 'c', 'd', 'c', 'd'].map(lineOf))
    socket.destroy()
  })

  it('acknowledges nothing before it is stored, and then also to a sender that ended its side', async () => {
    const { records, port, fill } = await start(forward)
    fill(true)
    const socket = await dial(port)
    const heard = answers(socket)
    socket.end(encode(['app', SECONDS, { log: 'a' }, { chunk: 'one' }]))
    await expect.poll(() => socket.writableFinished).toBe(true)
    expect([records, heard]).toEqual([[], []])
    fill(false)
    await expect.poll(() => heard).toEqual([{ ack: 'one' }])
    expect(records).toHaveLength(1)
  })

  it('ends a connection alone that sends something else, and keeps its first bytes', async () => {
    const { records, refusals, port } = await start(forward)
    const [good, bad] = await Promise.all([dial(port), dial(port)])
    bad.write(Buffer.concat([encode(['app', SECONDS, { log: 'a' }]), encode({ not: 'a message' })]))
    await once(bad, 'close')
    good.end(encode(['app', SECONDS, { log: 'b' }]))
    await expect.poll(() => records.length).toBe(3)
    expect(records[1]).toMatch(/^frame refused: no list that begins with a tag/)
    expect(refusals).toEqual(['bad frame'])
  })
})

describe('the handshake', () => {
  const sha512 = (...parts: (string | Uint8Array)[]): string => {
    const hash = createHash('sha512')
    for (const part of parts) hash.update(part)
    return hash.digest('hex')
  }

  async function greet(sharedKey: string) {
    const { port, ...rest } = await start({ ...forward, sharedKey: 'secret' })
    const socket = await dial(port)
    const heard = answers(socket)
    await expect.poll(() => heard.length).toBe(1)
    const [word, { nonce, auth }] = heard[0] as [string, { nonce: Uint8Array; auth: string }]
    expect([word, nonce.length, auth]).toEqual(['HELO', 16, ''])
    socket.write(encode(['PING', 'client', 'salt', sha512('salt', 'client', nonce, sharedKey), '', '']))
    return { socket, heard, nonce, ...rest }
  }

  it('lets in who knows the key, and proves that it knows it too', async () => {
    const { socket, heard, nonce, records } = await greet('secret')
    await expect.poll(() => heard.length).toBe(2)
    expect(heard[1]).toEqual(['PONG', true, '', 'sluice', sha512('salt', 'sluice', nonce, 'secret')])
    socket.write(encode(['app', SECONDS, { log: 'a' }, { chunk: 'one' }]))
    await expect.poll(() => heard.at(-1)).toEqual({ ack: 'one' })
    expect(records).toHaveLength(1)
    socket.destroy()
  })

  it('tells who does not know it, and takes nothing', async () => {
    const { socket, heard, records, refusals } = await greet('guess')
    await once(socket, 'close')
    expect(heard[1]).toEqual(['PONG', false, 'the sender has another shared key', '', ''])
    expect([records, refusals]).toEqual([[], ['wrong key']])
  })

  it('takes no records of who does not begin with it', async () => {
    const { records, refusals, port } = await start({ ...forward, sharedKey: 'secret' })
    const socket = await dial(port)
    socket.on('data', () => {})
    socket.write(encode(['app', SECONDS, { log: 'a' }]))
    await once(socket, 'close')
    expect([records, refusals]).toEqual([[], ['wrong key']])
  })
})
