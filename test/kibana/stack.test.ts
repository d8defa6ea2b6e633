// What the one-shots of docker-compose.yml do, done by the same script and the same settings: secrets in a folder, accounts
// in a real Elasticsearch with security, dashboards and rules in a stand-in for Kibana, and a shipper with just its key.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, errors } from '@elastic/elasticsearch'
import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { startLocalElasticsearch } from '#embedded'
import { read, root } from '../repository/files.ts'
import { basic, standIn } from './stand-in.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-stack-'))
const secrets = join(folder, 'secrets')
const security = { username: 'owner', password: 'secret of the owner' }
const server = await startLocalElasticsearch({ env: process.env, security })
const owner = new Client({ node: server.url, auth: security })
afterAll(async () => {
  await owner.close()
  await server.stop()
  rmSync(folder, { recursive: true })
})

interface Ended {
  readonly code: number
  readonly said: string
}
function program(...args: string[]): Promise<Ended> {
  const env = { ...process.env, SECRETS: secrets, ELASTICSEARCH_URL: server.url }
  return new Promise(resolve => {
    execFile(process.execPath, args, { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), said: `${stdout}${stderr}` })
    )
  })
}
const provision = (...args: string[]) => program(join(root, 'deploy/provision.ts'), ...args)
const sluice = (...args: string[]) => program('--conditions=source', join(root, 'src/cli/main.ts'), ...args)
const secret = (name: string): string => readFileSync(join(secrets, name), 'utf8')
const files = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(secrets, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map(file => [file.slice(secrets.length + 1), readFileSync(file, 'utf8')])
  )

/** The settings that containers have, with what stands beside them here instead. */
function settings(name: string, kibanaUrl = ''): string {
  const file = join(folder, `${name}.json`)
  const text = read(`deploy/${name}.json`)
    .replaceAll('http://elasticsearch:9200', server.url)
    .replaceAll('http://kibana:5601', kibanaUrl)
    .replaceAll('file:/secrets', `file:${secrets}`)
    .replaceAll('/var/lib/sluice', join(folder, 'state'))
    .replaceAll('0.0.0.0:9600', '127.0.0.1:0')
  writeFileSync(file, text)
  return file
}

/** As the image of Elasticsearch does with the password that it is started with. */
const bootstrap = () =>
  owner.security.changePassword({ username: 'elastic', password: secret('elasticsearch/password') })
/** The status that a request ends with for whoever holds the key of Sluice. */
async function statusOf(ask: (client: Client) => Promise<unknown>, apiKey = secret('sluice/api.key')): Promise<number> {
  const client = new Client({ node: server.url, auth: { apiKey } })
  try {
    await ask(client)
    return 200
  } catch (error) {
    return error instanceof errors.ResponseError ? (error.statusCode ?? 0) : -1
  } finally {
    await client.close()
  }
}

const patient = { timeout: 120_000 }

describe('the stack', () => {
  test('gets its secrets once, for their owner alone', patient, async () => {
    expect(await provision('secrets')).toEqual({ code: 0, said: 'passwords and keys are there\n' })
    const made = files()
    expect(Object.keys(made).toSorted()).toEqual([
      'elasticsearch/password',
      'grafana/password',
      'kibana/kibana.yml',
      'kibana/password',
      'kibana/reports.key',
      'kibana/saved-objects.key',
      'kibana/sessions.key'
    ])
    for (const name of Object.keys(made))
      expect([name, statSync(join(secrets, name)).mode & 0o777]).toEqual([name, 0o600])
    const values = Object.entries(made).flatMap(([name, value]) => (name.endsWith('.yml') ? [] : [value]))
    expect(new Set(values).size).toBe(values.length)
    expect(values.filter(value => value.length < 32)).toEqual([])
    await provision('secrets')
    expect(files()).toEqual(made)
  })

  test('gets a Kibana that knows its password, and keys that last, which rules need', () => {
    expect(parse(secret('kibana/kibana.yml'))).toMatchObject({
      'server.host': '0.0.0.0',
      'elasticsearch.hosts': [server.url],
      'elasticsearch.username': 'kibana_system',
      'elasticsearch.password': secret('kibana/password'),
      'xpack.encryptedSavedObjects.encryptionKey': secret('kibana/saved-objects.key'),
      'xpack.security.encryptionKey': secret('kibana/sessions.key'),
      'xpack.reporting.encryptionKey': secret('kibana/reports.key')
    })
  })

  test('says what Elasticsearch answers where it does not know the password', patient, async () => {
    const { code, said } = await provision('accounts')
    expect([code, said]).toEqual([
      1,
      expect.stringMatching(/^POST \/_security\/user\/kibana_system\/_password: .* 401/)
    ])
    expect(said).not.toContain(secret('elasticsearch/password'))
  })

  test('gets its accounts once', patient, async () => {
    await bootstrap()
    expect(await provision('accounts')).toEqual({ code: 0, said: 'the accounts are made\n' })
    const key = secret('sluice/api.key')
    expect(await provision('accounts')).toEqual({ code: 0, said: 'the accounts are there\n' })
    expect(secret('sluice/api.key')).toBe(key)
    const auth = { username: 'kibana_system', password: secret('kibana/password') }
    const kibana = new Client({ node: server.url, auth })
    expect((await kibana.security.authenticate()).username).toBe('kibana_system')
    await kibana.close()
  })

  test('ships with a key that can do nothing else', patient, async () => {
    const dataset = `stack.${Date.now()}`
    const index = `logs-${dataset}-default`
    mkdirSync(join(folder, 'logs'))
    writeFileSync(join(folder, 'logs', 'app.log'), Array.from({ length: 200 }, (_, i) => `line ${i}\n`).join(''))
    const pipeline = { name: 'app', source: { type: 'file', paths: ['logs/*.log'] }, destination: { dataset } }
    writeFileSync(join(folder, 'pipeline.json'), JSON.stringify(pipeline))
    const { code, said } = await sluice('import', '-c', settings('sluice'), '-p', 'pipeline.json', 'logs/app.log')
    expect([code, said]).toEqual([0, expect.stringContaining('200')])
    await owner.indices.refresh({ index })
    expect((await owner.count({ index })).count).toBe(200)
    const statuses = {
      read: await statusOf(client => client.search({ index })),
      delete: await statusOf(client => client.indices.delete({ index })),
      change: await statusOf(client => client.update({ index, id: 'x', doc: {} })),
      elsewhere: await statusOf(client => client.index({ index: 'other', document: {} })),
      users: await statusOf(client => client.security.getUser()),
      keys: await statusOf(client => client.security.createApiKey({ name: 'x' }))
    }
    expect(statuses).toEqual({ read: 200, delete: 403, change: 403, elsewhere: 403, users: 403, keys: 403 })
  })

  test('gets its templates, dashboards and rules, and a second start finds them', patient, async () => {
    const kibana = await standIn()
    kibana.authorization.add(basic('elastic', secret('elasticsearch/password')))
    mkdirSync(join(folder, 'pipelines'))
    writeFileSync(join(folder, 'pipelines', 'nginx.json'), read('pipelines/nginx-access.json'))
    kibana.starting = 2
    const first = await sluice('setup', '-c', settings('setup', kibana.url))
    expect([first.code, first.said]).toEqual([
      0,
      expect.stringContaining('written   dashboard Sluice: overview, new\n')
    ])
    expect(first.said).toContain('created   rule Sluice: nginx-access has been silent for an hour\n')
    expect([...kibana.rules.keys()]).toEqual(['sluice-errors', 'sluice-dead-letters', 'sluice-silence-nginx-access'])
    const again = await sluice('setup', '-c', settings('setup', kibana.url))
    expect([again.code, again.said]).toEqual([0, expect.stringContaining('same      dashboard Sluice: overview\n')])
    expect(again.said).toContain('same      rule Sluice: nginx-access')
    expect(again.said).not.toMatch(/written|created/)
  })

  test('gets a new key where the old one opens nothing any more, and no other stays', patient, async () => {
    const old = secret('sluice/api.key')
    await owner.security.invalidateApiKey({ name: 'sluice' })
    expect(await statusOf(client => client.security.authenticate(), old)).toBe(401)
    expect((await provision('accounts')).said).toBe('the accounts are made\n')
    expect(await statusOf(client => client.security.authenticate())).toBe(200)
    rmSync(join(secrets, 'sluice/api.key'))
    expect((await provision('accounts')).said).toBe('the accounts are made\n')
    const { api_keys: keys } = await owner.security.getApiKey({ name: 'sluice' })
    expect(keys.filter(({ invalidated }) => !invalidated).length).toBe(1)
  })

  test('knows no other step', patient, async () => {
    expect(await provision('all')).toEqual({ code: 2, said: 'there is no step "all"; allowed: secrets, accounts\n' })
  })
})
