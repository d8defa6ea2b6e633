// Which Elasticsearch is taken: the configured one, Docker Compose's, one on this machine; and what is said where none is.
// Stand-ins take the parts of the cluster, of `docker` and of Java.
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Progress, startElasticsearch } from '#embedded'

let seen: (string | undefined)[] = []
const cluster = createServer((request, response) => {
  seen.push(request.headers.authorization)
  response.setHeader('x-elastic-product', 'Elasticsearch')
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ version: { number: '9.1.2' } }))
})
const stranger = createServer((_, response) => response.end('hello'))
let port: number
let strangerPort: number
beforeAll(async () => {
  for (const server of [cluster, stranger]) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  port = (cluster.address() as AddressInfo).port
  strangerPort = (stranger.address() as AddressInfo).port
})
afterAll(() => {
  cluster.close()
  stranger.close()
})

let folder: string
let env: NodeJS.ProcessEnv
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-choose-'))
  env = { PATH: `${folder}:/usr/bin:/bin`, HOME: folder, XDG_CACHE_HOME: folder }
  command('docker', 'exit 1')
  seen = []
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Puts a command first on PATH. */
function command(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, name), 0o755)
}

/** A `docker` whose engine runs and whose service is published at the stand-in's port; notes what it is asked. */
function engine(running = '', up = 'true'): () => string[] {
  const notes = join(folder, 'notes')
  command(
    'docker',
    `[ "$1" = info ] && { echo 29.0.1; exit; }
    shift 3
    echo "$*" >> ${notes}
    case $1 in
      ps) echo ${running} ;;
      up) ${up} ;;
      port) echo 127.0.0.1:${port} ;;
    esac`
  )
  return () => readFileSync(notes, 'utf8').trim().split('\n')
}

describe('the configured server', () => {
  test.each([
    ['without credentials', {}, undefined, undefined],
    [
      'with a user',
      { ELASTICSEARCH_USERNAME: 'shipper', ELASTICSEARCH_PASSWORD: 's:cret' },
      { username: 'shipper', password: 's:cret' },
      `Basic ${btoa('shipper:s:cret')}`
    ],
    ['with an API key', { ELASTICSEARCH_API_KEY: 'a2V5' }, { apiKey: 'a2V5' }, 'ApiKey a2V5']
  ])('is taken before Docker, %s', async (_, credentials, auth, header) => {
    engine()
    const url = `http://127.0.0.1:${port}`
    const found = await startElasticsearch({ env: { ...env, ELASTICSEARCH_URL: `${url}/`, ...credentials } })
    expect(found).toMatchObject({ url, kind: 'configured', version: '9.1.2' })
    expect(found.auth).toEqual(auth)
    expect(seen).toEqual([header])
  })

  test('takes credentials from its address, and does not show them in it', async () => {
    const found = await startElasticsearch({ env: { ...env, ELASTICSEARCH_URL: `http://u:p%40ss@127.0.0.1:${port}` } })
    expect(found.url).toBe(`http://127.0.0.1:${port}`)
    expect(found.auth).toEqual({ username: 'u', password: 'p@ss' })
  })

  test.each([
    ['is no address', () => 'localhost', 'ELASTICSEARCH_URL is set, but it is no http:// or https:// address'],
    [
      'does not answer',
      () => 'http://u:secret@127.0.0.1:1',
      'ELASTICSEARCH_URL is set, but http://127.0.0.1:1 does not answer'
    ],
    ['is something else', () => `http://127.0.0.1:${strangerPort}`, 'does not answer as Elasticsearch']
  ])('is not replaced by another where it %s', async (_, url, message) => {
    engine()
    const work = startElasticsearch({ env: { ...env, ELASTICSEARCH_URL: url() } })
    await expect(work).rejects.toThrow(expect.objectContaining({ code: 'E_EMBEDDED_UNREACHABLE' }))
    await expect(work).rejects.toThrow(message)
  })
})

describe.skipIf(process.platform === 'win32')('Docker Compose', () => {
  test('is taken where an engine answers, and is stopped in the end', async () => {
    const asked = engine()
    const told: Progress[] = []
    const found = await startElasticsearch({ env, onProgress: progress => told.push(progress) })
    expect(found).toMatchObject({ kind: 'compose', url: `http://127.0.0.1:${port}`, version: '9.1.2' })
    await found.stop()
    expect(asked().slice(1)).toEqual([
      'up --detach --wait elasticsearch',
      'port elasticsearch 9200',
      'stop elasticsearch'
    ])
    expect(told.map(({ phase }) => phase)).toEqual(['start', 'ready'])
  })

  test('leaves running what was running before', async () => {
    const asked = engine('elasticsearch')
    await (await startElasticsearch({ env })).stop()
    expect(asked()).not.toContain('stop elasticsearch')
  })

  test.each([
    ['no engine answers', 'exit 1', 'No Docker engine answered'],
    ['the engine complains and yet exits with 0', 'echo no daemon >&2', 'No Docker engine answered'],
    ['the service does not come up', undefined, 'Docker Compose could not start Elasticsearch: no space left']
  ])('is passed over where %s', async (_, script, reason) => {
    if (script === undefined) engine('', 'echo "no space left" >&2; exit 1')
    else command('docker', script)
    await expect(startElasticsearch({ env, kinds: ['compose'] })).rejects.toThrow(reason)
  })
})

describe.skipIf(process.platform === 'win32')('a server on this machine', () => {
  test('that does not come up says its last words, without stack traces', async () => {
    const home = join(folder, 'java')
    mkdirSync(join(home, 'bin'), { recursive: true })
    writeFileSync(join(home, 'release'), 'JAVA_VERSION="21.0.1"\n')
    command('java/bin/java', 'echo "unknown setting [no.such]"; echo "	at org.example.Main"; exit 1')
    mkdirSync(join(folder, 'sluice', 'elasticsearch-9.4.3'), { recursive: true })
    const work = startElasticsearch({ env: { ...env, JAVA_HOME: home }, kinds: ['local'] })
    await expect(work).rejects.toThrow(
      /ended while it started: exit code 1.*\n.*unknown setting \[no\.such\]\n(?!.*org\.example)/
    )
  })
})

test('where nothing works, the error says why for each way and names the ways out', async () => {
  command('mvn', 'echo "[ERROR] the mirror is closed"; exit 1')
  const nowhere = { ...env, MAVEN_REPO: 'http://127.0.0.1:1' }
  const message = await startElasticsearch({ env: nowhere }).catch((error: Error) => error.message)
  expect(message).toContain('No Docker engine answered')
  expect(message).toMatch(/the mirror is closed|Java 21 or newer; found/)
  expect(message).toContain('set ELASTICSEARCH_URL to one that runs; start Docker; install Java 21 or newer, and Maven')
})
