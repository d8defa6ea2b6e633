// What has to be there before the first document is sent: the index template that makes its destination a data stream.
// Documents wait for it, and whoever reads the log is told why.

import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, errors } from '@elastic/elasticsearch'
import { type BulkOptions, ensureTemplate } from '#bulk'
import { adviceFor, type Delivery, type Log } from '#telemetry'

interface Deps {
  readonly client: Client
  readonly bulk: BulkOptions
  readonly log: Log
  readonly delivery: Delivery
  readonly signal: AbortSignal
}

/** Makes sure that the destination is a data stream, however long Elasticsearch is away. */
export async function prepare(
  { dataset, namespace }: { readonly dataset: string; readonly namespace: string },
  { client, bulk, log, delivery, signal }: Deps
): Promise<void> {
  const index = `logs-${dataset}-${namespace}`
  for (let delayMs = bulk.minBackoffMs; ; delayMs = Math.min(delayMs * 2, bulk.maxBackoffMs)) {
    try {
      const done = await ensureTemplate(client, index, dataset, signal)
      if (done === 'created') log.info({ index }, 'index template put')
      if (done === 'notDataStream') log.warn({ index }, 'the index template that applies makes no data stream')
      delivery.done()
      return
    } catch (error) {
      if (signal.aborted) return
      const status = statusOf(error)
      if (status === 403) {
        log.warn({ index, error }, 'no right to look at index templates, taking them as they are')
        delivery.done()
        return
      }
      const reason = error instanceof Error ? error.message : String(error)
      const advice = adviceFor(status)
      if (status === undefined || advice === undefined) delivery.retrying({ documents: 0, reason })
      else delivery.holding({ documents: 0, status, reason })
      if (advice === undefined) log.warn({ index, delayMs, error }, 'Elasticsearch does not answer, trying again')
      else log.error({ index, status, delayMs, error, advice }, 'documents held until this is mended')
      await sleep(delayMs, undefined, { signal }).catch(() => {})
    }
  }
}

/** HTTP status of an answer that is none, or undefined where there was no answer. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof errors.ProductNotSupportedError) return 200
  return error instanceof errors.ResponseError ? error.statusCode : undefined
}
