// Follows one generation's receipts: the checkpoint is the end of the gap-free beginning of what is settled, and the
// shares count exactly the bytes below it. Receipts may come in any order; nothing beyond a gap is ever counted.

import { addShare, type Offset, type Settled, type Share } from '#record'

/** How far a generation has come since the last look. */
export interface Progress {
  readonly checkpoint: Offset
  readonly isMidCut: boolean
  /** What became of the bytes between the last checkpoint and this one; their bytes add up to the difference. */
  readonly shares: readonly Share[]
}

export interface Ledger {
  readonly checkpoint: Offset
  settle(run: Settled): void
  /** What changed since the last call, or undefined where nothing did. */
  take(): Progress | undefined
}

/** A ledger that goes on from a stored checkpoint. */
export function createLedger(from: Offset): Ledger {
  let checkpoint = from
  let taken = from
  let isMidCut = false
  let shares: Share[] = []
  const ahead = new Map<Offset, Settled>()

  function settle(run: Settled): void {
    if (run.end <= run.start) return
    ahead.set(run.start, run)
    for (let next = ahead.get(checkpoint); next !== undefined; next = ahead.get(checkpoint)) {
      ahead.delete(checkpoint)
      checkpoint = next.end
      isMidCut = next.isMidCut
      for (const share of next.shares) addShare(shares, share)
    }
  }

  function take(): Progress | undefined {
    if (checkpoint === taken) return undefined
    const progress = { checkpoint, isMidCut, shares }
    taken = checkpoint
    shares = []
    return progress
  }

  return {
    get checkpoint() {
      return checkpoint
    },
    settle,
    take
  }
}
