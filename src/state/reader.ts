// Reads a state store while its owner goes on writing: what the commands show that only look.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { SluiceError } from '#errors'
import type { Fate } from '#record'
import { checkVersion } from './schema.ts'

/** A generation as the ledger has it. */
export interface Audited {
  readonly generation: string
  readonly pipeline: string
  readonly path: string
  readonly inode: string
  readonly size: number
  readonly checkpoint: number
  readonly begunAt: string
  readonly endedAt: string | undefined
  readonly shares: readonly { fate: Fate; reason: string; bytes: number; lines: number; documents: number }[]
}

/** A document that was refused, as it is kept. */
export interface KeptLetter {
  readonly id: string
  readonly pipeline: string
  readonly path: string
  readonly start: number
  readonly end: number
  readonly index: string
  readonly raw: string
  readonly source: string
  readonly step: string
  readonly status: number
  readonly type: string
  readonly reason: string
  readonly at: string
}

export interface StateReader {
  /** All generations, those of one pipeline where one is named, oldest first. */
  audit(pipeline?: string): Audited[]
  /** Dead letters, newest first; `limit` bounds how many. */
  deadLetters(filter: { pipeline?: string | undefined; type?: string | undefined; limit: number }): KeptLetter[]
  /** How many there are by pipeline and type. */
  countDeadLetters(): { pipeline: string; type: string; count: number }[]
  deadLetter(id: string): KeptLetter | undefined
  close(): void
}

/** Opens the store of a folder for reading. Throws E_STATE_OPEN where there is none, E_STATE_VERSION where it is newer. */
export function readState(folder: string): StateReader {
  const file = join(folder, 'state.sqlite')
  if (!existsSync(file)) {
    throw new SluiceError('E_STATE_OPEN', `there is no state in ${folder}: nothing was ever run with this stateDir`)
  }
  const database = new DatabaseSync(file, { readOnly: true })
  checkVersion(database, file)
  const all = (sql: string, ...values: SQLInputValue[]) => database.prepare(sql).all(...values)
  const letters =
    'SELECT dead_letter.*, generation.path FROM dead_letter JOIN generation ON generation.id = dead_letter.generation'

  return {
    audit(pipeline) {
      const generations = all(
        'SELECT * FROM generation WHERE ?1 IS NULL OR pipeline = ?1 ORDER BY rowid',
        pipeline ?? null
      )
      const shares = Map.groupBy(all('SELECT * FROM ledger'), ({ generation }) => String(generation))
      return generations.map(row => toAudited(row, shares.get(String(row.id)) ?? []))
    },
    deadLetters: ({ pipeline, type, limit }) =>
      all(
        `${letters} WHERE (?1 IS NULL OR dead_letter.pipeline = ?1) AND (?2 IS NULL OR type = ?2) ORDER BY at DESC, dead_letter.id LIMIT ?3`,
        pipeline ?? null,
        type ?? null,
        limit
      ).map(toLetter),
    countDeadLetters: () =>
      all('SELECT pipeline, type, count(*) AS count FROM dead_letter GROUP BY pipeline, type ORDER BY count DESC').map(
        row => ({
          pipeline: String(row.pipeline),
          type: String(row.type),
          count: Number(row.count)
        })
      ),
    deadLetter: id => all(`${letters} WHERE dead_letter.id = ?`, id).map(toLetter)[0],
    close: () => database.close()
  }
}

type Row = Record<string, unknown>

function toAudited(row: Row, shares: readonly Row[]): Audited {
  return {
    generation: String(row.id),
    pipeline: String(row.pipeline),
    path: String(row.path),
    inode: String(row.inode),
    size: Number(row.size),
    checkpoint: Number(row.checkpoint),
    begunAt: String(row.begun_at),
    endedAt: row.ended_at === null ? undefined : String(row.ended_at),
    shares: shares.map(share => ({
      fate: String(share.fate) as Fate,
      reason: String(share.reason),
      bytes: Number(share.bytes),
      lines: Number(share.lines),
      documents: Number(share.documents)
    }))
  }
}

function toLetter(row: Row): KeptLetter {
  return {
    id: String(row.id),
    pipeline: String(row.pipeline),
    path: String(row.path),
    start: Number(row.start),
    end: Number(row.end),
    index: String(row.index),
    raw: String(row.raw),
    source: String(row.source),
    step: String(row.step),
    status: Number(row.status),
    type: String(row.type),
    reason: String(row.reason),
    at: String(row.at)
  }
}
