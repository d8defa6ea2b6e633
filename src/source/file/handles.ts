// The open handles of one source, bounded: the file that was read longest ago is closed first, and opened again by what it
// is when its turn comes. A handle that is the only way to bytes which are not read yet is kept whatever the bound.

import type { FileHandle } from 'node:fs/promises'
import type { Folders } from './folders.ts'
import { type Followed, openFollowed } from './followed.ts'
import { statPath } from './stat.ts'
import { closeUnpacking } from './unpacking.ts'

export interface Handles {
  /** The handle of a file whose turn it is, opened where it was parked; undefined where no path leads to the file. */
  take(file: Followed): Promise<FileHandle | undefined>
  /** Keeps the handle of a file that was just found, where there is room for it. */
  keep(file: Followed): Promise<void>
  close(file: Followed): Promise<void>
  /** Makes room where `error` says that the process or the system has no more handles to give. */
  relieve(error: unknown): Promise<void>
}

/** Handles of up to `maxOpen` files; `closed` hears of each that goes. `take` rejects with the file system's error. */
export function createHandles(maxOpen: number, folders: Folders, closed: (file: Followed) => void): Handles {
  /** Read longest ago first. */
  const open = new Set<Followed>()

  async function take(file: Followed): Promise<FileHandle | undefined> {
    if (file.handle === undefined) {
      await park(open.size - maxOpen + 1)
      await openFollowed(file, folders)
    }
    open.delete(file)
    if (file.handle !== undefined) open.add(file)
    return file.handle
  }

  /** Closes so many, as far as there are some that can be opened again. */
  async function park(count: number): Promise<void> {
    let left = count
    for (const file of open) {
      if (left <= 0) return
      // Of what is being unpacked all would be unpacked anew; few files are at a time.
      if (file.unpacking !== undefined) continue
      // What no path leads to has only this handle.
      if (file.position < file.size && (await statPath(file.path))?.key !== file.key) continue
      await close(file)
      left -= 1
    }
  }

  async function close(file: Followed): Promise<void> {
    const { handle } = file
    file.handle = undefined
    if (file.unpacking !== undefined) closeUnpacking(file.unpacking)
    open.delete(file)
    if (handle === undefined) return
    closed(file)
    await handle.close()
  }

  return {
    take,
    async keep(file) {
      if (file.handle === undefined) return
      if (open.size < maxOpen) open.add(file)
      else await close(file)
    },
    close,
    async relieve(error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EMFILE' || code === 'ENFILE') await park(Math.ceil(open.size / 2))
    }
  }
}
