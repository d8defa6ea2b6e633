// One bulk request and its answer, as a value: what each item met, or what the whole request met. It never throws.

import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Client, errors } from '@elastic/elasticsearch'
import type { Item } from '#record'
import { retryAfterMs } from './backoff.ts'
import { classifyItem, classifyRequest, type ItemAnswer, isInDoubt, type Verdict } from './classify.ts'
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

interface BulkAnswer {
  readonly took?: number
  readonly errors?: boolean
  readonly items?: readonly Record<string, ItemAnswer>[]
}

const PATHS =
  'took,errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason,items.*.failure_store'
/** What it costs a fast disk and a busy processor least; the higher levels save little more of logs. */
const GZIP_LEVEL = 1
const compress = promisify(gzip)

/** Errors of a connection that was never made. */
const UNREACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/** The body of a request with op `create`; see Elasticsearch's "Bulk index or delete documents". */
export function renderBody(items: readonly Sendable[]): Buffer {
  const parts: string[] = []
  for (const { id, source } of items) parts.push('{"create":{"_id":"', id, '"}}\n', source, '\n')
  return Buffer.from(parts.join(''))
}

/** Sends a body that `renderBody` made of so many items to an index or data stream; the answer must be whole in time. */
export async function requestBulk(
  client: Client,
  { index, body, count }: { readonly index: string; readonly body: Buffer; readonly count: number },
  { compression, timeoutMs }: Pick<BulkOptions, 'compression' | 'timeoutMs'>,
  signal: AbortSignal
): Promise<Answer> {
  const isGzip = compression === 'gzip'
  let answer: BulkAnswer
  try {
    answer = (await client.transport.request(
      {
        method: 'POST',
        path: `/${encodeURIComponent(index)}/_bulk`,
        querystring: { filter_path: PATHS },
        bulkBody: (isGzip ? await compress(body, { level: GZIP_LEVEL }) : body) as unknown as string
      },
      {
        maxRetries: 0,
        // The client's own limit begins anew with each byte of an answer.
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        headers: {
          accept: 'application/json',
          'content-type': 'application/x-ndjson',
          ...(isGzip && { 'content-encoding': 'gzip' })
        }
      }
    )) as BulkAnswer
  } catch (error) {
    return judgeError(error)
  }
  if (answer?.items?.length !== count) {
    const reason = `the answer is not that of a bulk request: ${JSON.stringify(answer)?.slice(0, 200)}`
    return { kind: 'whole', verdict: 'retry', status: 200, reason, isInDoubt: true, isTimeout: false, retryAfterMs: 0 }
  }
  const tookMs = answer.took ?? 0
  const isPlain = answer.errors === false && !answer.items.some(item => item.create?.failure_store === 'used')
  return isPlain ? { kind: 'delivered', tookMs } : { kind: 'items', tookMs, items: answer.items.map(judgeItem) }
}

function judgeItem(item: Record<string, ItemAnswer>): ItemVerdict {
  const answer = item.create ?? { status: 500 }
  const because = answer.error?.caused_by?.reason
  const reason = answer.error?.reason ?? (answer.failure_store === 'used' ? 'redirected to the failure store' : '')
  return {
    verdict: classifyItem(answer),
    status: answer.status,
    type: answer.error?.type ?? (answer.failure_store === 'used' ? 'failure_store' : ''),
    reason: because === undefined ? reason : `${reason}: ${because}`,
    isInDoubt: isInDoubt(answer)
  }
}

function judgeError(error: unknown): WholeVerdict {
  const { ProductNotSupportedError, RequestAbortedError, ResponseError, TimeoutError } = elasticsearch().errors
  const whole = { kind: 'whole' as const, isTimeout: false, retryAfterMs: 0 }
  if (error instanceof ResponseError) {
    const answer = { status: error.statusCode ?? 0, error: errorIn(error.body) }
    return {
      ...whole,
      verdict: classifyRequest(answer),
      status: answer.status,
      reason: reasonOf(error),
      isInDoubt: isInDoubt(answer),
      retryAfterMs: retryAfterMs(headerOf(error, 'retry-after'), Date.now())
    }
  }
  if (error instanceof ProductNotSupportedError) {
    const reason = 'what answers there is not Elasticsearch'
    return { ...whole, verdict: 'hold', status: 200, reason, isInDoubt: true }
  }
  const isTimeout = error instanceof RequestAbortedError || error instanceof TimeoutError
  const reason = isTimeout ? 'timed out before all of the answer was there' : reasonOf(error)
  return { ...whole, verdict: 'retry', status: 0, reason, isInDoubt: !isUnreached(error), isTimeout }
}

function isUnreached(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && UNREACHED.has(at.code)) return true
  }
  return false
}

function headerOf({ headers }: errors.ResponseError, name: string): string | undefined {
  const value = headers?.[name]
  return Array.isArray(value) ? value[0] : (value ?? undefined)
}
