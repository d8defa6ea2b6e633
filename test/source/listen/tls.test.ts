// TLS at a real socket: with certificates of senders and without, and senders that speak something else.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { afterAll, describe, expect, it } from 'vitest'
import { dial, http, start, tcp } from './start.ts'

const folder = mkdtempSync(join(tmpdir(), 'listen-tls-'))
afterAll(() => rmSync(folder, { recursive: true }))
const at = (name: string): string => join(folder, name)
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })

/** An authority, or a certificate of one. */
function certify(name: string, authority?: string): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`]
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2']
  const by = authority === undefined ? [] : ['-CA', `${authority}.pem`, '-CAkey', `${authority}.key`]
  openssl('req', '-x509', ...key, ...subject, ...by, '-out', `${name}.pem`)
}
certify('authority')
certify('server', 'authority')
certify('client', 'authority')
certify('stranger')

const tls = { certFile: at('server.pem'), keyFile: at('server.key') }
const mutual = { ...tls, caFile: at('authority.pem') }
const trusting = { ca: readFileSync(at('authority.pem')) }
const as = (name: string) => ({ cert: readFileSync(at(`${name}.pem`)), key: readFileSync(at(`${name}.key`)) })

const closed = (socket: Socket) => new Promise<void>(resolve => socket.once('close', () => resolve()))

function dialTls(port: number, options: ConnectionOptions): TLSSocket {
  const socket = connect({ port, host: '127.0.0.1', ...trusting, ...options })
  socket.resume()
  socket.on('error', () => {})
  return socket
}

describe('TLS', () => {
  it('takes what comes encrypted', async () => {
    const { records, port } = await start({ ...tcp, tls })
    dialTls(port, {}).end('one\n')
    await expect.poll(() => records).toEqual(['one'])
  })

  it('takes from senders with a certificate, where one is asked for, and from no others', async () => {
    const { records, refusals, port } = await start({ ...tcp, tls: mutual })
    for (const options of [{}, as('stranger')]) {
      const stranger = dialTls(port, options)
      stranger.end('stranger\n')
      await closed(stranger)
    }
    dialTls(port, as('client')).end('known\n')
    await expect.poll(() => records).toEqual(['known'])
    expect(refusals).toEqual(['not allowed', 'not allowed'])
  })

  it.each([
    ['lines that are not encrypted', 'not encrypted\n'],
    ['bytes that are nothing', '\x16\x03\x01\xff\xff\x00\x01\x02\x03'.repeat(200)]
  ])('ends a connection alone that brings %s', async (_, bytes) => {
    const { records, refusals, port } = await start({ ...tcp, tls })
    const socket = await dial(port)
    socket.write(bytes, 'latin1')
    socket.resume()
    await closed(socket)
    dialTls(port, {}).end('two\n')
    await expect.poll(() => records).toEqual(['two'])
    expect(refusals).toEqual(['not allowed'])
  })

  it('ends a connection that never begins it', async () => {
    const { refusals, port } = await start({ ...tcp, tls, idleTimeoutMs: 200 })
    const socket = await dial(port)
    socket.resume()
    await closed(socket)
    expect(refusals).toEqual(['not allowed'])
  })

  it('is HTTPS where HTTP listens, with certificates of senders too', async () => {
    const { records, port } = await start({ ...http, tls: mutual })
    const post = (options: object) =>
      new Promise<number | string>(resolve => {
        const asked = request({ host: '127.0.0.1', port, method: 'POST', ...trusting, ...options })
        asked.on('response', ({ statusCode = 0 }) => resolve(statusCode)).on('error', ({ message }) => resolve(message))
        asked.end('one')
      })
    expect(await post(as('client'))).toBe(200)
    expect(await post({})).not.toBe(200)
    expect(records).toEqual(['one'])
  })

  it('with a file that is not there is said with the address', async () => {
    await expect(start({ ...tcp, tls: { ...tls, keyFile: at('missing.key') } })).rejects.toThrow('missing.key')
  })
})
