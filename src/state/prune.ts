// What a store may forget: generations that have ended, of which all is settled, and which no letter is kept of. Their sums
// stay, in the same transaction, so that the account of a pipeline never shrinks.

import type { DatabaseSync } from 'node:sqlite'
import type { Fate, GenerationId } from '#record'
import { SELECT_POSITIONS } from './position.ts'

/** A generation that may be forgotten, unless its file is still there. */
export interface Prunable {
  readonly id: GenerationId
  /** Its file, and the archive that was made of it. */
  readonly files: readonly { readonly path: string; readonly deviceId: string; readonly inode: string }[]
}

/** The sums of a pipeline's generations that were forgotten. */
export interface Pruned {
  readonly pipeline: string
  readonly generations: number
  /** The sum of their checkpoints. */
  readonly bytes: number
  readonly shares: readonly { fate: Fate; reason: string; bytes: number; lines: number; documents: number }[]
}

/** Generations that ended before `at` and may be forgotten. */
export function prunable(database: DatabaseSync, at: Date): Prunable[] {
  return database
    .prepare(
      `${SELECT_POSITIONS} WHERE ended_at < ? AND checkpoint >= generation.size AND NOT EXISTS (SELECT 1 FROM dead_letter WHERE generation = generation.id)`
    )
    .all(at.toISOString())
    .map(row => ({
      id: String(row.id) as GenerationId,
      files: ['', 'archive_'].flatMap(name => {
        const path = row[`${name}path`]
        if (typeof path !== 'string') return []
        return [{ path, deviceId: String(row[`${name}device_id`]), inode: String(row[`${name}inode`]) }]
      })
    }))
}

/** Forgets generations but for their sums; to be run in a transaction. */
export function prune(database: DatabaseSync, ids: readonly GenerationId[]): void {
  const list = JSON.stringify(ids)
  const ours = 'IN (SELECT value FROM json_each(?1))'
  database
    .prepare(
      `INSERT INTO pruned SELECT pipeline, count(*), sum(checkpoint) FROM generation WHERE id ${ours} GROUP BY pipeline
       ON CONFLICT DO UPDATE SET generations = generations + excluded.generations, bytes = bytes + excluded.bytes`
    )
    .run(list)
  database
    .prepare(
      `INSERT INTO pruned_ledger
       SELECT pipeline, fate, reason, sum(bytes), sum(lines), sum(documents)
       FROM ledger JOIN generation ON generation.id = ledger.generation WHERE generation.id ${ours}
       GROUP BY pipeline, fate, reason
       ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes, lines = lines + excluded.lines, documents = documents + excluded.documents`
    )
    .run(list)
  for (const table of ['ledger', 'forced_end', 'archive']) {
    database.prepare(`DELETE FROM ${table} WHERE generation ${ours}`).run(list)
  }
  database.prepare(`DELETE FROM generation WHERE id ${ours}`).run(list)
}
