// Every CPython on PATH logs through its own handlers to one shipper: what is hard to pickle, long messages, threads, forks.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { pythons } from '../wire/pythons.ts'
import { type Document, documents, listening } from './listening.ts'

const run = promisify(execFile)
const interpreters = pythons()
const COUNT = 50
const PARTS = ['thread 0', 'thread 1', 'thread 2', 'thread 3', 'fork 0', 'fork 1']
const EACH = 4 + PARTS.length * COUNT

test(`${interpreters.map(({ version }) => version).join(', ')}`, { timeout: 180_000 }, async () => {
  const [socket, http] = await Promise.all([
    listening({ type: 'python' }),
    listening({ type: 'http' }, { parse: [{ format: 'python-record' }] })
  ])
  for (const { command } of interpreters) {
    await run(command, [join(import.meta.dirname, 'pythons.py'), String(socket.port), String(http.port)], {
      env: { ...process.env, PYTHONIOENCODING: 'utf-8' }
    })
  }
  const all = await documents(socket.installation, EACH * interpreters.length)
  expect(all).toHaveLength(EACH * interpreters.length)
  const posted = await documents(http.installation, interpreters.length)
  for (const { version } of interpreters) expectOf(version, [...all, ...posted])
  expect((await socket.installation.sluice('audit')).code).toBe(0)
})

function expectOf(version: string, all: readonly Document[]): void {
  const by = (name: string) => all.filter(({ log }) => (log as { logger: string }).logger === `${name} ${version}`)
  expect(by('one').slice(0, 2), version).toMatchObject([
    {
      message: '주문 4711, 99.5%',
      log: { level: 'warning' },
      labels: { nan: 'NaN', when: '2026-11-20T23:11:00', cost: '19.90', tags: '["a"]', deep: '{"a":[1,[2,null]]}' }
    },
    { message: '실패', log: { level: 'error' }, error: { type: 'KeyError' } }
  ])
  expect(by('one').map(({ message }) => String(message).length)).toEqual([14, 2, 2_000_000])
  for (const part of PARTS) {
    const own = all.filter(({ log }) => (log as { logger: string }).logger === part + version)
    expect(own.map(({ message }) => message)).toEqual(Array.from({ length: COUNT }, (_, i) => `${part} ${i}`))
  }
  expect([...by('datagram'), ...by('http')].map(({ message }) => message)).toEqual(['패킷', 'request one'])
}
