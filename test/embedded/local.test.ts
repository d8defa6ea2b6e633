// The real server on this machine, through the worst of its life: its owner and then the server itself are killed, and it
// is started again on the same data.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@elastic/elasticsearch'
import { afterAll, expect, test, vi } from 'vitest'
import { type Elasticsearch, startLocalElasticsearch } from '#embedded'
import { startElsewhere } from './starter.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'sluice-local-'))
afterAll(() => rmSync(dataDir, { recursive: true }))

const security = { username: 'owner', password: 'pä$$: word' }
const settings = { 'indexing_pressure.memory.limit': '64mb' }

test('documents and security outlive kill -9 of the owner, and the same port serves them again', {
  timeout: 180_000
}, async () => {
  const options = JSON.stringify({ env: process.env, dataDir, security, settings })
  const [owner, told] = await startElsewhere('index.ts', `room.startLocalElasticsearch(${options})`)
  const first = told as Elasticsearch
  const document = { index: 'logs', id: '1', document: { message: 'hello' }, refresh: true } as const
  await new Client({ node: first.url, auth: security }).index(document)

  owner.kill('SIGKILL')
  await vi.waitFor(() => expect(fetch(first.url)).rejects.toThrow(), 30_000)
  const log = () => readFileSync(join(dataDir, 'logs', 'server.log'), 'utf8')
  await vi.waitFor(() => expect(log()).toMatch(/\] closed\s*$/), 30_000)

  const port = Number(new URL(first.url).port)
  const second = await startLocalElasticsearch({ env: process.env, dataDir, port, security, settings })
  expect(second).toMatchObject({ url: first.url, version: '9.4.3', kind: 'local', auth: security })
  const client = new Client({ node: second.url, auth: security })
  expect((await client.get({ index: 'logs', id: '1' }))._source).toEqual({ message: 'hello' })
  const { nodes } = await client.nodes.info({ metric: 'settings', flat_settings: true })
  expect(Object.values(nodes)[0]?.settings).toMatchObject(settings)
  expect((await fetch(second.url)).status).toBe(401)

  await second.kill()
  await expect(fetch(second.url)).rejects.toThrow()
  expect(existsSync(join(dataDir, 'data'))).toBe(true)
})
