// What a request means: which records it brings and what is answered once they are stored. Pure.

import { defaultLimits, formLine } from '#wire'
import { asElasticsearch } from './elasticsearch.ts'
import { isJson, linesOf } from './json-lines.ts'

/** A request that was read in full. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** The header `content-type`. */
  readonly type: string
  readonly body: Buffer
}

export interface Answer {
  readonly status: number
  readonly json?: unknown
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly records?: readonly Uint8Array[]
  /** What is wrong with it, for the log. */
  readonly reason?: string | undefined
}

const NEWLINES = /[\r\n]+/g

/** @param accept the header of that name */
export function answerTo(asked: Asked, accept: string): Answer {
  return asElasticsearch(asked, accept) ?? asHttpHandler(asked) ?? asBody(asked)
}

/** `logging.handlers.HTTPHandler` of CPython: the record's attributes as a query (GET) or a form (POST). */
function asHttpHandler({ method, query, type, body }: Asked): Answer | undefined {
  const isForm = method === 'POST' && type.startsWith('application/x-www-form-urlencoded')
  if (!isForm && (method !== 'GET' || !query.has('levelno'))) return undefined
  const form = isForm ? body.toString() : query.toString()
  const line = formLine(form, { ...defaultLimits, frameBytes: form.length })
  if ('error' in line) return refused(400, line.error)
  return { status: 200, text: 'ok', records: [Buffer.from(line.ok)] }
}

function asBody({ method, type, body }: Asked): Answer {
  if (method === 'GET' || method === 'HEAD') return { status: 200, text: 'ok' }
  if (method !== 'POST' && method !== 'PUT') return refused(405, `the method is ${method}; allowed: POST, PUT, GET`)
  if (!/^application\/(?:json|[\w.-]+\+json)\b/.test(type)) return { status: 200, json: {}, records: linesOf(body) }
  const text = body.toString()
  try {
    const value: unknown = JSON.parse(text)
    const items = Array.isArray(value)
      ? value.map(item => JSON.stringify(item))
      : // As it was written, but in one line: no number loses a digit.
        [text.trim().replace(NEWLINES, ' ')]
    return { status: 200, json: {}, records: items.map(item => Buffer.from(item)) }
  } catch (error) {
    // NDJSON is often sent as JSON.
    const lines = linesOf(body)
    if (lines.length > 1 && lines.every(isJson)) return { status: 200, json: {}, records: lines }
    return refused(400, `the body is no JSON: ${(error as Error).message}`)
  }
}

function refused(status: number, reason: string): Answer {
  return { status, json: { error: reason }, reason }
}
