// What an installation's state store says: generations with their checkpoints and shares, and dead letters.

import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Fate } from '#record'
import type { Installation } from './installation.ts'

export interface StoredGeneration {
  readonly id: string
  readonly path: string
  readonly size: number
  readonly checkpoint: number
  readonly idPrefix: string
  readonly shares: readonly { fate: Fate; reason: string; bytes: number; lines: number; documents: number }[]
}

export interface Store {
  readonly generations: readonly StoredGeneration[]
  readonly deadLetters: readonly Readonly<Record<string, unknown>>[]
  /** Sums over all generations, of the shares of one fate. */
  sum(fate: Fate): { bytes: number; lines: number; documents: number }
}

/** Reads the store, whether a process has it open or not. */
export function readStore({ stateDir }: Installation): Store {
  const database = new DatabaseSync(join(stateDir, 'state.sqlite'), { readOnly: true })
  const all = (sql: string) => database.prepare(sql).all()
  const shares = all('SELECT * FROM ledger') as unknown as (StoredGeneration['shares'][number] & {
    generation: string
  })[]
  const generations = all('SELECT id, path, size, checkpoint, id_prefix AS idPrefix FROM generation').map(row => ({
    ...(row as unknown as StoredGeneration),
    shares: shares.filter(({ generation }) => generation === row.id)
  }))
  const deadLetters = all('SELECT * FROM dead_letter ORDER BY start')
  database.close()
  return {
    generations,
    deadLetters,
    sum(fate) {
      const sums = { bytes: 0, lines: 0, documents: 0 }
      for (const share of shares.filter(share => share.fate === fate)) {
        sums.bytes += share.bytes
        sums.lines += share.lines
        sums.documents += share.documents
      }
      return sums
    }
  }
}
