// Wakes the source when the file system says that something changed. Events are only hints: chokidar folds and reorders
// them, and some file systems send none, so nothing is decided here and the sweep looks at everything anyway.

import { join } from 'node:path'
import { watch } from 'chokidar'
import type { Globs } from './globs.ts'

export interface Wake {
  close(): Promise<void>
}

export interface WakeEvents {
  /** A wanted path may have changed. */
  changed(path: string): void
  /** From here on changes below a folder are told. */
  watching(): void
  failed(error: unknown): void
}

/** Watches the folders that hold what is wanted. */
export function createWake(globs: Globs, { changed, watching, failed }: WakeEvents): Wake {
  const watchers = globs.bases.map(({ folder, depth }) =>
    watch(folder, {
      // A rename and a new file of the old name must not be folded into one change.
      atomic: false,
      ignoreInitial: true,
      depth,
      // Files are told of by the watches of their folders, so that what is held does not grow with their number.
      ignored: (_path, stats) => stats?.isFile() === true
    })
      .on('raw', (_event, name, about) => {
        const { watchedPath } = about as { watchedPath: string }
        const path = join(watchedPath, name ?? '')
        if (globs.matches(path)) changed(path)
      })
      // A folder that turns up may have held files before it was watched.
      .on('addDir', watching)
      .on('ready', watching)
      .on('error', failedOnce)
  )
  let hasFailed = false
  // Where watches run out they do for each folder anew, and the sweep is there for all of them.
  function failedOnce(error: unknown): void {
    if (!hasFailed) failed(error)
    hasFailed = true
  }

  return {
    close: async () => {
      await Promise.all(watchers.map(watcher => watcher.close()))
    }
  }
}
