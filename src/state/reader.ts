// Reads a state store while its owner goes on writing: what the commands show that only look.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { SluiceError } from '#errors'
import { type Fate, type GenerationId, offset, type Position, type Span } from '#record'
import { type KeptLetter, LETTER_ORDER, type LetterFilter, SELECT_LETTERS, toLetter, whereLetters } from './letter.ts'
import { SELECT_POSITIONS, toPosition } from './position.ts'
import type { Pruned } from './prune.ts'
import { needsMigration } from './schema.ts'

/** A generation as the ledger has it. */
export interface Audited {
  readonly pipeline: string
  readonly position: Position
  /** What its documents' ids begin with; its own id unless that was taken. */
  readonly idPrefix: string
  readonly begunAt: string
  readonly endedAt: string | undefined
  readonly shares: readonly { fate: Fate; reason: string; bytes: number; lines: number; documents: number }[]
}

export interface StateReader {
  /** All generations, those of one pipeline where one is named, oldest first, with their shares at the same moment. */
  audit(pipeline?: string): Audited[]
  /** The sums of what was forgotten, of each pipeline or the one that is named. */
  pruned(pipeline?: string): Pruned[]
  /** Dead letters, newest first; `limit` bounds how many. */
  deadLetters(filter: LetterFilter, limit: number): KeptLetter[]
  /** How many the filter chooses, by pipeline and type, most first. */
  countDeadLetters(filter: LetterFilter): { pipeline: string; type: string; count: number }[]
  deadLetter(id: string): KeptLetter | undefined
  /** Where documents of a generation were refused, in order; spans of several documents come several times. */
  deadSpans(generation: GenerationId): Span[]
  close(): void
}

/** The store of a folder; throws E_STATE_OPEN where there is none. */
export function requireStore(folder: string): string {
  const file = join(folder, 'state.sqlite')
  if (existsSync(file)) return file
  throw new SluiceError('E_STATE_OPEN', `there is no state in ${folder}: nothing was ever run with this stateDir`)
}

/** Opens the store of a folder for reading. Throws E_STATE_OPEN where there is none, E_STATE_VERSION where it is newer or older. */
export function readState(folder: string): StateReader {
  const file = requireStore(folder)
  const database = new DatabaseSync(file, { readOnly: true })
  if (needsMigration(database, file)) {
    database.close()
    throw new SluiceError(
      'E_STATE_VERSION',
      `${file} is of an older Sluice: the next \`sluice run\` brings it up to date`
    )
  }
  const all = (sql: string, ...values: SQLInputValue[]) => database.prepare(sql).all(...values)

  return {
    audit(pipeline) {
      // One transaction, so that no checkpoint moves between the two looks.
      database.exec('BEGIN')
      const generations = all(
        `${SELECT_POSITIONS} WHERE ?1 IS NULL OR pipeline = ?1 ORDER BY generation.rowid`,
        pipeline ?? null
      )
      const ledger = all('SELECT * FROM ledger')
      database.exec('COMMIT')
      const shares = Map.groupBy(ledger, ({ generation }) => String(generation))
      return generations.map(row => toAudited(row, shares.get(String(row.id)) ?? []))
    },
    pruned(pipeline) {
      const shares = Map.groupBy(all('SELECT * FROM pruned_ledger'), row => String(row.pipeline))
      return all('SELECT * FROM pruned WHERE ?1 IS NULL OR pipeline = ?1', pipeline ?? null).map(row => ({
        pipeline: String(row.pipeline),
        generations: Number(row.generations),
        bytes: Number(row.bytes),
        shares: (shares.get(String(row.pipeline)) ?? []).map(toShare)
      }))
    },
    deadLetters(filter, limit) {
      const { sql, values } = whereLetters(filter)
      return all(`${SELECT_LETTERS} ${sql} ${LETTER_ORDER} LIMIT ?7`, ...values, limit).map(toLetter)
    },
    countDeadLetters(filter) {
      const { sql, values } = whereLetters(filter)
      const counted = `SELECT dead_letter.pipeline, type, count(*) AS count FROM dead_letter ${sql}`
      return all(`${counted} GROUP BY dead_letter.pipeline, type ORDER BY count DESC`, ...values).map(row => ({
        pipeline: String(row.pipeline),
        type: String(row.type),
        count: Number(row.count)
      }))
    },
    deadLetter: id => all(`${SELECT_LETTERS} WHERE dead_letter.id = ?`, id).map(toLetter)[0],
    deadSpans: generation =>
      all('SELECT start, "end" FROM dead_letter WHERE generation = ? ORDER BY start', generation).map(
        ({ start, end }) => ({ start: offset(Number(start)), end: offset(Number(end)) })
      ),
    close: () => database.close()
  }
}

type Row = Record<string, unknown>

function toAudited(row: Row, shares: readonly Row[]): Audited {
  return {
    pipeline: String(row.pipeline),
    position: toPosition(row),
    idPrefix: String(row.id_prefix),
    begunAt: String(row.begun_at),
    endedAt: row.ended_at === null ? undefined : String(row.ended_at),
    shares: shares.map(toShare)
  }
}

function toShare(row: Row): Audited['shares'][number] {
  return {
    fate: String(row.fate) as Fate,
    reason: String(row.reason),
    bytes: Number(row.bytes),
    lines: Number(row.lines),
    documents: Number(row.documents)
  }
}
