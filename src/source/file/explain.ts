// Says why globs want a path or do not: which one matches, which one keeps it out, or where the nearest one stops to fit.

import { join, resolve } from 'node:path'
import picomatch from 'picomatch'
import { createGlobs } from './globs.ts'
import { withoutPlaceholders } from './path-fields.ts'

/**
 * - wanted: by `pattern`.
 * - excluded: wanted by `pattern`, and kept out by `exclude`.
 * - unwanted: no pattern matches. `pattern` fits the longest way, up to the folder `fits`, and then has `wants` where the
 *   path has `has`; either is empty where one ends before the other.
 */
export type Wanted =
  | { readonly kind: 'wanted'; readonly pattern: string }
  | { readonly kind: 'excluded'; readonly pattern: string; readonly exclude: string }
  | {
      readonly kind: 'unwanted'
      readonly pattern: string
      readonly fits: string
      readonly wants: string
      readonly has: string
    }

/** Holds an absolute path against the globs of a source, as `createGlobs` understands them. There is one glob or more. */
export function explainGlobs(paths: readonly string[], exclude: readonly string[], path: string): Wanted {
  const pattern = paths.find(one => createGlobs([one], []).matches(path))
  if (pattern === undefined) {
    const all = paths.map(one => compareParts(one, path))
    return all.reduce((best, one) => (one.fits.length > best.fits.length ? one : best))
  }
  const keepsOut = exclude.find(one => !createGlobs([pattern], [one]).matches(path))
  return keepsOut === undefined ? { kind: 'wanted', pattern } : { kind: 'excluded', pattern, exclude: keepsOut }
}

function compareParts(pattern: string, path: string): Extract<Wanted, { kind: 'unwanted' }> {
  const parts = resolve(withoutPlaceholders(pattern)).split('/').slice(1)
  const names = path.split('/').slice(1)
  let i = 0
  while (i < names.length - 1 && i < parts.length - 1) {
    const part = parts[i] ?? ''
    // What `**` stands for is any folder: then it is the name that does not fit.
    if (part === '**') i = names.length - 1
    else if (picomatch.isMatch(names[i] ?? '', part, { dot: true })) i += 1
    else break
  }
  const isAnywhere = parts.slice(0, i).includes('**')
  const wants = (isAnywhere ? parts.at(-1) : parts.slice(i).join('/')) ?? ''
  return { kind: 'unwanted', pattern, fits: join('/', ...names.slice(0, i)), wants, has: names.slice(i).join('/') }
}
