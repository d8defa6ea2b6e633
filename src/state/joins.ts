// Which generations begin with the rest of a record of another: noted before the record is sent, so that it is joined again,
// or known to be delivered, after a crash.

import type { DatabaseSync } from 'node:sqlite'
import { type GenerationId, type Offset, offset } from '#record'

/** That a generation, up to `to`, goes on with the record of the generation `after` whose lines end at `from` there. */
export interface Joined {
  readonly after: GenerationId
  readonly from: Offset
  readonly to: Offset
}

export interface Joins {
  /** Notes, durably, that a generation goes on with a record of another. */
  join(generation: GenerationId, joined: Joined): void
  /** What was noted for a generation whose joined lines are not settled, and whether their record is. */
  joined(generation: GenerationId): (Joined & { readonly isDelivered: boolean }) | undefined
  /** Where the record of a generation ends that unsettled lines of another go on with. */
  parkAt(generation: GenerationId): Offset | undefined
}

type Transact = (isDurable: boolean, change: () => void) => void

export function createJoins(database: DatabaseSync, transact: Transact): Joins {
  const update = database.prepare('UPDATE generation SET joined_after = ?, joined_from = ?, joined_to = ? WHERE id = ?')
  const select = database.prepare(
    `SELECT one.joined_after, one.joined_from, one.joined_to, coalesce(other.checkpoint >= one.joined_from, 0) AS is_delivered
     FROM generation one LEFT JOIN generation other ON other.id = one.joined_after
     WHERE one.id = ? AND one.checkpoint < one.joined_to`
  )
  const selectPark = database.prepare(
    'SELECT joined_from FROM generation WHERE joined_after = ? AND checkpoint < joined_to'
  )
  return {
    join(generation, { after, from, to }) {
      transact(true, () => {
        update.run(after, from, to, generation)
      })
    },
    joined(generation) {
      const row = select.get(generation)
      if (row === undefined) return undefined
      return {
        after: String(row.joined_after) as GenerationId,
        from: offset(Number(row.joined_from)),
        to: offset(Number(row.joined_to)),
        isDelivered: row.is_delivered === 1
      }
    },
    parkAt(generation) {
      const row = selectPark.get(generation)
      return row === undefined ? undefined : offset(Number(row.joined_from))
    }
  }
}
