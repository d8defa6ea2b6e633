// A file that this process may not read, even where the tests run as root: root steps down to nobody for as long.

import { chmodSync } from 'node:fs'
import { dirname } from 'node:path'

const NOBODY = 65_534

/** Takes the right to read `file` away while `story` runs, or until it calls `allow`. */
export async function withUnreadable(file: string, story: (allow: () => void) => Promise<void>): Promise<void> {
  const isRoot = process.geteuid?.() === 0
  const asRoot = (change: () => void) => {
    if (isRoot) process.seteuid?.(0)
    change()
    if (isRoot) process.seteuid?.(NOBODY)
  }
  chmodSync(dirname(file), 0o755)
  asRoot(() => chmodSync(file, 0o000))
  try {
    await story(() => asRoot(() => chmodSync(file, 0o644)))
  } finally {
    if (isRoot) process.seteuid?.(0)
  }
}
