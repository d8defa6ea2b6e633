// One bulk request and its answer, as a value: what each item met, or what the whole request met. It never throws.

import { type Client, errors } from '@elastic/elasticsearch'
import type { Item } from '#record'
import { classifyItem, classifyRequest, type ItemAnswer, type Verdict } from './classify.ts'

/** What one item met. */
export interface ItemVerdict {
  readonly verdict: Verdict
  readonly status: number
  readonly type: string
  readonly reason: string
}

/** What a request met: a verdict per item, in order, or one for the whole of it. */
export type Answer =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'items'; readonly items: readonly ItemVerdict[] }
  | { readonly kind: 'whole'; readonly verdict: Verdict; readonly status: number; readonly reason: string }

/** What a request needs of an item. */
export type Sendable = Pick<Item, 'id' | 'source'>

interface BulkAnswer {
  readonly errors?: boolean
  readonly items?: readonly Record<string, ItemAnswer>[]
}

const PATHS =
  'errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason,items.*.failure_store'

/** Sends items to an index or data stream with op `create`; see Elasticsearch's "Bulk index or delete documents". */
export async function requestBulk(
  client: Client,
  index: string,
  items: readonly Sendable[],
  signal: AbortSignal
): Promise<Answer> {
  let answer: BulkAnswer
  try {
    answer = (await client.transport.request(
      {
        method: 'POST',
        path: `/${encodeURIComponent(index)}/_bulk`,
        querystring: { filter_path: PATHS },
        bulkBody: renderBody(items)
      },
      {
        maxRetries: 0,
        signal,
        headers: { accept: 'application/json', 'content-type': 'application/x-ndjson' }
      }
    )) as BulkAnswer
  } catch (error) {
    return judgeError(error)
  }
  if (answer?.items?.length !== items.length) {
    const reason = `the answer is not that of a bulk request: ${JSON.stringify(answer)?.slice(0, 200)}`
    return { kind: 'whole', verdict: 'retry', status: 200, reason }
  }
  const isPlain = answer.errors === false && !answer.items.some(item => item.create?.failure_store === 'used')
  return isPlain ? { kind: 'delivered' } : { kind: 'items', items: answer.items.map(judgeItem) }
}

function renderBody(items: readonly Sendable[]): string {
  const parts: string[] = []
  for (const { id, source } of items) parts.push('{"create":{"_id":"', id, '"}}\n', source, '\n')
  return parts.join('')
}

function judgeItem(item: Record<string, ItemAnswer>): ItemVerdict {
  const answer = item.create ?? { status: 500 }
  const because = answer.error?.caused_by?.reason
  const reason = answer.error?.reason ?? (answer.failure_store === 'used' ? 'redirected to the failure store' : '')
  return {
    verdict: classifyItem(answer),
    status: answer.status,
    type: answer.error?.type ?? '',
    reason: because === undefined ? reason : `${reason}: ${because}`
  }
}

function judgeError(error: unknown): Answer {
  if (error instanceof errors.ResponseError) {
    const status = error.statusCode ?? 0
    return { kind: 'whole', verdict: classifyRequest(status), status, reason: describe(error) }
  }
  if (error instanceof errors.ProductNotSupportedError) {
    return { kind: 'whole', verdict: 'hold', status: 200, reason: 'what answers there is not Elasticsearch' }
  }
  return {
    kind: 'whole',
    verdict: 'retry',
    status: 0,
    reason: error instanceof Error ? describe(error) : String(error)
  }
}

/** One line of an error, however long the page that a gateway sent. */
function describe(error: Error): string {
  return (error.message.split('\n', 1)[0] ?? '').slice(0, 300) || error.name
}
