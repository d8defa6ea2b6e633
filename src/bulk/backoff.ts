// How long to wait before something is sent again: as long as the server asks for, and then longer each time, at random so
// that many shippers do not come back at once.

import type { BulkOptions } from './options.ts'

/** Longest time in milliseconds that a server's own wish is obeyed. */
const MAX_RETRY_AFTER_MS = 3_600_000

/**
 * Milliseconds before the attempt after this one, counted from 0: what the server asked for, and a random part (full
 * jitter) of a pause that doubles from `minBackoffMs` to `maxBackoffMs`.
 */
export function backoffMs(
  attempt: number,
  { minBackoffMs, maxBackoffMs }: Pick<BulkOptions, 'minBackoffMs' | 'maxBackoffMs'>,
  random: () => number,
  retryAfterMs = 0
): number {
  const longest = Math.min(maxBackoffMs, minBackoffMs * 2 ** Math.min(attempt, 30))
  return Math.round(longest * random() + Math.min(retryAfterMs, MAX_RETRY_AFTER_MS))
}

/** Milliseconds that a `Retry-After` header asks for, as seconds or as a date (RFC 9110, 10.2.3); 0 where it is neither. */
export function retryAfterMs(header: string | undefined, nowMs: number): number {
  if (header === undefined) return 0
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000
  const atMs = Date.parse(header)
  return Number.isNaN(atMs) ? 0 : Math.max(0, atMs - nowMs)
}
