// A stand-in for Kibana that is as strict as it is documented to be: the import with its refusals and its 200 that has
// written nothing, the export, spaces, rules, and the time of its start.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { ruleProblems } from './rule-schemas.ts'

type Json = Record<string, unknown>
interface Stored extends Json {
  readonly type: string
  readonly id: string
  readonly attributes: Record<string, unknown>
  readonly references: readonly { readonly type: string; readonly id: string }[]
}

export interface StandIn {
  readonly url: string
  /** Saved objects by space, then by `type:id`. */
  readonly spaces: Map<string, Map<string, Stored>>
  readonly rules: Map<string, Json>
  /** Every request as `METHOD path`, in order. */
  readonly asked: string[]
  /** Answers that come instead of the right ones, once each, for imports. */
  readonly instead: { status: number; body: unknown }[]
  /** What requests may name themselves by. */
  readonly authorization: Set<string>
  version: string
  /** Whether it has an encryption key that lasts, without which it makes no rules. */
  canEncrypt: boolean
  /** Number of rules that are asked for and said not to be there, as they come into being right after. */
  hiddenRules: number
  /** Number of requests that are still answered as by a Kibana that starts. */
  starting: number
}

/** How a user names itself. */
export const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

/** @param basePath under which it is served */
export async function standIn(basePath = ''): Promise<StandIn> {
  const server: Server = createServer()
  server.listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  const kibana: StandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${basePath}`,
    spaces: new Map([['default', new Map()]]),
    rules: new Map(),
    asked: [],
    instead: [],
    authorization: new Set([basic('elastic', 'secret'), 'ApiKey a2V5OnNlY3JldA==']),
    version: '9.1.0',
    canEncrypt: true,
    hiddenRules: 0,
    starting: 0
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answer(kibana, basePath, request).then(({ status, body }) => {
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  return kibana
}

interface Answer {
  readonly status: number
  readonly body: unknown
}
const refuse = (status: number, message: string): Answer => ({ status, body: { statusCode: status, message } })

async function answer(kibana: StandIn, basePath: string, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '', 'http://kibana')
  kibana.asked.push(`${request.method} ${url.pathname}${url.search}`)
  const bytes = await buffer(request)
  if (kibana.starting > 0) {
    kibana.starting -= 1
    return { status: 503, body: 'Kibana server is not ready yet' }
  }
  if (!url.pathname.startsWith(`${basePath}/`)) return refuse(404, 'Not Found')
  if (request.method !== 'GET' && request.headers['kbn-xsrf'] === undefined) {
    return refuse(400, 'Request must contain a kbn-xsrf header.')
  }
  if (!kibana.authorization.has(request.headers.authorization ?? '')) return refuse(401, 'Unauthorized')
  const [, , space = 'default', path = ''] =
    /^(\/s\/([a-z0-9_-]+))?(\/api\/.*)$/.exec(url.pathname.slice(basePath.length)) ?? []
  return route(kibana, space, `${request.method} ${path}`, url.searchParams, bytes, request)
}

function route(
  kibana: StandIn,
  space: string,
  asked: string,
  query: URLSearchParams,
  bytes: Buffer,
  request: IncomingMessage
): Answer | Promise<Answer> {
  const objects = kibana.spaces.get(space)
  const json = (): Json => JSON.parse(bytes.toString() || '{}')
  if (asked === 'GET /api/status') return status(kibana)
  if (asked.startsWith('GET /api/spaces/space/')) {
    return kibana.spaces.has(asked.split('/').at(-1) ?? '') ? { status: 200, body: {} } : refuse(404, 'Not Found')
  }
  if (asked === 'POST /api/spaces/space') {
    kibana.spaces.set(String(json().id), new Map())
    return { status: 200, body: json() }
  }
  if (objects === undefined) return refuse(404, 'Not Found')
  if (asked === 'POST /api/saved_objects/_export') {
    const types = json().type as string[]
    const lines = [...objects.values()].filter(({ type }) => types.includes(type)).map(one => JSON.stringify(one))
    return { status: 200, body: lines.join('\n') }
  }
  if (asked === 'POST /api/saved_objects/_import') return importInto(kibana, objects, query, bytes, request)
  const rule = /^(GET|POST|PUT) \/api\/alerting\/rule\/(.+)$/.exec(asked)
  return rule === null ? refuse(404, 'Not Found') : ruleAnswer(kibana, rule[1] ?? '', rule[2] ?? '', json)
}

function status({ version }: StandIn): Answer {
  const status = { overall: { level: 'available' }, core: { savedObjects: { level: 'available' } } }
  return { status: 200, body: { version: { number: version }, status } }
}

async function importInto(
  kibana: StandIn,
  objects: Map<string, Stored>,
  query: URLSearchParams,
  bytes: Buffer,
  request: IncomingMessage
): Promise<Answer> {
  const instead = kibana.instead.shift()
  if (instead !== undefined) return instead
  const type = request.headers['content-type'] ?? ''
  if (!type.startsWith('multipart/form-data')) return refuse(415, 'Unsupported Media Type')
  const isOver = query.get('overwrite') === 'true'
  if (isOver && query.get('createNewCopies') === 'true')
    return refuse(400, 'cannot use [overwrite] with [createNewCopies]')
  const file = (await new Response(bytes, { headers: { 'content-type': type } }).formData()).get('file')
  if (!(file instanceof File) || !/\.ndjson$/i.test(file.name)) return refuse(400, 'Invalid file extension')
  const lines = (await file.text()).split('\n').filter(line => line.trim() !== '')
  const brought: Stored[] = lines.map(line => JSON.parse(line))
  const names = brought.map(({ type, id }) => `${type}:${id}`)
  if (new Set(names).size < names.length) return refuse(400, 'Non-unique import objects detected')
  if (brought.some(one => one.typeMigrationVersion === undefined))
    return refuse(500, 'An internal server error occurred.')
  return importAnswer(kibana, objects, brought, isOver)
}

function importAnswer(
  kibana: StandIn,
  objects: Map<string, Stored>,
  brought: readonly Stored[],
  isOver: boolean
): Answer {
  const has = (key: string): boolean => objects.has(key) || brought.some(({ type, id }) => `${type}:${id}` === key)
  const errors = brought.flatMap<Json>(({ type, id, references }) => {
    const missing = references.filter(
      one => ['index-pattern', 'search'].includes(one.type) && !has(`${one.type}:${one.id}`)
    )
    if (missing.length > 0) return [{ type, id, error: { type: 'missing_references', references: missing } }]
    return !isOver && objects.has(`${type}:${id}`) ? [{ type, id, error: { type: 'conflict' } }] : []
  })
  const good = brought.filter(({ type, id }) => !errors.some(error => error.type === type && error.id === id))
  const elsewhere = (id: string): boolean =>
    [...kibana.spaces.values()].some(other => other !== objects && [...other.values()].some(one => one.id === id))
  const successResults = good.map(({ type, id }) => ({
    type,
    id,
    ...(elsewhere(id) && { destinationId: crypto.randomUUID() })
  }))
  if (errors.length === 0)
    for (const one of good) objects.set(`${one.type}:${one.id}`, { ...one, updated_at: 'x', version: 'W' })
  return {
    status: 200,
    body: {
      success: errors.length === 0,
      successCount: good.length,
      warnings: [],
      successResults,
      ...(errors.length > 0 && { errors })
    }
  }
}

function ruleAnswer(kibana: StandIn, method: string, id: string, json: () => Json): Answer {
  const { rules } = kibana
  const there = rules.get(id)
  if (method === 'POST' && there !== undefined) return refuse(409, 'Saved object [alert] conflict')
  if (method !== 'POST' && there === undefined) return refuse(404, 'Saved object [alert] not found')
  if (method === 'GET') {
    if (kibana.hiddenRules === 0) return { status: 200, body: there }
    kibana.hiddenRules -= 1
    return refuse(404, 'Saved object [alert] not found')
  }
  const body = json()
  const [problem] = ruleProblems(method === 'PUT' ? 'PUT' : 'POST', body)
  if (problem !== undefined) return refuse(400, problem)
  if (!kibana.canEncrypt) return refuse(500, NO_KEY)
  rules.set(id, { ...there, ...body, id })
  return { status: 200, body: rules.get(id) }
}

const NO_KEY =
  'Unable to create alerts client because the Encrypted Saved Objects plugin is missing encryption key. Please set ' +
  'xpack.encryptedSavedObjects.encryptionKey in the kibana.yml or use the bin/kibana-encryption-keys command.'
