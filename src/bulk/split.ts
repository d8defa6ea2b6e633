// Cuts items into pieces that each fit one request.

import type { Item } from '#record'

/** What a request adds to each document: the line of its action. */
const ACTION_BYTES = 64

/** Pieces in order, each of no more bytes than `limitBytes` or of one item alone; two at least, of more than one item. */
export function split(items: readonly Item[], limitBytes: number): readonly (readonly Item[])[] {
  const pieces: Item[][] = []
  let piece: Item[] = []
  let bytes = 0
  for (const item of items) {
    const itemBytes = Buffer.byteLength(item.source) + ACTION_BYTES
    if (piece.length > 0 && bytes + itemBytes > limitBytes) {
      pieces.push(piece)
      piece = []
      bytes = 0
    }
    piece.push(item)
    bytes += itemBytes
  }
  pieces.push(piece)
  const middle = items.length >> 1
  return pieces.length === 1 && middle > 0 ? [items.slice(0, middle), items.slice(middle)] : pieces
}
