// Writes that outlast a full disk. What cannot be stored now waits in memory, in order, and is tried again; whatever must
// not happen before it is stored waits for `stored`. What waits is bounded by what waits for it.

import { isPassing } from './faults.ts'

type Transact = (isDurable: boolean, change: () => void) => void

/** What a store tells of a disk that does not take its writes. */
export interface StoreEvents {
  /** A change could not be stored and waits; told once, until all is stored again. */
  waiting?(error: unknown): void
  /** All that waited is stored, after so many milliseconds. */
  resumed?(waitedMs: number): void
}

export interface PatientWrites {
  /** Makes a change, at once where that is possible. Throws what no waiting mends. */
  write: Transact
  /** Whether all changes so far are stored. */
  readonly areStored: boolean
  /** Resolves when all changes so far are stored; rejects where one of them cannot be, whatever room there is. */
  stored(): Promise<void>
  /** Tries once more what waits and gives up what cannot be stored. */
  close(): void
}

const MIN_DELAY_MS = 250
const MAX_DELAY_MS = 10_000
const NOTHING = Promise.resolve()

export function createPatientWrites(transact: Transact, { waiting, resumed }: StoreEvents): PatientWrites {
  const changes: (readonly [isDurable: boolean, change: () => void])[] = []
  let whenStored: PromiseWithResolvers<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let delayMs = MIN_DELAY_MS
  let sinceMs = 0

  function write(isDurable: boolean, change: () => void): void {
    if (whenStored === undefined) {
      try {
        transact(isDurable, change)
        return
      } catch (error) {
        if (!isPassing(error)) throw error
        begin(error)
      }
    }
    changes.push([isDurable, change])
  }

  function begin(error: unknown): void {
    whenStored = Promise.withResolvers()
    whenStored.promise.catch(() => {})
    sinceMs = performance.now()
    delayMs = MIN_DELAY_MS
    timer = setTimeout(retry, delayMs)
    waiting?.(error)
  }

  function retry(): void {
    try {
      storeWaiting()
    } catch (error) {
      if (isPassing(error)) {
        delayMs = Math.min(delayMs * 2, MAX_DELAY_MS)
        timer = setTimeout(retry, delayMs)
      } else whenStored?.reject(error)
      return
    }
    const done = whenStored
    whenStored = undefined
    resumed?.(performance.now() - sinceMs)
    done?.resolve()
  }

  function storeWaiting(): void {
    for (let next = changes[0]; next !== undefined; next = changes[0]) {
      transact(...next)
      changes.shift()
    }
  }

  return {
    write,
    get areStored() {
      return whenStored === undefined
    },
    stored: () => whenStored?.promise ?? NOTHING,
    close() {
      clearTimeout(timer)
      try {
        storeWaiting()
      } catch {
        // It is read, or sent, again at the next start.
      }
    }
  }
}
