// Reads the body of a request, unpacked, and never more of it than is allowed.

import type { IncomingMessage } from 'node:http'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'

export type Body =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'refused'; readonly status: 400 | 413 | 415; readonly reason: string }
  /** The sender went away. */
  | { readonly kind: 'gone' }

const UNPACKERS = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress
} as const

export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  const tooLong = { kind: 'refused', status: 413, reason: `the body is longer than ${maxBytes} bytes` } as const
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return tooLong
  const unpack = UNPACKERS[encoding as keyof typeof UNPACKERS]
  if (encoding !== 'identity' && unpack === undefined) {
    const allowed = Object.keys(UNPACKERS).join(', ')
    return { kind: 'refused', status: 415, reason: `content-encoding is ${encoding}; allowed: ${allowed}` }
  }
  const stream = unpack === undefined ? request : request.pipe(unpack())
  const parts: Buffer[] = []
  let length = 0
  try {
    for await (const part of stream) {
      length += part.length
      if (length > maxBytes) return tooLong
      parts.push(part)
    }
  } catch (error) {
    if (stream === request) return { kind: 'gone' }
    return { kind: 'refused', status: 400, reason: `the body cannot be unpacked: ${(error as Error).message}` }
  }
  return { kind: 'whole', bytes: parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts) }
}
