// Messages of syslog over TCP, in either of the ways of RFC 6587, which each message shows by its first byte: a digit begins
// a length (octet counting), anything else a message that ends with a newline (non-transparent framing).

import { type Cutter, createCutter, type Found } from './cutter.ts'
import { NEWLINE, upTo } from './delimited.ts'

const BLANK = 0x20
const MAX_DIGITS = 9

/** @param maxBytes longest message */
export function syslogFrames(maxBytes: number): Cutter {
  return createCutter(
    (bytes, at, seen) => {
      const first = bytes[at] ?? 0
      const isCounted = first >= 0x31 && first <= 0x39
      return isCounted ? counted(bytes, at, maxBytes) : upTo(NEWLINE, bytes, at, seen, maxBytes)
    },
    bytes => ((bytes[0] ?? 0) >= 0x31 && (bytes[0] ?? 0) <= 0x39 ? 'a message is cut off' : bytes)
  )
}

/** `MSG-LEN SP SYSLOG-MSG`. */
function counted(bytes: Buffer, at: number, maxBytes: number): Found | string | undefined {
  const head = bytes.toString('latin1', at, at + MAX_DIGITS + 1)
  const digits = /^\d+/.exec(head)?.[0] ?? ''
  const blankAt = at + digits.length
  if (digits.length > MAX_DIGITS || (blankAt < bytes.length && bytes[blankAt] !== BLANK)) {
    return `a length and a blank are expected, found ${JSON.stringify(head)}`
  }
  const length = Number(digits)
  if (length > maxBytes) return `a message of ${digits} bytes is announced; at most ${maxBytes} are allowed`
  const start = blankAt + 1
  const end = start + length
  return blankAt >= bytes.length || end > bytes.length ? undefined : { start, end, next: end }
}
