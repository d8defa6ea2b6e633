// What came compressed, as it was; never more of it than is allowed, however little it was compressed to.

import { gunzipSync, inflateSync } from 'node:zlib'
import type { Answer } from './limits.ts'

/** By its first bytes gzip or zlib, or nothing of the kind, which stays as it is. */
export function inflate(bytes: Buffer, maxBytes: number): Answer<Buffer> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  // RFC 1950: deflate, and both bytes together a multiple of 31.
  const isZlib = ((bytes[0] ?? 0) & 0x0f) === 8 && bytes.length > 2 && bytes.readUInt16BE(0) % 31 === 0
  if (!isGzip && !isZlib) return { ok: bytes }
  try {
    return { ok: (isGzip ? gunzipSync : inflateSync)(bytes, { maxOutputLength: maxBytes }) }
  } catch (error) {
    const reason = error instanceof RangeError ? `more than ${maxBytes} bytes come of it` : (error as Error).message
    return { error: `${isGzip ? 'gzip' : 'zlib'}: ${reason}` }
  }
}
