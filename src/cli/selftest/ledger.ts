// What the shipper's own ledger says, while it runs, is killed, or has ended.

import { sep } from 'node:path'
import { readState } from '#state'

export interface Ledger {
  readonly ackedBytes: number
  readonly lostBytes: number
  /** Whether all that was seen of the files below a folder is settled. */
  isSettled(folder: string): boolean
}

/** Undefined where there is no store yet, or it cannot be read right after a kill. */
export function readLedger(stateDir: string): Ledger | undefined {
  try {
    const state = readState(stateDir)
    const generations = state.audit()
    state.close()
    const sum = (fate: string) =>
      generations
        .flatMap(({ shares }) => shares)
        .reduce((bytes, share) => bytes + (share.fate === fate ? share.bytes : 0), 0)
    return {
      ackedBytes: sum('acked'),
      lostBytes: sum('lost'),
      isSettled: folder =>
        generations.every(({ endedAt, position }) => {
          const isBelow = position.path.startsWith(`${folder}${sep}`)
          return !isBelow || endedAt !== undefined || position.checkpoint >= position.size
        })
    }
  } catch {
    return undefined
  }
}
