// Lets the state store forget, at the start, what ended long ago. A file that is still there under any name in its folder
// stays known, because it would be a new one otherwise.

import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Prunable, State } from '#state'
import type { Log } from '#telemetry'

/** Forgets generations that ended more than `keepEndedMs` ago, are settled, and whose files are gone. */
export function pruneState(state: State, keepEndedMs: number, log: Log): void {
  const ended = state.prunable(new Date(Date.now() - keepEndedMs))
  const folders = new Map<string, ReadonlySet<string> | undefined>()
  const isGone = ({ path, deviceId, inode }: Prunable['files'][number]): boolean => {
    const folder = dirname(path)
    if (!folders.has(folder)) folders.set(folder, filesIn(folder))
    return folders.get(folder)?.has(`${deviceId}:${inode}`) === false
  }
  const gone = ended.filter(({ files }) => files.every(isGone))
  if (gone.length === 0) return
  state.prune(gone.map(({ id }) => id))
  log.info({ generations: gone.length }, 'forgot files that ended long ago, their sums are kept')
}

/** Device and inode of all that is in a folder, nothing where there is none; undefined where that cannot be told. */
function filesIn(folder: string): ReadonlySet<string> | undefined {
  try {
    const keys = new Set<string>()
    for (const name of readdirSync(folder)) {
      const stat = statSync(join(folder, name), { bigint: true, throwIfNoEntry: false })
      if (stat !== undefined) keys.add(`${stat.dev}:${stat.ino}`)
    }
    return keys
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? new Set() : undefined
  }
}
