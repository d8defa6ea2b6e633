// Messages of GELF, as Graylog's appenders and Docker send them: JSON, over UDP compressed and in chunks. See "GELF" of
// Graylog's documentation. A message that never becomes whole is given up, and what waits is bounded in bytes and in number.

import { inflate } from './inflate.ts'
import type { Answer, Limits } from './limits.ts'

/** A message, compressed or not, as a line of JSON: newlines between its tokens become blanks, all else stays. */
export function gelfLine(message: Uint8Array, limits: Limits): Answer<string> {
  const plain = inflate(Buffer.from(message.buffer, message.byteOffset, message.length), limits.frameBytes)
  if ('error' in plain) return plain
  const text = plain.ok.toString('utf8')
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return { ok: text.replace(/[\r\n]+/g, ' ') }
  } catch {}
  return { error: `no JSON object: ${JSON.stringify(text.slice(0, 40))}` }
}

const HEADER_BYTES = 12
/** What Graylog allows. */
const MAX_CHUNKS = 128
const TIMEOUT_MS = 5000

export interface ChunkLimits {
  /** Most messages that may wait for the rest of their chunks. */
  readonly messages: number
  /** Most bytes that they may take. */
  readonly bytes: number
}

export interface Chunks {
  /**
   * Takes a packet from a sender, chunk or not. `message` is there where one became whole; `lost` counts the chunks of others
   * that were given up for it.
   */
  push(packet: Uint8Array, sender: string, nowMs: number): { message?: Uint8Array; lost: number; error?: string }
  /** Gives up what waits for longer than 5 s, and returns how many chunks that were. */
  expire(nowMs: number): number
}

interface Waiting {
  readonly sinceMs: number
  readonly parts: (Buffer | undefined)[]
  count: number
  bytes: number
}

export function gelfChunks(limits: ChunkLimits): Chunks {
  /** In the order in which their first chunks came. */
  const waiting = new Map<string, Waiting>()
  let bytes = 0

  function forget(key: string, { bytes: taken, count }: Waiting): number {
    waiting.delete(key)
    bytes -= taken
    return count
  }

  function expire(nowMs: number): number {
    let lost = 0
    for (const [key, message] of waiting) {
      if (nowMs - message.sinceMs < TIMEOUT_MS) break
      lost += forget(key, message)
    }
    return lost
  }

  /** Makes room by giving up the oldest. */
  function makeRoom(): number {
    let lost = 0
    for (const [key, message] of waiting) {
      if (bytes <= limits.bytes && waiting.size <= limits.messages) break
      lost += forget(key, message)
    }
    return lost
  }

  return {
    push(packet, sender, nowMs) {
      if (packet[0] !== 0x1e || packet[1] !== 0x0f) return { message: packet, lost: 0 }
      const [at = 0, total = 0] = packet.subarray(10, HEADER_BYTES)
      if (packet.length <= HEADER_BYTES || total === 0 || total > MAX_CHUNKS || at >= total) {
        return { lost: 0, error: `chunk ${at} of ${total} in ${packet.length} bytes` }
      }
      let lost = expire(nowMs)
      const key = `${sender} ${Buffer.from(packet.subarray(2, 10)).toString('hex')} ${total}`
      const message: Waiting = waiting.get(key) ?? { sinceMs: nowMs, parts: new Array(total), count: 0, bytes: 0 }
      if (message.parts[at] !== undefined) return { lost }
      waiting.set(key, message)
      // The packet's memory is its socket's, and may be much larger.
      const part = Buffer.from(packet.subarray(HEADER_BYTES))
      message.parts[at] = part
      message.count++
      message.bytes += part.length
      bytes += part.length
      if (message.count < total) {
        lost += makeRoom()
        return { lost }
      }
      forget(key, message)
      return { message: Buffer.concat(message.parts.filter(each => each !== undefined)), lost }
    },
    expire
  }
}
