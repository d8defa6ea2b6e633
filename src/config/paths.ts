// Relative paths count from the file they stand in; here they become absolute, and globs of pipelines become files.

import { stat } from 'node:fs/promises'
import { isAbsolute, posix, resolve } from 'node:path'
import picomatch from 'picomatch'
import { convertPathToPattern, glob } from 'tinyglobby'
import type { Check } from './check.ts'
import { whyUnreadable } from './document.ts'

/** A glob as an absolute one. What is special in the name of the folder stands for itself. */
export function resolveGlob(folder: string, pattern: string): string {
  return isAbsolute(pattern) ? pattern : posix.join(convertPathToPattern(folder), pattern)
}

/** As `resolveGlob`, but a pattern without a folder, or with any, is left to match anywhere. */
export function resolveExclude(folder: string, pattern: string): string {
  if (pattern.startsWith('**')) return pattern
  return pattern.includes('/') ? resolveGlob(folder, pattern) : `**/${pattern}`
}

/**
 * The files that a list of files and globs names, each once, in the order of the list and then of their names.
 * @param isDefault whether nobody wrote the list, so that it may name nothing
 */
export async function findPipelines(
  patterns: readonly string[],
  { isDefault, except, check }: { isDefault: boolean; except: string; check: Check }
): Promise<string[]> {
  const found = await Promise.all(
    patterns.map(async (pattern, index) => {
      const place = { path: ['pipelines', index] }
      const subject = `pipelines[${index}] is ${check.found(pattern, place.path)}`
      if (!picomatch.scan(pattern).isGlob) {
        const file = resolve(check.folder, pattern)
        const why = await whyNoFile(file)
        if (why === undefined) return [file]
        check.report(place, `${subject}: ${why}`)
        return []
      }
      const absolute = resolveGlob(check.folder, pattern)
      const files = await glob(absolute, { absolute: true, expandDirectories: false })
      if (files.length === 0 && !isDefault) check.report(place, `${subject}: no file matches; looked for ${absolute}`)
      return files.filter(file => resolve(file) !== except).sort()
    })
  )
  return [...new Set(found.flat())]
}

async function whyNoFile(file: string): Promise<string | undefined> {
  try {
    if (!(await stat(file)).isDirectory()) return undefined
    return `${file} is a folder; allowed: files and globs; did you mean "${file}/*.json"?`
  } catch (error) {
    return whyUnreadable(file, error)
  }
}
