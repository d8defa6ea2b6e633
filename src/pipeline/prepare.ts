// What has to be there before the first document is sent: the index template that makes its destination a data stream.
// Documents wait for it, and whoever reads the log is told why.

import type { Client } from '@elastic/elasticsearch'
import { type Backing, ensureTemplate } from '#bulk'
import type { Delivery } from '#telemetry'
import { type InsistDeps, insist } from './insist.ts'

interface Deps extends InsistDeps {
  readonly client: Client
  readonly backing: Backing
  readonly delivery: Delivery
}

/** Makes sure that the destination is a data stream, however long Elasticsearch is away. */
export async function prepare(
  { dataset, namespace }: { readonly dataset: string; readonly namespace: string },
  deps: Deps
): Promise<void> {
  const { client, backing, log, delivery, signal } = deps
  const index = `logs-${dataset}-${namespace}`
  const insisted = await insist(index, () => ensureTemplate(client, index, dataset, signal), deps)
  if (insisted.kind === 'aborted') return
  if (insisted.kind === 'refused') {
    log.warn({ index, error: insisted.error }, 'no right to look at index templates, taking them as they are')
  } else if (insisted.answer === 'created') log.info({ index }, 'index template put')
  else if (insisted.answer === 'notDataStream') {
    log.warn({ index }, 'the index template that applies makes no data stream')
  }
  await backing.refresh(index)
  delivery.done()
}
