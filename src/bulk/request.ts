// One bulk request and its answer, as a value: what each item met, or what the whole request met. It never throws.

import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Client, errors } from '@elastic/elasticsearch'
import type { Item } from '#record'
import type { AllCreated } from './answer.ts'
import { retryAfterMs } from './backoff.ts'
import { classifyItem, classifyRequest, type ItemAnswer, isInDoubt, type Verdict } from './classify.ts'
import { exchange } from './client.ts'
import { elasticsearch } from './elasticsearch.ts'
import type { BulkOptions } from './options.ts'
import { errorIn, reasonOf } from './reason.ts'

/** What one item met. */
export interface ItemVerdict {
  readonly verdict: Verdict
  readonly status: number
  readonly type: string
  readonly reason: string
  /** Whether it may have been stored all the same. */
  readonly isInDoubt: boolean
}

/** What the whole of a request met. */
export interface WholeVerdict {
  readonly kind: 'whole'
  readonly verdict: Verdict
  readonly status: number
  readonly type: string
  readonly reason: string
  /** Whether documents of it may have been stored all the same. */
  readonly isInDoubt: boolean
  readonly isTimeout: boolean
  /** What the server asks for; 0 where it does not. */
  readonly retryAfterMs: number
}

/** What a request met: a verdict per item, in order, or one for the whole of it. `tookMs` is Elasticsearch's own. */
export type Answer =
  | { readonly kind: 'delivered'; readonly tookMs: number }
  | { readonly kind: 'items'; readonly tookMs: number; readonly items: readonly ItemVerdict[] }
  | WholeVerdict

/** What a request needs of an item. */
export type Sendable = Pick<Item, 'id' | 'source'>

/** What is read of an answer, which may be anything: a gateway may have made it. */
interface BulkAnswer {
  readonly took?: unknown
  readonly items?: readonly (Readonly<Record<string, ItemAnswer>> | null)[]
  readonly allCreated?: AllCreated['allCreated']
}

const PATHS =
  'took,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason,items.*.failure_store'
/** What it costs a fast disk and a busy processor least; the higher levels save little more of logs. */
const GZIP_LEVEL = 1
const compress = promisify(gzip)

/** What is so of most requests that met something as a whole. */
const WHOLE = { kind: 'whole' as const, type: '', isTimeout: false, retryAfterMs: 0 }
/** What is said of a connection that was never made; the client keeps of the system's errors their words alone. */
const UNREACHED = /^(?:connect|getaddrinfo) E[A-Z_]+\b|^Connect Timeout Error\b/

/** The body of a request with op `create`; see Elasticsearch's "Bulk index or delete documents". */
export function renderBody(items: readonly Sendable[]): Buffer {
  const parts: string[] = []
  for (const { id, source } of items) parts.push('{"create":{"_id":"', id, '"}}\n', source, '\n')
  return Buffer.from(parts.join(''))
}

/** Sends a body that `renderBody` made of so many items to an index or data stream. */
export async function requestBulk(
  client: Client,
  { index, body, count }: { readonly index: string; readonly body: Buffer; readonly count: number },
  { compression }: Pick<BulkOptions, 'compression'>,
  signal: AbortSignal
): Promise<Answer> {
  const isGzip = compression === 'gzip'
  let answer: BulkAnswer | null
  try {
    answer = (await exchange(
      client,
      {
        method: 'POST',
        path: `/${encodeURIComponent(index)}/_bulk`,
        querystring: { filter_path: PATHS },
        bulkBody: (isGzip ? await compress(body, { level: GZIP_LEVEL }) : body) as unknown as string
      },
      {
        signal,
        headers: {
          accept: 'application/json',
          'content-type': 'application/x-ndjson',
          ...(isGzip && { 'content-encoding': 'gzip' })
        }
      }
    )) as BulkAnswer | null
  } catch (error) {
    return judgeError(error)
  }
  const tookMs = typeof answer?.took === 'number' ? answer.took : 0
  if (answer?.allCreated === count) return { kind: 'delivered', tookMs }
  if (answer?.items?.length !== count) {
    const reason = `the answer is not that of a bulk request: ${JSON.stringify(answer)?.slice(0, 200)}`
    return { ...WHOLE, verdict: 'retry', status: 200, reason, isInDoubt: true }
  }
  const { items } = answer
  return items.every(isTaken)
    ? { kind: 'delivered', tookMs }
    : { kind: 'items', tookMs, items: items.map(item => judgeItem(item, index)) }
}

function isTaken(item: Readonly<Record<string, ItemAnswer>> | null): boolean {
  const answer = item?.create
  return answer !== undefined && (answer.status === 201 || answer.status === 200) && answer.failure_store !== 'used'
}

function judgeItem(item: Readonly<Record<string, ItemAnswer>> | null, index: string): ItemVerdict {
  const given = item?.create
  // Without a status nothing was said.
  const answer = given !== undefined && Number.isInteger(given.status) ? given : { status: 500 }
  const { error, failure_store: store } = answer
  const because = error?.caused_by?.reason
  const isRedirected = store === 'used' && error === undefined
  // The answer does not say why, which stands there by `document.id`.
  const reason = isRedirected ? `redirected to the failure store, see ${index}::failures` : textOf(error?.reason)
  return {
    verdict: classifyItem(answer),
    status: answer.status,
    type: isRedirected ? 'failure_store' : textOf(error?.type),
    reason: because === undefined ? reason : `${reason}: ${textOf(because)}`,
    isInDoubt: isInDoubt(answer)
  }
}

/** Elasticsearch says some things with a text, with nothing, or with more than that. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}

function judgeError(error: unknown): WholeVerdict {
  const { ProductNotSupportedError, ResponseError, TimeoutError } = elasticsearch().errors
  if (error instanceof ResponseError) {
    const answer = { status: error.statusCode ?? 0, error: errorIn(error.body) }
    return {
      ...WHOLE,
      type: textOf(answer.error.type),
      verdict: classifyRequest(answer),
      status: answer.status,
      reason: reasonOf(error),
      isInDoubt: isInDoubt(answer),
      retryAfterMs: retryAfterMs(headerOf(error, 'retry-after'), Date.now())
    }
  }
  if (error instanceof ProductNotSupportedError) {
    return { ...WHOLE, verdict: 'hold', status: 200, reason: reasonOf(error), isInDoubt: true }
  }
  const reason = reasonOf(error)
  const isTimeout = error instanceof TimeoutError
  return { ...WHOLE, verdict: 'retry', status: 0, reason, isInDoubt: !UNREACHED.test(reason), isTimeout }
}

function headerOf({ headers }: errors.ResponseError, name: string): string | undefined {
  const value = headers?.[name]
  return Array.isArray(value) ? value[0] : (value ?? undefined)
}
