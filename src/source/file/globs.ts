// Which files are wanted: lists them for the sweep, judges single paths for events, and names the folders to watch.

import { dirname, resolve } from 'node:path'
import picomatch from 'picomatch'
import { glob } from 'tinyglobby'
import { withoutPlaceholders } from './path-fields.ts'

export interface Globs {
  /** Folders that hold all that may match, with how many levels below them. */
  readonly bases: readonly { readonly folder: string; readonly depth: number }[]
  matches(path: string): boolean
  /** Absolute paths of all files that match now, sorted. */
  list(): Promise<string[]>
}

/** Globs as picomatch reads them; `paths` and `exclude` are absolute, or relative to the working folder. */
export function createGlobs(paths: readonly string[], exclude: readonly string[]): Globs {
  const wanted = paths.map(path => resolve(withoutPlaceholders(path)))
  const unwanted = exclude.map(pattern => (pattern.startsWith('**') ? pattern : resolve(pattern)))
  const matches = picomatch([...wanted], { ignore: unwanted, dot: true })
  return {
    bases: wanted.map(toBase),
    matches: path => matches(path),
    list: async () => {
      const found = await glob(wanted, {
        ignore: unwanted,
        absolute: true,
        dot: true,
        onlyFiles: true,
        expandDirectories: false
      })
      // The lister counts `**` of an absolute pattern from the working folder.
      return found.filter(path => matches(path)).sort()
    }
  }
}

function toBase(pattern: string): { folder: string; depth: number } {
  const { base, glob: rest } = picomatch.scan(pattern)
  if (rest === '') return { folder: dirname(base), depth: 0 }
  return { folder: base || '/', depth: rest.includes('**') ? Number.MAX_SAFE_INTEGER : rest.split('/').length - 1 }
}
