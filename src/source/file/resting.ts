// Files at rest: read and acknowledged to their ends, and closed. Of each only that is kept by which a change is seen, so
// that many thousands take little; all else is in the store, and is had from there when they go on.

import type { GenerationId, Head } from '#record'
import type { FileStatus } from './contract.ts'
import type { Followed } from './followed.ts'
import { areBornApart, type FileStat } from './stat.ts'
import type { Turns } from './turns.ts'

const QUIET_MS = 10_000

export interface Resting {
  readonly id: GenerationId
  readonly key: string
  /** Where it was first seen, and where last. */
  readonly firstPath: string
  path: string
  readonly birthMs: number
  readonly size: number
  readonly modifiedMs: number
  readonly activeMs: number
  readonly head: Head
  readonly headStart: string
  /** Whether the store has it as ended. */
  readonly isEnded: boolean
  /** The number of the look at all files that saw it last. */
  seenIn: number
}

/** Whether a file has nothing to be acknowledged, and was not written to for a moment. */
export function isQuiet({ checkpoint, size, activeMs }: Followed, nowMs: number): boolean {
  return checkpoint === size && nowMs - activeMs > QUIET_MS
}

/** Whether nothing is left to be done with it until it changes. */
export function isAtRest(file: Followed, turns: Pick<Turns, 'has'>): boolean {
  const { position, checkpoint, size, handle, unpacking, left, missingBytes, isWanted, modifiedMs, provedMs } = file
  if (position !== size || checkpoint !== size || handle !== undefined || unpacking !== undefined) return false
  return left === undefined && missingBytes === 0 && isWanted && modifiedMs === provedMs && !turns.has(file)
}

export function toResting(file: Followed, isEnded: boolean): Resting {
  const { generation, key, path, birthMs, size, modifiedMs, activeMs, head, headStart } = file
  const firstPath = generation.path
  return {
    id: generation.id,
    key,
    firstPath,
    // The same text twice is kept once.
    path: path === firstPath ? firstPath : path,
    birthMs,
    size,
    modifiedMs,
    activeMs,
    head,
    headStart,
    isEnded,
    seenIn: 0
  }
}

/** Whether a file with its device and inode is as it was when it came to rest. */
export function isAsItWas({ size, modifiedMs, birthMs }: Resting, stat: FileStat): boolean {
  return stat.size === size && stat.modifiedMs === modifiedMs && !areBornApart(birthMs, stat.birthMs)
}

/** Whether the time has come to remove it. */
export function isDue({ modifiedMs, activeMs }: Resting, removeAfterMs: number, nowMs: number): boolean {
  return removeAfterMs > 0 && nowMs - Math.max(modifiedMs, activeMs) >= removeAfterMs
}

export function statusOfResting({ id, key, path, size }: Resting): FileStatus {
  return { id, inode: key.slice(key.indexOf(':') + 1), path, size, position: size, checkpoint: size }
}
