// Ships documents on Sluice's own state to their data stream, which is made first where there is none.

import type { Client } from '@elastic/elasticsearch'
import { type BulkOptions, ensureTemplate, shipOnce } from '#bulk'
import { HEALTH_DATASET, type HealthDocument } from '#telemetry'

/** What takes longer is given up: the next documents say more. */
const LIMIT_MS = 10_000

/** Returns what sends such documents once; it resolves to why they were not taken, or undefined where they were. */
export function createHealthShip(client: Client, namespace: string, bulk: BulkOptions) {
  const index = `logs-${HEALTH_DATASET}-${namespace}`
  let isPrepared = false
  return async (documents: readonly HealthDocument[], stopping: AbortSignal): Promise<string | undefined> => {
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(LIMIT_MS)])
    if (!isPrepared) await ensureTemplate(client, index, HEALTH_DATASET, signal)
    isPrepared = true
    const items = documents.map(({ id, fields }) => ({ id, source: JSON.stringify(fields) }))
    return shipOnce(client, index, items, bulk, signal)
  }
}
