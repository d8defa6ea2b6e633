// The hash of a file's first bytes, growing with it up to 1024: part of what makes a file itself.

import { hash } from 'node:crypto'
import type { Head } from '#record'

/** The head of a file that begins with these bytes. */
export const HEAD_BYTES = 1024

/**
 * Hash of up to the first 1024 of `bytes`: the beginning of SHA-256, in hexadecimal. NULs alone, as where a file was cut
 * and its writer did not append, tell no file from another and make no head.
 */
export function hashHead(bytes: Uint8Array): Head {
  const first = bytes.subarray(0, HEAD_BYTES)
  const head = first.every(byte => byte === 0) ? first.subarray(0, 0) : first
  return { bytes: head.length, hash: hash('sha256', head, 'buffer').toString('hex', 0, 8) }
}
