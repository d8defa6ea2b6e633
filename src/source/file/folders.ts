// Where files are in their folders, whatever they are called by now. A folder is looked through until two looks agree, because
// names that move on hide files from a single one, and once for all files that are sought there at a time.

import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { statPaths, unlessGone } from './stat.ts'

/** So long what was found in a folder counts for the next file that is sought there. */
const FRESH_MS = 500
/** A folder that never comes to rest is looked through so often. */
const MOST_LOOKS = 5

export interface Folders {
  /** The path of the file with this device and inode in the folder of `path`, under whatever name. */
  find(path: string, key: string): Promise<string | undefined>
}

/** Paths by device and inode. */
type Index = ReadonlyMap<string, string>

export function createFolders(now: () => number): Folders {
  const folders = new Map<string, { readonly atMs: number; readonly index: Promise<Index> }>()

  return {
    async find(path, key) {
      const folder = dirname(path)
      const before = folders.get(folder)
      const isFresh = before !== undefined && now() - before.atMs < FRESH_MS
      const { index } = isFresh ? before : { index: settledIndex(folder) }
      if (!isFresh) {
        for (const [other, { atMs }] of folders) if (now() - atMs >= FRESH_MS) folders.delete(other)
        await index
        folders.set(folder, { atMs: now(), index })
      }
      return (await index).get(key)
    }
  }
}

/** The same, looked for once. */
export async function findSibling(path: string, key: string): Promise<string | undefined> {
  return (await indexOf(dirname(path))).get(key)
}

async function settledIndex(folder: string): Promise<Index> {
  let before = await indexOf(folder)
  for (let looks = 1; looks < MOST_LOOKS; looks += 1) {
    const index = await indexOf(folder)
    if (areAlike(before, index)) return index
    // What was seen at all is there, under this name or another.
    before = new Map([...before, ...index])
  }
  return before
}

async function indexOf(folder: string): Promise<Index> {
  const names = await readdir(folder).catch(unlessGone([]))
  const paths = names.map(name => join(folder, name))
  const stats = await statPaths(paths)
  return new Map(paths.flatMap((path, i) => (stats[i] === undefined ? [] : [[stats[i].key, path] as const])))
}

function areAlike(one: Index, other: Index): boolean {
  return one.size === other.size && [...one].every(([key, path]) => other.get(key) === path)
}
