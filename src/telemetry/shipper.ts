// Ships documents on Sluice's own state, one look at a time. Real logs go first: while one look is on its way the next one
// is dropped, and so is what Elasticsearch does not take at once. Nothing queues up, and nothing is sent twice.

import { type HealthDocument, healthDocuments, type Origin } from './documents.ts'
import { assess } from './health.ts'
import type { Log } from './log.ts'
import type { HealthOptions } from './options.ts'
import type { Vitals } from './vitals.ts'

/** Sends documents once; resolves to why they were not taken, or undefined where they were. */
export type Ship = (documents: readonly HealthDocument[], signal: AbortSignal) => Promise<string | undefined>

export interface Shipper {
  /** Documents that were not taken. */
  readonly dropped: number
  /** Ships one look, or drops it. Never throws, and returns at once. */
  tick(vitals: Vitals): void
}

export interface ShipperDeps {
  readonly health: HealthOptions
  readonly origin: Omit<Origin, 'namespace'>
  readonly log: Pick<Log, 'warn'>
  readonly ship: Ship
}

export function createShipper({ health, origin, log, ship }: ShipperDeps, signal: AbortSignal): Shipper {
  const from = { ...origin, namespace: health.namespace }
  let ticks = 0
  let dropped = 0
  let isShipping = false
  let isDropping = false

  async function deliver(documents: readonly HealthDocument[]): Promise<void> {
    isShipping = true
    const refusal = await ship(documents, signal).catch(error => String(error))
    isShipping = false
    if (refusal !== undefined) drop(documents.length, refusal)
    else isDropping = false
  }

  /** Says so once, until something was taken again. */
  function drop(documents: number, reason: string): void {
    dropped += documents
    if (!isDropping && !signal.aborted) log.warn({ documents, reason }, "documents on Sluice's own state dropped")
    isDropping = true
  }

  return {
    get dropped() {
      return dropped
    },
    tick(vitals) {
      ticks += 1
      const documents = healthDocuments(vitals, assess(vitals, health), from, ticks)
      if (isShipping) drop(documents.length, 'those before them are still on their way')
      else void deliver(documents)
    }
  }
}
