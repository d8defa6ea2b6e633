// How far files are behind. Lag in bytes is the end less the checkpoint, where the end is the size as last seen or, where
// all of it is read, the end of its last whole line: a line without its newline is not behind, it is not there yet. Lag in
// time is how long ago the first byte behind the checkpoint was first seen.

import type { GenerationId } from '#record'
import type { FileSnapshot } from './snapshot.ts'

/** Sightings that are kept of one file, which makes lag in time exact to about a sixteenth of it. */
const MAX_SIGHTINGS = 32

export interface FileLag {
  readonly path: string
  readonly lagBytes: number
  /**
   * Age in milliseconds of the oldest byte that is not settled, counted from the first look that saw it; 0 where there is
   * none. It falls short of the truth by at most one pause between looks, and by the time when no Sluice was running. It
   * is not the time since the checkpoint last stood at the end: a busy file never stands there, and still may be in time.
   */
  readonly lagMs: number
}

/** Bytes up to `end` were there at `ms`. */
interface Sighting {
  readonly ms: number
  end: number
}

/** Returns what measures files, to be called for all files of a pipeline at every look. */
export function createLag(): (files: readonly FileSnapshot[], nowMs: number) => FileLag[] {
  let sightings = new Map<GenerationId, Sighting[]>()
  return (files, nowMs) => {
    const next: typeof sightings = new Map()
    const lags = files.map(({ id, path, size, position, framedTo, checkpoint }) => {
      const end = position < size ? size : framedTo
      if (checkpoint >= end) return { path, lagBytes: 0, lagMs: 0 }
      const seen = sightings.get(id) ?? []
      see(seen, checkpoint, end, nowMs)
      next.set(id, seen)
      return { path, lagBytes: end - checkpoint, lagMs: Math.max(0, nowMs - (seen[0]?.ms ?? nowMs)) }
    })
    sightings = next
    return lags
  }
}

/** Forgets what is settled, and adds what is new. */
function see(seen: Sighting[], checkpoint: number, end: number, nowMs: number): void {
  const settled = seen.findIndex(sighting => sighting.end > checkpoint)
  if (settled !== 0) seen.splice(0, settled === -1 ? seen.length : settled)
  if (end > (seen.at(-1)?.end ?? checkpoint)) seen.push({ ms: nowMs, end })
  if (seen.length > MAX_SIGHTINGS) joinNearest(seen)
}

/** Joins the two that are nearest in time, under the earlier time, so that no byte grows younger. */
function joinNearest(seen: Sighting[]): void {
  let nearest = 0
  let leastMs = Number.POSITIVE_INFINITY
  for (let i = 1; i < seen.length; i += 1) {
    const gapMs = (seen[i]?.ms ?? 0) - (seen[i - 1]?.ms ?? 0)
    if (gapMs >= leastMs) continue
    leastMs = gapMs
    nearest = i - 1
  }
  const [next] = seen.splice(nearest + 1, 1)
  const first = seen[nearest]
  if (first !== undefined && next !== undefined) first.end = next.end
}
