// One process at a time. The lock is the operating system's, taken through SQLite on an empty file: it ends with the
// process that holds it, however that ends, so there is no stale lock to judge.
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'

const PAUSE_MS = 250
const SQLITE_BUSY = 5

/** Runs `work` while no other holder of the lock `file` does; `onWait` is called once where there is another. */
export async function withLock<T>(
  file: string,
  { onWait, signal }: { readonly onWait?: (() => void) | undefined; readonly signal?: AbortSignal | undefined },
  work: () => Promise<T>
): Promise<T> {
  const lock = new DatabaseSync(file, { timeout: 0 })
  try {
    for (let hasWaited = false; !tryLock(lock); hasWaited = true) {
      if (!hasWaited) onWait?.()
      await sleep(PAUSE_MS, undefined, { ...(signal && { signal }) })
    }
    return await work()
  } finally {
    lock.close()
  }
}

function tryLock(lock: DatabaseSync): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return true
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return false
    throw error
  }
}
