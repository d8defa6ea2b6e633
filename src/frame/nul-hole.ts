// NULs where a line would begin. A writer that does not append goes on at its old place after its file was cut, and leaves
// a hole that reads as NULs; a crash of the machine may leave such blocks too. They are no text, and no part of a line.

const BLOCK = Buffer.alloc(65_536)

/** Where the run of NULs ends that begins at `from`: `from` itself where there is none. */
export function endOfNuls(bytes: Buffer, from: number): number {
  let at = from
  while (at + BLOCK.length <= bytes.length && bytes.compare(BLOCK, 0, BLOCK.length, at, at + BLOCK.length) === 0)
    at += BLOCK.length
  while (bytes[at] === 0) at += 1
  return at
}
