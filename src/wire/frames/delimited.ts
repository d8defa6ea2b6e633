// Frames that end with one byte: lines, and the messages of GELF over TCP, which end with NUL.

import { type Cutter, createCutter, type Found } from './cutter.ts'

const CARRIAGE_RETURN = 0x0d
export const NEWLINE = 0x0a

/**
 * @param delimiter the byte that ends each frame; before a newline a carriage return goes with it
 * @param maxBytes longest frame, its end not counted
 */
export function delimited(delimiter: number, maxBytes: number): Cutter {
  return createCutter(
    (bytes, at, seen) => upTo(delimiter, bytes, at, seen, maxBytes),
    bytes => bytes
  )
}

export function upTo(
  delimiter: number,
  bytes: Buffer,
  at: number,
  seen: number,
  maxBytes: number
): Found | string | undefined {
  const found = bytes.indexOf(delimiter, at + seen)
  const end = found === -1 ? bytes.length : found
  if (end - at > maxBytes) return `more than ${maxBytes} bytes came without ${nameOf(delimiter)}`
  if (found === -1) return undefined
  const isReturned = delimiter === NEWLINE && end > at && bytes[end - 1] === CARRIAGE_RETURN
  return { start: at, end: isReturned ? end - 1 : end, next: end + 1 }
}

function nameOf(delimiter: number): string {
  return delimiter === NEWLINE ? 'a newline' : `a byte 0x${delimiter.toString(16).padStart(2, '0')}`
}
