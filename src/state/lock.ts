// One process at a time owns a state folder. The lock is the file system's own, so it ends with its process however that
// ends; the pid beside it is only there to be named.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SluiceError } from '#errors'

/** A lock that is collected as garbage is a lock that is given up: while they are held they are kept here. */
const held = new Set<DatabaseSync>()

/** Locks the folder, or throws E_STATE_LOCKED with the pid of the process that has it; returns what unlocks it. */
export function lockFolder(folder: string): () => void {
  const pidFile = join(folder, 'sluice.pid')
  const lock = new DatabaseSync(join(folder, 'lock.sqlite'))
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    const pid = readPid(pidFile)
    throw new SluiceError(
      'E_STATE_LOCKED',
      `the state folder ${folder} is in use by another sluice (pid ${pid}): stop it first, or give this one its own stateDir`,
      { cause, context: { folder, pid } }
    )
  }
  held.add(lock)
  writeFileSync(pidFile, `${process.pid}\n`)
  return () => {
    held.delete(lock)
    lock.exec('ROLLBACK')
    lock.close()
  }
}

function readPid(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return 'unknown'
  }
}
