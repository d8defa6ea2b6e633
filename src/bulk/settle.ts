// Turns what became of a batch's documents into shares of its bytes. A span counts once, by its worst outcome, however many
// documents it made, and the shares of a run still add up to its length.

import { addShare, type Fate, type Item, type Settled, type Share } from '#record'

/** A document that met something else than a plain delivery. */
export interface Mark {
  readonly item: Item
  readonly fate: Extract<Fate, 'acked' | 'deadLettered'>
  /** Empty for dead letters, which have their own. */
  readonly reason: string
}

/** The runs of a batch, which count all its items as acked, with the shares of marked items moved to their fates. */
export function settle(runs: readonly Settled[], marks: readonly Mark[]): readonly Settled[] {
  if (marks.length === 0) return runs
  const moved = runs.map(run => ({ ...run, shares: run.shares.map(share => ({ ...share })) }))
  const counted = new Set<string>()
  const isDead = ({ fate }: Mark) => fate === 'deadLettered'
  for (const { item, fate, reason } of [...marks.filter(isDead), ...marks.filter(mark => !isDead(mark))]) {
    const { generation, start, end } = item
    const run = moved.find(other => other.generation === generation && other.start <= start && end <= other.end)
    if (run === undefined) continue
    const span = `${generation}:${start}`
    const isFirst = !counted.has(span)
    counted.add(span)
    moveShare(run.shares, fate, reason, isFirst ? end - start : 0, isFirst ? 1 : 0)
  }
  return moved
}

function moveShare(shares: Share[], fate: Fate, reason: string, bytes: number, lines: number): void {
  addShare(shares, { fate: 'acked', reason: '', bytes: -bytes, lines: -lines, documents: -1 })
  addShare(shares, { fate, reason, bytes, lines, documents: 1 })
}
