// One process at a time owns a state folder. The lock is the file system's own, so it ends with its process however that
// ends; the pid beside it is only there to be named.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SluiceError } from '#errors'
import { isPassing } from './faults.ts'

const SQLITE_BUSY = 5

/** A lock that is collected as garbage is a lock that is given up: while they are held they are kept here. */
const held = new Set<DatabaseSync>()

/** Locks the folder, or throws E_STATE_LOCKED with the pid of the process that has it; returns what unlocks it. */
export function lockFolder(folder: string): () => void {
  const pidFile = join(folder, 'sluice.pid')
  const lock = new DatabaseSync(join(folder, 'lock.sqlite'))
  try {
    // Whoever only asks who has it (`lockHolder`) is in the way for a moment.
    lock.exec('PRAGMA busy_timeout = 200; BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    if ((cause as { errcode?: number }).errcode !== SQLITE_BUSY) {
      const why = (cause as Error).message
      throw new SluiceError('E_STATE_OPEN', `cannot lock the state folder ${folder}: ${why}`, { cause })
    }
    const pid = readPid(pidFile)
    throw new SluiceError(
      'E_STATE_LOCKED',
      `the state folder ${folder} is in use by another sluice (pid ${pid}): stop it first, or give this one its own stateDir`,
      { context: { folder, pid } }
    )
  }
  held.add(lock)
  notePid(pidFile)
  return () => {
    held.delete(lock)
    lock.exec('ROLLBACK')
    lock.close()
  }
}

/** A disk that is full does not take the pid, and keeps nobody from the lock. */
function notePid(file: string): void {
  try {
    writeFileSync(file, `${process.pid}\n`)
  } catch (error) {
    if (!isPassing(error)) throw error
  }
}

/** The pid of the process that has locked the folder, or `unknown`; undefined where none has. */
export function lockHolder(folder: string): string | undefined {
  const file = join(folder, 'lock.sqlite')
  if (!existsSync(file)) return undefined
  const lock = new DatabaseSync(file, { readOnly: true })
  try {
    lock.exec('PRAGMA busy_timeout = 0; SELECT 1 FROM sqlite_schema')
    return undefined
  } catch {
    return readPid(join(folder, 'sluice.pid'))
  } finally {
    lock.close()
  }
}

function readPid(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim() || 'unknown'
  } catch {
    return 'unknown'
  }
}
