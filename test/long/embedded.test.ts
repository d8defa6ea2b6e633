// What takes too long for every run: both releases from an empty cache, and the other way down from root.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Client } from '@elastic/elasticsearch'
import { afterAll, describe, expect, test } from 'vitest'
import { startLocalElasticsearch } from '#embedded'

const folder = mkdtempSync(join(tmpdir(), 'sluice-long-'))
afterAll(() => rmSync(folder, { recursive: true }))
const env = { ...process.env, XDG_CACHE_HOME: folder }

describe.each(['9.4.3', '8.19.13'] as const)('release %s', version => {
  test('is downloaded, proved, started, and takes documents', async () => {
    const server = await startLocalElasticsearch({ env, version })
    expect(server.version).toBe(version)
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ message: 'hello' })
    expect((await fetch(`${server.url}/logs/_create/1`, { method: 'PUT', headers, body })).status).toBe(201)
    const data = dirname(dirname(server.logFile))
    await server.stop()
    expect(existsSync(data)).toBe(false)
  })

  test('checks who asks where security is on', async () => {
    const security = { username: 'owner', password: 'secret' }
    const server = await startLocalElasticsearch({ env, version, security })
    expect((await fetch(server.url)).status).toBe(401)
    const authorization = `Basic ${btoa('owner:secret')}`
    expect((await fetch(server.url, { headers: { authorization } })).status).toBe(200)
    await server.stop()
  })
})

describe.runIf(process.getuid?.() === 0)('root', () => {
  test('becomes another user where no user namespace is allowed', async () => {
    writeFileSync(join(folder, 'unshare'), '#!/bin/sh\nexit 1\n')
    chmodSync(join(folder, 'unshare'), 0o755)
    const server = await startLocalElasticsearch({ env: { ...env, PATH: `${folder}:${process.env.PATH}` } })
    const { nodes } = await new Client({ node: server.url }).nodes.info({ metric: 'process' })
    const pid = Object.values(nodes)[0]?.process?.id
    expect(execFileSync('ps', ['-o', 'uid=', '-p', `${pid}`], { encoding: 'utf8' }).trim()).toBe('64000')
    await server.stop()
  })
})
