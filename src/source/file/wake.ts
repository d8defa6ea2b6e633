// Wakes the source when the file system says that something changed. Events are only hints: chokidar folds and reorders
// them, and some file systems send none, so nothing is decided here and the sweep looks at everything anyway.

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
      ignored: (path, stats) => stats?.isFile() === true && !globs.matches(path)
    })
      .on('add', changed)
      .on('change', changed)
      .on('unlink', changed)
      .on('ready', watching)
      .on('error', failed)
  )
  return {
    close: async () => {
      await Promise.all(watchers.map(watcher => watcher.close()))
    }
  }
}
