// A few places in what was read of a generation, each with a hash of the bytes before it. They prove a copy that is shorter
// than what was read, where the proof of the position stands beyond its end. They stand denser the later they are.

import { hash } from 'node:crypto'
import { offset, type Waymark } from '#record'

/** How many are kept: a copy of any length has one in its later half once it holds more than a few of them. */
const MOST = 6

/** The waymark at `at`, of the bytes right before it; undefined where they are NULs alone, which prove nothing. */
export function waymarkAt(at: number, before: Uint8Array): Waymark | undefined {
  if (before.every(byte => byte === 0)) return undefined
  return { at: offset(at), hash: hash('sha256', before, 'hex').slice(0, 16) }
}

/** The waymarks with one more behind them, and without the one whose loss leaves the smallest gap for its distance. */
export function addWaymark(waymarks: readonly Waymark[], waymark: Waymark): readonly Waymark[] {
  const all = [...waymarks, waymark]
  if (all.length <= MOST) return all
  const gap = (i: number) => {
    const before = all[i - 1]?.at ?? 0
    return ((all[i + 1]?.at ?? 0) - before) / (waymark.at - before)
  }
  let least = 0
  for (let i = 1; i < all.length - 1; i += 1) if (gap(i) < gap(least)) least = i
  return all.toSpliced(least, 1)
}
