// A dead letter as the store keeps it, and how letters are chosen.

import type { SQLInputValue } from 'node:sqlite'
import type { LineMarks } from '#record'

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

/** A kept letter with all that its line is processed with again. */
export interface ReplayableLetter extends KeptLetter {
  readonly generation: string
  /** The generation's path when it was first seen, which its documents name. */
  readonly firstPath: string
  readonly inode: string
  readonly deviceId: string
  readonly fingerprint: string
  readonly ordinal: number
  readonly marks: LineMarks
}

/** Which letters; without anything, all. */
export interface LetterFilter {
  /** Only these. */
  readonly ids?: readonly string[]
  readonly pipeline?: string | undefined
  /** A part of Elasticsearch's error type. */
  readonly type?: string | undefined
  /** A part of the reason. */
  readonly reason?: string | undefined
  /** Refused at this time or later. */
  readonly since?: Date | undefined
  /** Refused before this time. */
  readonly until?: Date | undefined
}

/** All columns of letters, with those of their generations that tell where they come from. */
export const SELECT_LETTERS = `SELECT dead_letter.*, generation.path, generation.first_path, generation.inode,
  generation.device_id, generation.head_bytes, generation.head_hash
  FROM dead_letter JOIN generation ON generation.id = dead_letter.generation`

/** Newest first, and of one time in order of their place. */
export const LETTER_ORDER = 'ORDER BY dead_letter.at DESC, dead_letter.generation, dead_letter.start, dead_letter.id'

/** The filter as a condition over `dead_letter`, and its values. */
export function whereLetters(filter: LetterFilter): { sql: string; values: SQLInputValue[] } {
  const { ids = [], pipeline, type, reason, since, until } = filter
  const sql = `WHERE (?1 = '[]' OR dead_letter.id IN (SELECT value FROM json_each(?1)))
    AND (?2 IS NULL OR dead_letter.pipeline = ?2) AND instr(dead_letter.type, ?3) > 0 AND instr(dead_letter.reason, ?4) > 0
    AND (?5 IS NULL OR dead_letter.at >= ?5) AND (?6 IS NULL OR dead_letter.at < ?6)`
  const times = [since?.toISOString() ?? null, until?.toISOString() ?? null]
  return { sql, values: [JSON.stringify(ids), pipeline ?? null, type ?? '', reason ?? '', ...times] }
}

export function toLetter(row: Readonly<Record<string, unknown>>): KeptLetter {
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

export function toReplayable(row: Readonly<Record<string, unknown>>): ReplayableLetter {
  return {
    ...toLetter(row),
    generation: String(row.generation),
    firstPath: String(row.first_path),
    inode: String(row.inode),
    deviceId: String(row.device_id),
    fingerprint: `${row.head_bytes}:${row.head_hash}`,
    ordinal: Number(row.ordinal),
    marks: JSON.parse(String(row.marks)) as LineMarks
  }
}
