// Wakes the source when the file system says that something changed. Events are only hints: chokidar folds and reorders
// them, and some file systems send none, so nothing is decided here and the sweep looks at everything anyway.

import { watch } from 'chokidar'
import type { Globs } from './globs.ts'

export interface Wake {
  close(): Promise<void>
}

/** Calls `onPath` for each wanted path that may have changed, and `onError` where watching does not work. */
export function createWake(globs: Globs, onPath: (path: string) => void, onError: (error: unknown) => void): Wake {
  const watchers = globs.bases.map(({ folder, depth }) =>
    watch(folder, {
      // A rename and a new file of the old name must not be folded into one change.
      atomic: false,
      ignoreInitial: true,
      depth,
      ignored: (path, stats) => stats?.isFile() === true && !globs.matches(path)
    })
      .on('add', onPath)
      .on('change', onPath)
      .on('unlink', onPath)
      .on('error', onError)
  )
  return {
    close: async () => {
      await Promise.all(watchers.map(watcher => watcher.close()))
    }
  }
}
