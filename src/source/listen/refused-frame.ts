// What stands in the place of bytes that are no frame: a line for people, which goes the way of all records and is tagged.

/** So many first bytes are kept. */
const KEPT_BYTES = 64

export function refusedFrame({ reason, bytes }: { readonly reason: string; readonly bytes: Uint8Array }): Uint8Array {
  const first = Buffer.from(bytes.subarray(0, KEPT_BYTES))
    .toString('hex')
    .replace(/..(?=.)/g, '$& ')
  return Buffer.from(`frame refused: ${reason}; it begins with ${first || 'nothing'}`)
}
