// Senders end packets with a newline, a NUL (as CPython's SysLogHandler does) or nothing.

/** The bytes without newlines, carriage returns and NULs at their end. */
export function trimEnd(bytes: Buffer): Buffer {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d || bytes[end - 1] === 0)) end -= 1
  return bytes.subarray(0, end)
}
