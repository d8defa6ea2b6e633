// Asks Elasticsearch until it answers, however long it is away: for what has to be known, or be there, before anything else.

import { setTimeout as sleep } from 'node:timers/promises'
import { type BulkOptions, elasticsearch, reasonOf } from '#bulk'
import { adviceFor, createSeldom, type Delivery, type Log } from '#telemetry'

export interface InsistDeps {
  readonly bulk: Pick<BulkOptions, 'minBackoffMs' | 'maxBackoffMs'>
  readonly log: Log
  /** Is told what is waited for. */
  readonly delivery?: Pick<Delivery, 'retrying' | 'holding'>
  readonly signal: AbortSignal
}

/**
 * - done: the answer.
 * - refused: with an answer that waiting does not change, as where the privilege for it is missing.
 * - aborted: the signal came first.
 */
export type Insisted<Answer> =
  | { readonly kind: 'done'; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly status: number; readonly error: unknown }
  | { readonly kind: 'aborted' }

/** Tries `ask`, which concerns `index`, with growing pauses, and tells why it waits; not where its status is a refusal. */
export async function insist<Answer>(
  index: string,
  ask: () => Promise<Answer>,
  { bulk, log, delivery, signal }: InsistDeps,
  refusals: readonly number[] = [403]
): Promise<Insisted<Answer>> {
  const seldom = createSeldom(Date.now)
  for (let delayMs = bulk.minBackoffMs; ; delayMs = Math.min(delayMs * 2, bulk.maxBackoffMs)) {
    try {
      return { kind: 'done', answer: await ask() }
    } catch (error) {
      if (signal.aborted) return { kind: 'aborted' }
      const status = statusOf(error)
      if (status !== undefined && refusals.includes(status)) return { kind: 'refused', status, error }
      const reason = reasonOf(error)
      const advice = adviceFor(status)
      if (status === undefined || advice === undefined) delivery?.retrying({ documents: 0, reason })
      else delivery?.holding({ documents: 0, status, reason })
      const times = seldom.times(`${status}`)
      if (advice === undefined) log.warn({ index, delayMs, reason }, 'Elasticsearch does not answer, trying again')
      else if (times !== undefined) {
        log.error({ index, status, delayMs, reason, times, advice }, 'documents held until this is mended')
      }
      await sleep(delayMs, undefined, { signal }).catch(() => {})
    }
  }
}

/** HTTP status of an answer that is none, or undefined where there was no answer. */
function statusOf(error: unknown): number | undefined {
  const { ProductNotSupportedError, ResponseError } = elasticsearch().errors
  if (error instanceof ProductNotSupportedError) return 200
  return error instanceof ResponseError ? error.statusCode : undefined
}
