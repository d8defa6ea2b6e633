// Values of MessagePack that follow each other, as Fluentd's forward protocol sends them. A value is cut out without being
// read: what it announces has come before anything is made of it. See the specification of MessagePack, "Formats".

import { type Cutter, createCutter } from './cutter.ts'

/** How far a value has been looked through. */
interface Progress {
  /** Bytes from its beginning to the next header. */
  at: number
  /** How many values are still to come, those within others included. */
  left: number
}

/** @param maxBytes longest value */
export function msgpackFrames(maxBytes: number): Cutter {
  let progress: Progress = { at: 0, left: 1 }
  return createCutter(
    (bytes, start, seen) => {
      if (seen === 0) progress = { at: 0, left: 1 }
      const fault = advance(bytes, start, progress)
      if (fault !== undefined) return fault
      const end = start + progress.at
      if (progress.at + progress.left > maxBytes) return `more than ${maxBytes} bytes are announced`
      if (progress.left > 0 || end > bytes.length) return undefined
      return { start, end, next: end }
    },
    bytes => `a value is cut off behind ${bytes.length} bytes`
  )
}

/** Whether bytes are whole values, one after the other. */
export function areWholeValues(bytes: Buffer): boolean {
  let start = 0
  while (start < bytes.length) {
    const progress = { at: 0, left: 1 }
    if (advance(bytes, start, progress) !== undefined || progress.left > 0) return false
    start += progress.at
  }
  return start === bytes.length
}

/** Goes on through headers as far as they have come; a text for a byte that is none. */
function advance(bytes: Buffer, start: number, progress: Progress): string | undefined {
  while (progress.left > 0) {
    const at = start + progress.at
    const code = bytes[at]
    if (code === undefined) return undefined
    const { counter, unit, extra } = HEADERS[code] ?? UNKNOWN
    if (extra < 0) return `byte 0x${code.toString(16)} begins no value`
    if (at + 1 + counter > bytes.length) return undefined
    const count = counter === 0 ? extra : bytes.readUIntBE(at + 1, counter)
    progress.left += unit === 'bytes' ? -1 : count * (unit === 'pairs' ? 2 : 1) - 1
    progress.at += 1 + counter + (unit === 'bytes' ? count + (counter === 0 ? 0 : extra) : 0)
  }
  return undefined
}

interface Header {
  /** How many bytes behind the first say how much follows; 0 where `extra` does. */
  readonly counter: number
  readonly unit: 'bytes' | 'items' | 'pairs'
  /** How much follows, or follows beside what is counted. */
  readonly extra: number
}

const UNKNOWN: Header = { counter: 0, unit: 'bytes', extra: -1 }

/** From 0xc4 on: binaries, extensions, numbers, texts, lists and maps. */
const LONG: ReadonlyMap<number, Header> = new Map<number, Header>([
  ...[1, 2, 4].map((counter, i) => [0xc4 + i, { counter, unit: 'bytes', extra: 0 }] as const),
  ...[1, 2, 4].map((counter, i) => [0xc7 + i, { counter, unit: 'bytes', extra: 1 }] as const),
  ...[4, 8, 1, 2, 4, 8, 1, 2, 4, 8].map((extra, i) => [0xca + i, { counter: 0, unit: 'bytes', extra }] as const),
  ...[1, 2, 4, 8, 16].map((extra, i) => [0xd4 + i, { counter: 0, unit: 'bytes', extra: extra + 1 }] as const),
  ...[1, 2, 4].map((counter, i) => [0xd9 + i, { counter, unit: 'bytes', extra: 0 }] as const),
  ...[2, 4].map((counter, i) => [0xdc + i, { counter, unit: 'items', extra: 0 }] as const),
  ...[2, 4].map((counter, i) => [0xde + i, { counter, unit: 'pairs', extra: 0 }] as const)
])

const HEADERS: readonly Header[] = Array.from({ length: 256 }, (_, code): Header => {
  if (code >= 0x80 && code < 0x90) return { counter: 0, unit: 'pairs', extra: code & 0x0f }
  if (code >= 0x90 && code < 0xa0) return { counter: 0, unit: 'items', extra: code & 0x0f }
  if (code >= 0xa0 && code < 0xc0) return { counter: 0, unit: 'bytes', extra: code & 0x1f }
  return LONG.get(code) ?? (code === 0xc1 ? UNKNOWN : { counter: 0, unit: 'bytes', extra: 0 })
})
