// Settles dead letters after the fact, beside the process that owns the store or without one. A letter leaves together with
// its share of the ledger, in one transaction, so that the sums hold and a letter that two settle is counted once.

import { DatabaseSync } from 'node:sqlite'
import { SluiceError } from '#errors'
import type { Share } from '#record'
import {
  type KeptLetter,
  LETTER_ORDER,
  type LetterFilter,
  type ReplayableLetter,
  SELECT_LETTERS,
  toReplayable,
  whereLetters
} from './letter.ts'
import { lockFolder } from './lock.ts'
import { closeStore, missingPart } from './open.ts'
import { requireStore } from './reader.ts'
import { migrate, needsMigration } from './schema.ts'
import { createTransact } from './transact.ts'

/** What becomes of a kept letter in the end: Elasticsearch has it, a rule drops it now, or a person threw it away. */
export type LetterFate = 'acked' | 'dropped' | 'discarded'

/** How a letter was refused again. */
export type Refusal = Pick<KeptLetter, 'id' | 'index' | 'source' | 'status' | 'type' | 'reason'>

export interface Letters {
  /** Ids of the letters that the filter chooses, newest first. */
  ids(filter: LetterFilter): string[]
  /** Those of these letters that are still there, in the order of the ids. */
  get(ids: readonly string[]): ReplayableLetter[]
  /** Takes letters out of the store, and their bytes to their fate. Returns how many were still there. */
  settle(ids: readonly string[], fate: LetterFate): number
  /** Keeps letters with what they were refused for now. */
  refuse(refusals: readonly Refusal[]): void
  close(): void
}

/** Of documents of one span the last one settled counts all of it, by the worst that any of them met. */
const WORST_FIRST: readonly LetterFate[] = ['discarded', 'acked', 'dropped']

const KEPT = { fate: 'deadLettered', reason: '' } as const
const SHARE_OF: Readonly<Record<LetterFate, Pick<Share, 'fate' | 'reason' | 'documents'>>> = {
  acked: { fate: 'acked', reason: '', documents: 1 },
  dropped: { fate: 'dropped', reason: 'drop', documents: 0 },
  discarded: { fate: 'deadLettered', reason: 'discarded', documents: 1 }
}

/**
 * Opens the letters of a folder. Throws E_STATE_OPEN where there is no sound store, E_STATE_VERSION where it is newer, and
 * E_STATE_LOCKED where it is older and in use.
 */
export function openLetters(folder: string, now: () => Date): Letters {
  const file = requireStore(folder)
  const database = connectBeside(folder, file)
  const transact = createTransact(database, file, 'What is not stored stays a dead letter, and is replayed again')
  const prepare = (sql: string) => database.prepare(sql)
  const selectOne = prepare(`${SELECT_LETTERS} WHERE dead_letter.id = ?`)
  const remove = prepare('DELETE FROM dead_letter WHERE id = ? RETURNING generation, start, "end", span_fate')
  const updateSpan = prepare('UPDATE dead_letter SET span_fate = ? WHERE generation = ? AND start = ?')
  const insertShare = prepare(
    `INSERT INTO ledger (generation, fate, reason, bytes, lines, documents) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes, lines = lines + excluded.lines, documents = documents + excluded.documents`
  )
  const update = prepare(
    `UPDATE dead_letter SET "index" = ?, source = ?, status = ?, type = ?, reason = ?, at = ?,
       bytes = octet_length(raw) + octet_length(?2) WHERE id = ?`
  )

  function add(
    generation: string,
    { fate, reason }: Pick<Share, 'fate' | 'reason'>,
    ...sums: [number, number, number]
  ): void {
    if (sums.some(sum => sum !== 0)) insertShare.run(generation, fate, reason, ...sums)
  }

  function settleOne(id: string, fate: LetterFate): boolean {
    const row = remove.get(id)
    if (row === undefined) return false
    const generation = String(row.generation)
    const met = [fate, String(row.span_fate)]
    const worst = WORST_FIRST.find(one => met.includes(one)) ?? fate
    // The span's bytes stay dead-lettered while another document of it is a dead letter.
    const isLast = Number(updateSpan.run(worst, generation, Number(row.start)).changes) === 0
    const bytes = isLast ? Number(row.end) - Number(row.start) : 0
    const lines = isLast ? 1 : 0
    const own = SHARE_OF[fate]
    const span = SHARE_OF[worst]
    add(generation, KEPT, -bytes, -lines, -1)
    add(generation, own, 0, 0, own.documents)
    add(generation, span, bytes, lines, 0)
    return true
  }

  return {
    ids(filter) {
      const { sql, values } = whereLetters(filter)
      // What stands beyond the checkpoint is not in the ledger yet.
      const settled = 'AND dead_letter."end" <= generation.checkpoint'
      const from = 'FROM dead_letter JOIN generation ON generation.id = dead_letter.generation'
      return prepare(`SELECT dead_letter.id ${from} ${sql} ${settled} ${LETTER_ORDER}`)
        .all(...values)
        .map(({ id }) => String(id))
    },
    get: ids =>
      ids.flatMap(id => {
        const row = selectOne.get(id)
        return row === undefined ? [] : [toReplayable(row)]
      }),
    settle(ids, fate) {
      let count = 0
      transact(true, () => {
        for (const id of ids) if (settleOne(id, fate)) count += 1
      })
      return count
    },
    refuse(refusals) {
      transact(true, () => {
        const at = now().toISOString()
        for (const { id, index, source, status, type, reason } of refusals) {
          update.run(index, source, status, type, reason, at, id)
        }
      })
    },
    close: () => closeStore(folder, database)
  }
}

/** Opens the store without owning it. A damaged one is left to its owner, who knows what to do about it. */
function connectBeside(folder: string, file: string): DatabaseSync {
  const damage = missingPart(file)
  if (damage !== undefined) {
    const message = `the state store ${file} is damaged: ${damage}. \`sluice run\` sets it aside and begins a new one`
    throw new SluiceError('E_STATE_OPEN', message)
  }
  const database = new DatabaseSync(file)
  try {
    database.exec('PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 30000')
    if (needsMigration(database, file)) {
      const unlock = lockFolder(folder)
      migrate(database, file)
      unlock()
    }
    // Whoever may not write is told so before anything is sent.
    database.exec('BEGIN IMMEDIATE; ROLLBACK')
    return database
  } catch (cause) {
    closeStore(folder, database)
    if (cause instanceof SluiceError) throw cause
    const why = `${(cause as Error).message}; the user that Sluice runs as may do so`
    throw new SluiceError('E_STATE_OPEN', `cannot open the state store ${file} for changes: ${why}`, { cause })
  }
}
