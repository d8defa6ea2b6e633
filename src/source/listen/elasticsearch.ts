// The part of Elasticsearch's API by which programs write logs: `_bulk`, `_doc` and `_create`, and what clients ask before
// they write. Documents are taken in the order of the request; what cannot be taken is refused by item, as it would be there.

import { randomUUID } from 'node:crypto'
import type { Answer, Asked } from './http-answer.ts'
import { isJsonObject, linesOf } from './json-lines.ts'

/** What clients take for a server; see "Info" in the API of Elasticsearch. */
const VERSION = '9.0.0'
const PRODUCT = { 'x-elastic-product': 'Elasticsearch' }

const BULK = /^\/(?:([^_/][^/]*)\/)?_bulk$/
const DOC = /^\/([^_/][^/]*)\/_(?:doc|create)(?:\/([^/]+))?$/

const INDEX = /^\/([^_/][^/]*)$/
/** Paths of the API that no other sender has. */
const API = /^\/(?:[^_/][^/]*\/)?_[a-z]/

/** Undefined where it is none of what Elasticsearch's clients ask. */
export function asElasticsearch(asked: Asked, accept: string): Answer | undefined {
  // Clients of version 8 and 9 ask for a form that is compatible with theirs, and refuse others.
  const compatible = /compatible-with=(\d+)/.exec(accept)?.[1]
  const answer = route(asked, compatible !== undefined)
  if (answer === undefined) return undefined
  const type = compatible && `application/vnd.elasticsearch+json;compatible-with=${compatible}`
  return { ...answer, headers: { ...PRODUCT, ...(type && { 'content-type': type }) } }
}

function route({ method, path, query, body }: Asked, isClient: boolean): Answer | undefined {
  const isRead = method === 'GET' || method === 'HEAD'
  if (path === '/' && isRead && query.size === 0) return { status: 200, json: INFO }
  const bulk = isRead ? null : BULK.exec(path)
  if (bulk !== null) return takeBulk(body, decode(bulk[1]))
  const doc = isRead ? null : DOC.exec(path)
  if (doc === null) return isClient || API.test(path) ? other(method, path) : undefined
  const id = decode(doc[2]) ?? randomUUID()
  if (!isJsonObject(body)) return failure(400, 'document_parsing_exception', 'the document is no object of JSON')
  return { status: 201, json: created(decode(doc[1]) ?? '', id), records: [oneLine(body)] }
}

/** What asks for an index by name finds that it is there, and need not make it; all else is not to be had. */
function other(method: string, path: string): Answer {
  const [, index] = INDEX.exec(path) ?? []
  if (index !== undefined && method === 'HEAD') return { status: 200 }
  if (index !== undefined && method === 'PUT') {
    return {
      status: 400,
      json: failed(400, 'resource_already_exists_exception', `index [${decode(index)}] already exists`)
    }
  }
  const status = method === 'GET' || method === 'HEAD' ? 404 : 400
  const reason = `${method} ${path} is not possible here: logs are only added to`
  return { status, json: failed(status, 'illegal_argument_exception', reason) }
}

const INFO = {
  name: 'sluice',
  cluster_name: 'sluice',
  cluster_uuid: 'sluice',
  version: {
    ...{ number: VERSION, build_flavor: 'default', build_type: 'tar', build_hash: '0', build_snapshot: false },
    ...{ build_date: '1970-01-01T00:00:00Z', lucene_version: '10.1.0' },
    ...{ minimum_wire_compatibility_version: '8.18.0', minimum_index_compatibility_version: '8.0.0' }
  },
  tagline: 'You Know, for Search'
}

interface Action {
  readonly kind: string
  readonly index: string
  readonly id: string
}

function takeBulk(body: Buffer, defaultIndex: string | undefined): Answer {
  const lines = linesOf(body)
  const records: Buffer[] = []
  const items: unknown[] = []
  let hasErrors = false
  for (let i = 0; i < lines.length; i += 1) {
    const action = actionOf(lines[i] as Buffer, defaultIndex)
    if (action === undefined) return failure(400, 'illegal_argument_exception', `line ${i + 1} is no action of _bulk`)
    const { kind, index, id } = action
    const document = kind === 'delete' ? undefined : lines[++i]
    const refusal = whyNot(kind, document)
    if (refusal === undefined && document !== undefined) {
      records.push(document)
      items.push({ [kind]: { ...created(index, id), status: 201 } })
    } else {
      hasErrors = true
      items.push({ [kind]: { _index: index, _id: id, status: 400, error: refusal } })
    }
  }
  return { status: 200, json: { took: 0, errors: hasErrors, items }, records }
}

function actionOf(line: Buffer, defaultIndex: string | undefined): Action | undefined {
  try {
    const [entry] = Object.entries(JSON.parse(line.toString()) as Record<string, { _index?: string; _id?: string }>)
    if (entry === undefined || !/^(?:create|index|update|delete)$/.test(entry[0])) return undefined
    const [kind, { _index: index = defaultIndex ?? '', _id: id = randomUUID() }] = entry
    return { kind, index, id }
  } catch {
    return undefined
  }
}

/** Why Sluice does not take an item. */
function whyNot(kind: string, document: Buffer | undefined): unknown {
  if (kind === 'update' || kind === 'delete') {
    return { type: 'illegal_argument_exception', reason: `${kind} is not possible here: logs are only added to` }
  }
  if (document === undefined) return { type: 'illegal_argument_exception', reason: 'the document is missing' }
  return isJsonObject(document)
    ? undefined
    : { type: 'document_parsing_exception', reason: 'the document is no object of JSON' }
}

function created(index: string, id: string): object {
  const shards = { total: 1, successful: 1, failed: 0 }
  return { _index: index, _id: id, _version: 1, result: 'created', _shards: shards, _seq_no: 0, _primary_term: 1 }
}

const failed = (status: number, type: string, reason: string): object => ({
  error: { root_cause: [{ type, reason }], type, reason },
  status
})

const failure = (status: number, type: string, reason: string): Answer => ({
  status,
  json: failed(status, type, reason),
  reason
})

/** Newlines stand between the tokens of JSON only. */
const oneLine = (body: Buffer): Buffer =>
  Buffer.from(
    body
      .toString()
      .trim()
      .replace(/[\r\n]+/g, ' ')
  )

const decode = (part: string | undefined): string | undefined => (part === undefined ? undefined : decodePart(part))

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
