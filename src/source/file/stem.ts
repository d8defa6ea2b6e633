// What the names of one log have in common, however rotation changes them.

import { basename } from 'node:path'

/** What a rotated file's name begins with, whatever is put between or behind. */
export function stemOf(path: string): string {
  const name = basename(path)
  const dot = name.indexOf('.', 1)
  return dot < 0 ? name : name.slice(0, dot)
}
