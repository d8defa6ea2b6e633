// One change of the store as one transaction: all of it or nothing.

import type { DatabaseSync } from 'node:sqlite'
import { SluiceError } from '#errors'

/**
 * Returns what runs a change as one transaction: a durable one is on the disk when it returns, the others may lag. It
 * throws E_STATE_WRITE where the change cannot be stored; `consequence` says what that means.
 */
export function createTransact(database: DatabaseSync, file: string, consequence: string) {
  return (isDurable: boolean, change: () => void): void => {
    try {
      database.exec(isDurable ? 'PRAGMA synchronous = FULL' : 'PRAGMA synchronous = NORMAL')
      database.exec('BEGIN IMMEDIATE')
      change()
      database.exec('COMMIT')
    } catch (error) {
      // SQLite rolls back by itself where the disk is full.
      if (database.isTransaction) database.exec('ROLLBACK')
      const why = (error as Error).message
      const message = `cannot write the state store ${file}: ${why}. ${consequence}`
      throw new SluiceError('E_STATE_WRITE', message, { cause: error })
    }
  }
}
