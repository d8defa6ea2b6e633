// What the shipper makes of a server that turns it away, goes away and comes back, or is killed: it waits, says why, loses
// nothing and doubles nothing. One server of its own, with security, lives and dies through all of it.

import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { type LocalElasticsearch, startLocalElasticsearch } from '#embedded'
import { createRandom } from '../../src/cli/selftest/random.ts'
import { clientFor, settingsFor } from './connection.ts'
import { install } from './installation.ts'
import { countDocuments, expectOnce, untilShipped } from './verify.ts'
import { createWriter, lineOf } from './writer.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'sluice-server-'))
const security = { username: 'owner', password: 'secret of the owner' }
const start = (port = 0) => startLocalElasticsearch({ env: process.env, dataDir, security, port })

let server: LocalElasticsearch = await start()
const port = Number(new URL(server.url).port)
const client = clientFor(server)

afterAll(async () => {
  await client.close()
  await server.stop()
  rmSync(dataDir, { recursive: true })
})

test('an unknown user is told what to mend, and once it is mended everything arrives', {
  timeout: 60_000
}, async () => {
  const credentials = { username: 'shipper', password: 'secret of the shipper' }
  const installation = install({ elasticsearch: { ...settingsFor(server), ...credentials } })
  const writer = createWriter(installation.logs, Math.random)
  writer.write(3_000)
  writer.finish()
  const shipper = installation.run()
  expect(await shipper.says('documents held until this is mended')).toMatchObject({
    'log.level': 'error',
    status: 401,
    advice: expect.stringContaining('elasticsearch.username and password')
  })
  expect(JSON.stringify(shipper.log)).not.toContain(credentials.password)
  await client.security.putUser({ ...credentials, roles: ['superuser'] })
  await untilShipped(client, installation, writer.lines)
  expect(await shipper.terminate()).toBe(0)
  await expectOnce(client, installation, writer)
})

test('a user who is turned away in mid-stream holds the lines, says so, and goes on by itself once that is mended', {
  timeout: 120_000
}, async () => {
  const credentials = { username: 'revoked', password: 'secret of the revoked' }
  await client.security.putUser({ ...credentials, roles: ['superuser'] })
  const installation = install({
    elasticsearch: { ...settingsFor(server), ...credentials },
    settings: { metrics: { enabled: true, address: '127.0.0.1:0' } }
  })
  const writer = createWriter(installation.logs, createRandom(2))
  writer.write(1_000)
  writer.finish()
  const shipper = installation.run()
  await untilShipped(client, installation, 1_000)
  await client.security.disableUser({ username: credentials.username })
  writer.write(5_000)
  expect(await shipper.says('documents held until this is mended')).toMatchObject({
    'log.level': 'error',
    status: 401,
    reason: expect.stringContaining('revoked'),
    advice: expect.stringContaining('elasticsearch.username and password')
  })
  const { url } = (await shipper.says('metrics and health served')) as unknown as { url: string }
  const health = await (await fetch(`${url}/health`)).json()
  expect(health).toMatchObject({ status: 'down', reasons: [{ code: 'documents_held' }] })
  expect(await countDocuments(client, installation)).toBe(1_000)
  writer.write(1_000)
  writer.finish()
  await client.security.enableUser({ username: credentials.username })
  await untilShipped(client, installation, writer.lines)
  await shipper.says('documents delivered again')
  expect(await shipper.terminate()).toBe(0)
  await expectOnce(client, installation, writer)
})

test('an API key that is revoked in mid-stream holds the lines, and a new one in the settings delivers them', {
  timeout: 120_000
}, async () => {
  const first = await client.security.createApiKey({ name: 'first' })
  const installation = install({ elasticsearch: { nodes: [server.url], apiKey: first.encoded } })
  const writer = createWriter(installation.logs, createRandom(3))
  writer.write(1_000)
  writer.finish()
  const shipper = installation.run()
  await untilShipped(client, installation, 1_000)
  await client.security.invalidateApiKey({ ids: [first.id] })
  writer.write(2_000)
  writer.finish()
  expect(await shipper.says('documents held until this is mended')).toMatchObject({
    'log.level': 'error',
    status: 401,
    advice: expect.stringContaining('apiKey')
  })
  await shipper.kill()
  expect(await countDocuments(client, installation)).toBe(1_000)
  const { encoded } = await client.security.createApiKey({ name: 'second' })
  const file = join(installation.folder, 'sluice.json')
  const settings = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...settings, elasticsearch: { ...settings.elasticsearch, apiKey: encoded } }))
  const next = installation.run()
  await untilShipped(client, installation, writer.lines)
  expect(await next.terminate()).toBe(0)
  await expectOnce(client, installation, writer)
})

test('a key that may write to one data stream no longer holds that pipeline, and not the other', {
  timeout: 240_000
}, async () => {
  const installation = install({ elasticsearch: settingsFor(server), hasOther: true })
  const { index, logs } = installation
  const other = { ...installation, index: index.replace('-default', '.other-default') }
  const append = (name: string, from: number, to: number) =>
    appendFileSync(join(logs, name), Array.from({ length: to - from }, (_, i) => `${lineOf(from + i)}\n`).join(''))
  const rightsTo = (...names: string[]) => ({
    shipper: {
      cluster: ['monitor' as const, 'manage_index_templates' as const],
      indices: [{ names, privileges: ['auto_configure', 'create_doc', 'read', 'view_index_metadata'] }]
    }
  })
  const both = rightsTo(index, other.index)
  const { id, encoded } = await client.security.createApiKey({ name: 'narrowed', role_descriptors: both })
  installation.settle({ elasticsearch: { nodes: [server.url], apiKey: encoded } })
  append('access.log', 0, 1_000)
  append('other.log', 0, 1_000)
  const shipper = installation.run()
  await untilShipped(client, installation, 1_000)
  await untilShipped(client, other, 1_000)

  await client.security.updateApiKey({ id, role_descriptors: rightsTo(other.index) })
  append('access.log', 1_000, 6_000)
  expect(await shipper.says('documents held until this is mended')).toMatchObject({ pipeline: 'web', status: 403 })
  append('other.log', 1_000, 4_000)
  await untilShipped(client, other, 4_000)
  expect(await countDocuments(client, installation)).toBe(1_000)

  await client.security.updateApiKey({ id, role_descriptors: both })
  await untilShipped(client, installation, 6_000)
  expect(await shipper.terminate()).toBe(0)
  expect(await countDocuments(client, installation)).toBe(6_000)
  expect(await countDocuments(client, other)).toBe(4_000)
})

test('a server that is stopped, and one that is killed, amid a stream of lines', { timeout: 400_000 }, async () => {
  const installation = install({ elasticsearch: settingsFor(server) })
  const writer = createWriter(installation.logs, createRandom(1))
  const writing = new AbortController()
  const written = (async () => {
    while (!writing.signal.aborted) {
      writer.write(50)
      await sleep(20)
    }
    writer.finish()
  })()
  onTestFinished(async () => {
    writing.abort()
    await written
  })
  const shipper = installation.run()
  for (const end of ['stop', 'kill'] as const) {
    const before = await countDocuments(client, installation)
    await expect.poll(() => countDocuments(client, installation), { timeout: 30_000 }).toBeGreaterThan(before)
    const failures = () => shipper.log.filter(({ message }) => message === 'bulk request failed, sending again').length
    const failed = failures()
    await server[end]()
    await expect.poll(failures, { timeout: 30_000, message: 'failed requests' }).toBeGreaterThan(failed)
    server = await start(port)
  }
  writing.abort()
  await written
  await untilShipped(client, installation, writer.lines)
  await shipper.says('documents delivered again')
  expect(await shipper.terminate()).toBe(0)
  await expectOnce(client, installation, writer)
})
