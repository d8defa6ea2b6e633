// What the store knows of the files of one pipeline, looked up where it is needed: nothing of it is held in memory, so that
// what is followed costs little and what has ended costs nothing.

import type { DatabaseSync } from 'node:sqlite'
import type { GenerationId, Position } from '#record'
import { SELECT_POSITIONS, toPosition } from './position.ts'

/** The generations of a pipeline; several are newest first. */
export interface Known {
  has(): boolean
  one(generation: GenerationId): Position | undefined
  /** Those whose file has, or had, this device and inode. */
  at(deviceId: string, inode: string): Position[]
  /** Whether documents of it may have been sent. */
  wasSent(generation: GenerationId): boolean
  /** Those that were followed last, or are. */
  unended(): Position[]
  /** Those that were compressed into a file. */
  archived(): Position[]
  /** Those whose head has the hash that `hashOf` gives for its length. */
  beginningAs(hashOf: (bytes: number) => string | undefined): Position[]
  /** The last one before it that was first seen at the same path. */
  before(generation: GenerationId): GenerationId | undefined
  all(): Position[]
}

export function createKnown(database: DatabaseSync): (pipeline: string) => Known {
  const prepare = (condition: string) =>
    database.prepare(`${SELECT_POSITIONS} WHERE ${condition} ORDER BY generation.rowid DESC`)
  const any = database.prepare('SELECT 1 FROM generation WHERE pipeline = ? LIMIT 1')
  const one = prepare('generation.pipeline = ? AND generation.id = ?')
  const at = prepare('generation.pipeline = ? AND generation.device_id = ? AND generation.inode = ?')
  const sent = database.prepare('SELECT 1 FROM generation WHERE pipeline = ? AND id = ? AND sent_through > 0')
  const unended = prepare('generation.pipeline = ? AND generation.ended_at IS NULL')
  const archived = prepare('generation.pipeline = ? AND archive.path IS NOT NULL')
  const headLengths = database.prepare('SELECT DISTINCT head_bytes FROM generation WHERE pipeline = ?')
  const headed = prepare('generation.pipeline = ? AND head_bytes = ? AND head_hash = ?')
  const before = database.prepare(
    `SELECT other.id FROM generation one JOIN generation other ON other.pipeline = one.pipeline
       AND other.first_path = one.first_path AND other.rowid < one.rowid
     WHERE one.pipeline = ? AND one.id = ? ORDER BY other.rowid DESC LIMIT 1`
  )
  const all = prepare('generation.pipeline = ?')
  return pipeline => ({
    has: () => any.get(pipeline) !== undefined,
    one(generation) {
      const row = one.get(pipeline, generation)
      return row === undefined ? undefined : toPosition(row)
    },
    at: (deviceId, inode) => at.all(pipeline, deviceId, inode).map(toPosition),
    wasSent: generation => sent.get(pipeline, generation) !== undefined,
    unended: () => unended.all(pipeline).map(toPosition),
    archived: () => archived.all(pipeline).map(toPosition),
    beginningAs(hashOf) {
      const bytes = headLengths.all(pipeline).map(row => Number(row.head_bytes))
      return bytes.flatMap(length => headed.all(pipeline, length, hashOf(length) ?? '').map(toPosition))
    },
    before(generation) {
      const row = before.get(pipeline, generation)
      return row === undefined ? undefined : (String(row.id) as GenerationId)
    },
    all: () => all.all(pipeline).map(toPosition)
  })
}
