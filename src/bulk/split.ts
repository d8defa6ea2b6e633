// Cuts a request that is too large.

import type { Item } from '#record'

/** What a request adds to each document: the line of its action. */
const ACTION_BYTES = 64

/** How many items, counted from one on, fit into a request of so many bytes: one at least. */
export function fitting(items: readonly Item[], from: number, limitBytes: number): number {
  let bytes = 0
  for (let i = from; i < items.length; i += 1) {
    bytes += Buffer.byteLength(items[i]?.source ?? '') + ACTION_BYTES
    if (bytes > limitBytes && i > from) return i - from
  }
  return items.length - from
}
