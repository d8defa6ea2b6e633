// GELF at a real socket: whole packets, chunks, compressed or not, and messages over TCP.

import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dial, gelf, start } from './start.ts'

const message = (text: string): Buffer => Buffer.from(JSON.stringify({ version: '1.1', short_message: text }))

/** A message in chunks of `size` bytes; `id` is what they have in common. */
function chunksOf(bytes: Buffer, size: number, id: number): Buffer[] {
  const total = Math.ceil(bytes.length / size)
  return Array.from({ length: total }, (_, i) =>
    Buffer.concat([
      Buffer.from([0x1e, 0x0f, 0, 0, 0, 0, 0, 0, 0, id, i, total]),
      bytes.subarray(i * size, (i + 1) * size)
    ])
  )
}

async function packets(port: number): Promise<(...all: Buffer[]) => void> {
  const socket = createSocket('udp4')
  onTestFinished(() => void socket.close())
  return (...all) => {
    for (const packet of all) socket.send(packet, port, '127.0.0.1')
  }
}

describe('over UDP', () => {
  it.each([
    ['as it is', message('하나')],
    ['by gzip', gzipSync(message('하나'))],
    ['by zlib', deflateSync(message('하나'))]
  ])('a message comes in one packet %s, and in chunks in any order', async (_, bytes) => {
    const { records, refusals, port } = await start(gelf)
    const send = await packets(port)
    send(bytes, ...chunksOf(bytes, 9, 1).reverse())
    await expect.poll(() => records.length).toBe(2)
    expect(records).toEqual([String(message('하나')), String(message('하나'))])
    expect(refusals).toEqual([])
  })

  it('what is no message, and chunks that never become one, are counted', async () => {
    const { records, refusals, port } = await start(gelf)
    const send = await packets(port)
    const [first = message('')] = chunksOf(message('never whole'), 9, 2)
    send(first, Buffer.from('junk'), Buffer.from([0x1e, 0x0f, 0, 0, 0, 0, 0, 0, 0, 1, 7, 3, 0]), message('next'))
    await expect.poll(() => records.length).toBe(3)
    expect(records.filter(record => !record.startsWith('frame refused: '))).toEqual([String(message('next'))])
    await expect.poll(() => refusals, { timeout: 10_000 }).toEqual(['bad frame', 'bad frame', 'half frame'])
  })
})

describe('over TCP', () => {
  it('messages end with NUL, and may hold newlines', async () => {
    const { records, port } = await start(gelf)
    const socket = await dial(port)
    socket.write('{\n"short_message":\r\n"a\\nb"}\0{"short_mes')
    await expect.poll(() => records).toEqual(['{ "short_message": "a\\nb"}'])
    socket.end('sage":"c"}\0')
    await expect.poll(() => records.at(-1)).toBe('{"short_message":"c"}')
  })

  it.each([
    ['what is no JSON', Buffer.from('junk\0')],
    ['a message that is too long', Buffer.alloc(2_000, 0x20)]
  ])('%s ends its connection alone and is kept by its first bytes', async (_, bytes) => {
    const { records, refusals, port } = await start(gelf)
    const [good, bad] = await Promise.all([dial(port), dial(port)])
    bad.write(Buffer.concat([message('before'), Buffer.of(0), bytes]))
    await once(bad, 'close')
    good.end(Buffer.concat([message('after'), Buffer.of(0)]))
    await expect.poll(() => records.length).toBe(3)
    expect(records[1]).toMatch(/^frame refused: /)
    expect(records[2]).toBe(String(message('after')))
    expect(refusals).toEqual(['bad frame'])
  })
})
