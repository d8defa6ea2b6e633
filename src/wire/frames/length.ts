// Frames with their length in four bytes in front, the most significant first, as SocketHandler of Python's logging sends.

import { type Cutter, createCutter } from './cutter.ts'

const HEADER_BYTES = 4

/** @param maxBytes longest frame, its length not counted; a longer one is refused before any of it is kept */
export function lengthPrefixed(maxBytes: number): Cutter {
  return createCutter(
    (bytes, at) => {
      if (bytes.length - at < HEADER_BYTES) return undefined
      const length = bytes.readUInt32BE(at)
      if (length > maxBytes) return `a frame of ${length} bytes is announced; at most ${maxBytes} are allowed`
      const start = at + HEADER_BYTES
      const end = start + length
      return end > bytes.length ? undefined : { start, end, next: end }
    },
    bytes => `a frame is cut off behind ${bytes.length} bytes`
  )
}
