// Holds what was found against what was written: every serial exactly once, and sums of what the documents say.

import type { Found } from './destination.ts'
import { serialOf } from './log-line.ts'

export interface Sum {
  readonly name: string
  documents: number
  bytes: number
}

export interface Verdict {
  readonly documents: number
  /** Lines of which no document tells. */
  readonly lost: number
  /** Documents beyond the first of a line, or of no line at all. */
  readonly doubled: number
  /** By class, such as `2xx`, in order. */
  readonly statuses: readonly Sum[]
  /** By path, the most frequent first. */
  readonly paths: readonly Sum[]
}

/** Reads all documents; `lines` is how many serials were written, from 0 up. */
export async function verify(documents: AsyncIterable<readonly Found[]>, lines: number): Promise<Verdict> {
  const isSeen = new Uint8Array(lines)
  const statuses = new Map<string, Sum>()
  const paths = new Map<string, Sum>()
  let total = 0
  let distinct = 0
  for await (const page of documents) {
    total += page.length
    for (const { query, path, status, bytes } of page) {
      const serial = serialOf(query)
      if (serial !== undefined && isSeen[serial] === 0) {
        isSeen[serial] = 1
        distinct += 1
      }
      count(statuses, `${Math.floor(status / 100)}xx`, bytes)
      count(paths, path, bytes)
    }
  }
  return {
    documents: total,
    lost: lines - distinct,
    doubled: total - distinct,
    statuses: [...statuses.values()].sort((a, b) => a.name.localeCompare(b.name)),
    paths: [...paths.values()].sort((a, b) => b.documents - a.documents)
  }
}

function count(sums: Map<string, Sum>, name: string, bytes: number): void {
  const sum = sums.get(name) ?? { name, documents: 0, bytes: 0 }
  sum.documents += 1
  sum.bytes += bytes
  sums.set(name, sum)
}
