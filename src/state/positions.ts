// Sets positions back, or forgets them, while no process follows their files: the ledger is changed with them, so that its
// sums hold.

import type { GenerationId, Offset, Share } from '#record'
import { lockFolder } from './lock.ts'
import { closeStore, openStore, storeFile } from './open.ts'
import { requireStore } from './reader.ts'
import { createTransact } from './transact.ts'

/** Where a generation stands after it was set back. */
export interface Rewind {
  readonly checkpoint: Offset
  /** Up to 256 bytes that stand right before the checkpoint. */
  readonly proof: Uint8Array
  /** What became of the bytes below the checkpoint. */
  readonly shares: readonly Share[]
}

export interface Positions {
  /** Sets a generation back to an earlier checkpoint; dead letters behind it are dropped, and judged anew. */
  rewind(generation: GenerationId, to: Rewind): void
  /** Drops all that is known of a generation, its dead letters too: its file is a new one then. */
  forget(generation: GenerationId): void
  close(): void
}

/**
 * Opens the positions of a folder, and locks it. Throws E_STATE_OPEN where there is no store, E_STATE_LOCKED with the pid
 * of the process that has it, E_STATE_VERSION where it is newer.
 */
export function openPositions(folder: string, now: () => Date): Positions {
  requireStore(folder)
  const unlock = lockFolder(folder)
  try {
    const { database } = openStore(folder, now)
    const transact = createTransact(database, storeFile(folder), 'Nothing was changed')
    const run = (sql: string, ...values: (string | number | Uint8Array)[]) => database.prepare(sql).run(...values)
    return {
      rewind(id, { checkpoint, proof, shares }) {
        transact(true, () => {
          const position = 'checkpoint = ?, proof = ?, is_mid_cut = 0, ended_at = NULL'
          run(`UPDATE generation SET ${position} WHERE id = ?`, checkpoint, proof, id)
          run('DELETE FROM dead_letter WHERE generation = ? AND start >= ?', id, checkpoint)
          run('DELETE FROM ledger WHERE generation = ?', id)
          for (const { fate, reason, bytes, lines, documents } of shares) {
            run('INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?)', id, fate, reason, bytes, lines, documents)
          }
        })
      },
      forget(id) {
        transact(true, () => {
          for (const table of ['ledger', 'forced_end', 'dead_letter']) {
            run(`DELETE FROM ${table} WHERE generation = ?`, id)
          }
          run('DELETE FROM generation WHERE id = ?', id)
        })
      },
      close() {
        closeStore(folder, database)
        unlock()
      }
    }
  } catch (error) {
    unlock()
    throw error
  }
}
