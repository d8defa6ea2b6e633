// The state store: generations, checkpoints, ledger and dead letters in one SQLite database, written by one process.
// A checkpoint, the shares below it and the dead letters among them change in one transaction, so their sums always hold.

import { mkdirSync } from 'node:fs'
import { SluiceError } from '#errors'
import { type Archive, type GenerationId, offset, type Position, type Share } from '#record'
import type { KeptKind, KeptLetters, State } from './contract.ts'
import { createJoins } from './joins.ts'
import { createKnown } from './known.ts'
import { lockFolder } from './lock.ts'
import { closeStore, type OpenedStore, openStore, storeFile } from './open.ts'
import { createPatientWrites, type StoreEvents } from './patient.ts'
import { prunable, prune } from './prune.ts'
import { createTransact } from './transact.ts'

/**
 * Opens the store in `folder`, which is made where it is missing, and locks it. Throws E_STATE_OPEN, E_STATE_LOCKED or
 * E_STATE_VERSION.
 */
export function openState(folder: string, now: () => Date, events: StoreEvents = {}): State {
  makeFolder(folder)
  const unlock = lockFolder(folder)
  let opened: OpenedStore
  try {
    opened = openStore(folder, now)
  } catch (error) {
    unlock()
    throw error
  }
  const { database, setAside } = opened
  const consequence = 'Nothing is lost: what is not stored is read again'
  const writes = createPatientWrites(createTransact(database, storeFile(folder), consequence), events)
  const transact = writes.write
  const joins = createJoins(database, transact)
  const prepare = (sql: string) => database.prepare(sql)
  const insert = prepare(
    `INSERT INTO generation (id, pipeline, first_path, path, device_id, inode, birth_ms, head_bytes, head_hash, size,
       checkpoint, is_mid_cut, proof, id_prefix, begun_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
  )
  const selectPipeline = prepare('SELECT 1 FROM pipeline WHERE name = ?')
  const insertPipeline = prepare('INSERT OR IGNORE INTO pipeline (name, known_since) VALUES (?, ?)')
  const endGeneration = prepare('UPDATE generation SET ended_at = ? WHERE id = ?')
  const selectSent = prepare('SELECT id_prefix, sent_through, sent_since, encoding FROM generation WHERE id = ?')
  const updateSent = prepare(
    `UPDATE generation SET sent_through = max(sent_through, ?), sent_since = ?, head_bytes = ?, head_hash = ?,
       size = max(size, ?) WHERE id = ?`
  )
  const lowerSent = prepare('UPDATE generation SET sent_through = checkpoint, sent_since = NULL WHERE id = ?')
  const updateEncoding = prepare('UPDATE generation SET encoding = ? WHERE id = ?')
  const updatePrefix = prepare('UPDATE generation SET id_prefix = ? WHERE id = ?')
  const updatePosition = prepare(
    `UPDATE generation SET path = ?, head_bytes = ?, head_hash = ?, size = max(size, ?), checkpoint = ?, is_mid_cut = ?, proof = ?, waymarks = ?
     WHERE id = ?`
  )
  const updateFile = prepare(
    'UPDATE generation SET path = ?, device_id = ?, inode = ?, birth_ms = ?, size = ? WHERE id = ?'
  )
  const deleteGeneration = prepare('DELETE FROM generation WHERE id = ?')
  const addToLedger = prepare(
    `INSERT INTO ledger (generation, fate, reason, bytes, lines, documents) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes, lines = lines + excluded.lines, documents = documents + excluded.documents`
  )
  const insertLetter = prepare(
    `INSERT OR REPLACE INTO dead_letter (id, generation, pipeline, start, "end", ordinal, "index", raw, source, step, status,
       type, reason, at, marks, span_fate, bytes)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'bulk', ?, ?, ?, ?, ?, ?, octet_length(?8) + octet_length(?9))`
  )

  const sumLetters = prepare(
    `SELECT pipeline, type, count(*) AS count, sum(bytes) AS bytes, min(at) AS since FROM dead_letter
     GROUP BY pipeline, type ORDER BY count DESC`
  )
  const dataVersion = prepare('PRAGMA data_version')
  let kept: (KeptLetters & { readonly version: unknown }) | undefined

  const insertEnd = prepare('INSERT OR IGNORE INTO forced_end (generation, "offset") VALUES (?, ?)')
  const selectEnds = prepare('SELECT "offset" FROM forced_end WHERE generation = ? ORDER BY "offset"')
  const deleteEnds = prepare('DELETE FROM forced_end WHERE generation = ? AND "offset" <= ?')

  function insertPosition(
    pipeline: string,
    { generation: g, path, birthMs, head, size, checkpoint, isMidCut, proof, archive }: Position,
    idPrefix: string
  ): void {
    insert.run(
      ...[g.id, pipeline, g.path, path, g.deviceId, g.inode, birthMs, head.bytes, head.hash, size, checkpoint],
      ...[Number(isMidCut), proof, idPrefix, now().toISOString()]
    )
    if (archive !== undefined) putArchive(g.id, archive)
  }

  const upsertArchive = prepare('INSERT OR REPLACE INTO archive VALUES (?, ?, ?, ?, ?, ?, ?)')

  function putArchive(generation: GenerationId, archive: Archive): void {
    const { path, deviceId, inode, birthMs, size, modifiedMs } = archive
    upsertArchive.run(generation, path, deviceId, inode, birthMs, size, modifiedMs)
  }

  function addShares(generation: GenerationId, shares: readonly Share[]): void {
    for (const { fate, reason, bytes, lines, documents } of shares) {
      addToLedger.run(generation, fate, reason, bytes, lines, documents)
    }
  }

  return {
    setAside,
    get isStored() {
      return writes.areStored
    },
    stored: writes.stored,
    known: createKnown(database),

    knows: pipeline => selectPipeline.get(pipeline) !== undefined,

    rebuild(pipeline, rebuilt) {
      transact(true, () => {
        for (const { position, sent, documents, forcedEnds } of rebuilt) {
          const { generation, checkpoint, head, size } = position
          insertPosition(pipeline, position, sent.idPrefix)
          updateSent.run(sent.through, sent.since ?? null, head.bytes, head.hash, size, generation.id)
          if (sent.encoding !== undefined) updateEncoding.run(sent.encoding, generation.id)
          for (const end of forcedEnds) insertEnd.run(generation.id, end)
          if (checkpoint === 0) continue
          addShares(generation.id, [
            { fate: 'acked', reason: 'rebuilt', bytes: checkpoint, lines: documents, documents }
          ])
        }
        insertPipeline.run(pipeline, now().toISOString())
      })
    },

    begin(pipeline, positions) {
      transact(true, () => {
        for (const position of positions) {
          const { generation, checkpoint } = position
          insertPosition(pipeline, position, generation.id)
          const reason = position.skipReason ?? 'startAt'
          if (checkpoint === 0) continue
          addShares(generation.id, [{ fate: 'skipped', reason, bytes: checkpoint, lines: 0, documents: 0 }])
        }
      })
    },

    carry(generation, { path, deviceId, inode, birthMs, size }) {
      transact(true, () => {
        updateFile.run(path, deviceId, inode, birthMs, size, generation)
      })
    },

    forgo(generation) {
      transact(true, () => {
        deleteGeneration.run(generation)
      })
    },

    prunable: at => prunable(database, at),

    prune(generations) {
      transact(true, () => prune(database, generations))
    },

    setEnded(generations, isEnded) {
      transact(false, () => {
        for (const id of generations) endGeneration.run(isEnded ? now().toISOString() : null, id)
      })
    },

    sent(generation) {
      const row = selectSent.get(generation)
      return {
        idPrefix: String(row?.id_prefix ?? generation),
        through: offset(Number(row?.sent_through ?? 0)),
        since: typeof row?.sent_since === 'string' ? row.sent_since : undefined,
        encoding: typeof row?.encoding === 'string' ? row.encoding : undefined
      }
    },

    reserve(reservations) {
      transact(true, () => {
        for (const { generation, through, since = null, head, size } of reservations) {
          updateSent.run(through, since, head.bytes, head.hash, size, generation)
        }
      })
    },

    unreserve(generations) {
      transact(true, () => {
        for (const id of generations) lowerSent.run(id)
      })
    },

    forceEnds(ends) {
      transact(true, () => {
        for (const [id, end] of ends) insertEnd.run(id, end)
      })
    },

    join: joins.join,
    joined: joins.joined,
    parkAt: joins.parkAt,

    forcedEnds: generation => selectEnds.all(generation).map(row => offset(Number(row.offset))),

    setEncoding(generation, encoding) {
      transact(true, () => {
        updateEncoding.run(encoding, generation)
      })
    },

    archived(generation, archive) {
      transact(false, () => putArchive(generation, archive))
    },

    lose(generation, reason) {
      transact(false, () => addShares(generation, [{ fate: 'lost', reason, bytes: 0, lines: 0, documents: 0 }]))
    },

    renew(generation, idPrefix) {
      transact(true, () => {
        updatePrefix.run(idPrefix, generation)
      })
    },

    advance(pipeline, advances, deadLetters) {
      transact(deadLetters.length > 0, () => {
        if (deadLetters.length > 0) kept = undefined
        for (const { generation, path, head, size, checkpoint, isMidCut, proof, waymarks, shares } of advances) {
          updatePosition.run(
            ...[path, head.bytes, head.hash, size, checkpoint, Number(isMidCut), proof, JSON.stringify(waymarks)],
            generation
          )
          addShares(generation, shares)
          deleteEnds.run(generation, checkpoint)
        }
        const at = now().toISOString()
        for (const { item, index, status, type, reason, isSpanAcked } of deadLetters) {
          const { id, generation, start, end, ordinal, raw, source, marks = {} } = item
          insertLetter.run(
            ...[id, generation, pipeline, start, end, ordinal, index, raw, source, status, type, reason, at],
            ...[JSON.stringify(marks), isSpanAcked ? 'acked' : 'dropped']
          )
        }
      })
    },

    keptLetters() {
      // It changes when another connection has written, and that is how a replay is seen.
      const version = dataVersion.get()?.data_version
      if (kept?.version === version && kept !== undefined) return kept
      const rows = sumLetters.all()
      const of = new Map<string, KeptKind[]>()
      for (const [pipeline, kinds] of Map.groupBy(rows, row => String(row.pipeline)))
        of.set(pipeline, kinds.map(toKind))
      kept = { version, bytes: rows.reduce((sum, row) => sum + Number(row.bytes), 0), of }
      return kept
    },

    close() {
      writes.close()
      closeStore(folder, database)
      unlock()
    }
  }
}

function toKind({ type, count, since }: Record<string, unknown>): KeptKind {
  return { type: String(type), count: Number(count), sinceMs: Date.parse(String(since)) }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const why = (cause as Error).message
    throw new SluiceError('E_STATE_OPEN', `cannot make the state folder ${folder}: ${why}`, { cause })
  }
}
