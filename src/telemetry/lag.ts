// How far files are behind, in bytes and in time. A line that has no newline yet is not behind: it is not there yet.
//
// lag in bytes = end - checkpoint, where `end` is the size as last seen or, where all of it is read, the end of its last
// whole line. Lag in time = how long ago the first byte behind the checkpoint was first seen.

import type { GenerationId } from '#record'
import type { FileSnapshot } from './snapshot.ts'

/** Sightings that are kept of one file; where there are more, neighbours are joined under the earlier time. */
const MAX_SIGHTINGS = 64

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
  readonly end: number
}

/** Returns what measures files, to be called for all files of a pipeline at every look. */
export function createLag(): (files: readonly FileSnapshot[], nowMs: number) => FileLag[] {
  let sightings = new Map<GenerationId, readonly Sighting[]>()
  return (files, nowMs) => {
    const next: typeof sightings = new Map()
    const lags = files.map(({ generation: { id }, path, size, position, framedTo, checkpoint }) => {
      const end = position < size ? size : framedTo
      if (checkpoint >= end) return { path, lagBytes: 0, lagMs: 0 }
      const seen = see(sightings.get(id) ?? [], checkpoint, end, nowMs)
      next.set(id, seen)
      return { path, lagBytes: end - checkpoint, lagMs: Math.max(0, nowMs - (seen[0]?.ms ?? nowMs)) }
    })
    sightings = next
    return lags
  }
}

function see(known: readonly Sighting[], checkpoint: number, end: number, nowMs: number): readonly Sighting[] {
  const seen = known.filter(sighting => sighting.end > checkpoint)
  if (end > (seen.at(-1)?.end ?? checkpoint)) seen.push({ ms: nowMs, end })
  return seen.length <= MAX_SIGHTINGS ? seen : thin(seen)
}

/** Half as many: of two neighbours the earlier time and the further end, so that no byte grows younger. */
function thin(seen: readonly Sighting[]): Sighting[] {
  return seen.flatMap(({ ms, end }, i) => (i % 2 === 0 ? [{ ms, end: seen[i + 1]?.end ?? end }] : []))
}
