// What the state store tells of its disk, as lines of Sluice's own log and in its health.

import { statfsSync } from 'node:fs'
import type { StoreEvents } from '#state'
import type { Log, Telemetry } from '#telemetry'

/** Tells of a state folder that takes no writes. Delivery waits meanwhile, and nothing is lost. */
export function observeStore(folder: string, log: Log, telemetry: () => Pick<Telemetry, 'storeWaits'>): StoreEvents {
  return {
    waiting(error) {
      const reason = reasonOf(error)
      const freeBytes = freeBytesOf(folder)
      telemetry().storeWaits({ folder, reason, freeBytes })
      log.error({ folder, reason, freeBytes }, 'state folder takes no writes, delivery waits until it does')
    },
    resumed(waitedMs) {
      telemetry().storeWaits(undefined)
      log.info({ folder, waitedMs: Math.round(waitedMs) }, 'state folder takes writes again, delivery goes on')
    }
  }
}

/** In the words of the disk, without those of the store. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message : String(cause)
}

function freeBytesOf(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return undefined
  }
}
