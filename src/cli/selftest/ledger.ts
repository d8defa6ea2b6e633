// What the shipper's own ledger says, while it runs, is killed, or has ended.

import { sep } from 'node:path'
import { readState } from '#state'

export interface Ledger {
  readonly ackedBytes: number
  readonly lostBytes: number
  /** Bytes of files below a folder that were acknowledged. */
  ackedBelow(folder: string): number
}

/** Undefined where there is no store yet, or it cannot be read right after a kill. */
export function readLedger(stateDir: string): Ledger | undefined {
  try {
    const state = readState(stateDir)
    const generations = state.audit()
    state.close()
    const sum = (fate: string, below = '') =>
      generations
        .filter(({ position }) => position.path.startsWith(below))
        .flatMap(({ shares }) => shares)
        .reduce((bytes, share) => bytes + (share.fate === fate ? share.bytes : 0), 0)
    return {
      ackedBytes: sum('acked'),
      lostBytes: sum('lost'),
      ackedBelow: folder => sum('acked', `${folder}${sep}`)
    }
  } catch {
    return undefined
  }
}
