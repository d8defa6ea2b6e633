// The real server on this machine, through the worst of its life: its owner and then the server itself are killed, and it
// is started again on the same data.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Client } from '@elastic/elasticsearch'
import { afterAll, expect, test, vi } from 'vitest'
import { type Elasticsearch, startLocalElasticsearch } from '#embedded'

const dataDir = mkdtempSync(join(tmpdir(), 'sluice-local-'))
afterAll(() => rmSync(dataDir, { recursive: true }))

const security = { username: 'owner', password: 'pä$$: word' }
const settings = { 'indexing_pressure.memory.limit': '64mb' }

/** Another process that starts a server on `dataDir`, and what it says of the server. */
async function startElsewhere(): Promise<[ReturnType<typeof spawn>, Elasticsearch]> {
  const module = pathToFileURL(join(import.meta.dirname, '../../src/embedded/index.ts')).href
  const options = JSON.stringify({ env: process.env, dataDir, security, settings })
  const program = [join(import.meta.dirname, 'starter.ts'), module, 'startLocalElasticsearch', options]
  const starter = spawn(process.execPath, ['--conditions=source', ...program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(starter.stdout, 'data')
  return [starter, JSON.parse(String(line))]
}

test('documents and security outlive kill -9 of the owner, and the same port serves them again', {
  timeout: 180_000
}, async () => {
  const [owner, first] = await startElsewhere()
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
