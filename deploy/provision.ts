// What the services of docker-compose.yml need of each other before they work: `secrets` makes passwords and keys, each in
// the volume of the service that reads it, `accounts` makes Elasticsearch know them. Run again, both keep what works.
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const { SECRETS: folder = '/secrets', ELASTICSEARCH_URL: url = 'http://elasticsearch:9200' } = process.env
const { KIBANA_URL: kibanaUrl = 'http://localhost:5601' } = process.env
const WAIT_MS = 120_000
const KEY_NAME = 'sluice'

/** What `sluice run` may do, and nothing else: make and fill data streams of logs, and look up what is in doubt. */
const SHIPPER = {
  cluster: [],
  indices: [{ names: ['logs-*-*'], privileges: ['auto_configure', 'create_doc', 'read', 'view_index_metadata'] }]
}

const steps: Readonly<Record<string, () => void | Promise<void>>> = { secrets, accounts }
const [asked = ''] = process.argv.slice(2)
const step = steps[asked]
if (step === undefined) {
  process.stderr.write(`there is no step ${JSON.stringify(asked)}; allowed: ${Object.keys(steps).join(', ')}\n`)
  process.exitCode = 2
} else {
  await Promise.resolve()
    .then(step)
    .catch((error: Error) => {
      process.stderr.write(`${error.message}\n`)
      process.exitCode = 1
    })
}

function secrets(): void {
  keep('elasticsearch/password')
  keep('grafana/password')
  write('kibana/kibana.yml', kibanaSettings(keep('kibana/password')))
  process.stdout.write('passwords and keys are there\n')
}

/** Without an encryption key that lasts, Kibana forgets everybody's login at a restart and can run no rule. */
function kibanaSettings(password: string): string {
  const settings = {
    'server.host': '0.0.0.0',
    'server.publicBaseUrl': kibanaUrl,
    'elasticsearch.hosts': [url],
    'elasticsearch.username': 'kibana_system',
    'elasticsearch.password': password,
    'xpack.encryptedSavedObjects.encryptionKey': keep('kibana/saved-objects.key'),
    'xpack.security.encryptionKey': keep('kibana/sessions.key'),
    'xpack.reporting.encryptionKey': keep('kibana/reports.key'),
    'telemetry.optIn': false
  }
  return Object.entries(settings)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join('')
}

async function accounts(): Promise<void> {
  const owner = `Basic ${Buffer.from(`elastic:${read('elasticsearch/password')}`).toString('base64')}`
  await untilAnswered()
  await ask('POST', '/_security/user/kibana_system/_password', owner, { password: read('kibana/password') })
  const key = read('sluice/api.key')
  if (key !== undefined && (await send('GET', '/_security/_authenticate', `ApiKey ${key}`)).ok) {
    process.stdout.write('the accounts are there\n')
    return
  }
  // One that was made and never written down opens doors for nobody.
  await ask('DELETE', '/_security/api_key', owner, { name: KEY_NAME, owner: true })
  const made = await ask('POST', '/_security/api_key', owner, {
    name: KEY_NAME,
    role_descriptors: { shipper: SHIPPER }
  })
  write('sluice/api.key', String(made.encoded))
  process.stdout.write('the accounts are made\n')
}

async function untilAnswered(): Promise<void> {
  for (const deadline = Date.now() + WAIT_MS; ; await sleep(1_000)) {
    const answer = await send('GET', '/').catch((error: Error) => error)
    if (!(answer instanceof Error)) return
    if (Date.now() > deadline) throw new Error(`${url} did not answer within ${WAIT_MS / 1_000} s: ${answer.message}`)
  }
}

async function ask(
  method: string,
  path: string,
  authorization: string,
  body: object
): Promise<Record<string, unknown>> {
  const answer = await send(method, path, authorization, body)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: Elasticsearch answered ${answer.status}: ${text.slice(0, 300)}`)
  return JSON.parse(text)
}

function send(method: string, path: string, authorization?: string, body?: object): Promise<Response> {
  return fetch(`${url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
    ...(body !== undefined && { body: JSON.stringify(body) })
  })
}

/** A secret that is there already, or a new one. */
function keep(name: string): string {
  const there = read(name)
  if (there !== undefined) return there
  const made = randomBytes(24).toString('hex')
  write(name, made)
  return made
}

function read(name: string): string | undefined {
  try {
    return readFileSync(join(folder, name), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Whole or not at all, and for its owner alone: Elasticsearch takes no password from a file that others may read. */
function write(name: string, text: string): void {
  const file = join(folder, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, text, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}
