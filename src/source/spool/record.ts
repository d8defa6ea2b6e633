// How a record stands in a segment: one line that carries its own checksum, when it came and from whom. `spooled.ts` of
// the room `frame` takes the same apart again. No byte of a record can end its line.

import { crc32 } from 'node:zlib'

/** A record as a listener gives it: its bytes without an end of line, or the beginning of one that was too long. */
export type SpoolRecord = Uint8Array | { readonly cut: Uint8Array }

/** Before the bytes that cannot stand in a line: no encoding of text uses it within a character. */
const ESCAPE = 0x1f
/** What stands behind the escape for a newline, a NUL and the escape itself. */
const ESCAPED = new Map([
  [0x0a, 0x6e],
  [0x00, 0x30],
  [ESCAPE, 0x65]
])
/** Checksum and blank before what it is made of. */
const SUM_BYTES = 9

/** Bytes that these records take in a segment, at least; escapes come to it. */
export function sizeOf(records: readonly SpoolRecord[], address: string): number {
  let bytes = records.length * (address.length + SUM_BYTES + 20)
  for (const record of records) bytes += bytesOf(record).length
  return bytes
}

/**
 * Records as lines: `<CRC-32 of the rest, 8 hexadecimal digits> <milliseconds since 1970> <address> <bytes>`. The address
 * has `,cut` behind it where the record is only a beginning.
 */
export function encodeRecords(records: readonly SpoolRecord[], address: string, nowMs: number): Buffer {
  const whole = Buffer.from(`${nowMs} ${address} `, 'latin1')
  const cut = Buffer.from(`${nowMs} ${address},cut `, 'latin1')
  const texts = records.map(record => escaped(bytesOf(record)))
  const length = texts.reduce((sum, text) => sum + SUM_BYTES + cut.length + text.length + 1, 0)
  const out = Buffer.allocUnsafe(length)
  let at = 0
  for (const [i, text] of texts.entries()) {
    const header = records[i] instanceof Uint8Array ? whole : cut
    const start = at + SUM_BYTES
    out.set(header, start)
    out.set(text, start + header.length)
    const end = start + header.length + text.length
    out.write(`${checksum(out.subarray(start, end))} `, at, 'latin1')
    out[end] = 0x0a
    at = end + 1
  }
  return out.subarray(0, at)
}

/** Whether a line of a segment, without its newline, is as it was written. */
export function isIntact(line: Buffer): boolean {
  return line.length > SUM_BYTES && line.toString('latin1', 0, SUM_BYTES - 1) === checksum(line.subarray(SUM_BYTES))
}

const checksum = (bytes: Buffer): string => crc32(bytes).toString(16).padStart(8, '0')

const bytesOf = (record: SpoolRecord): Uint8Array => (record instanceof Uint8Array ? record : record.cut)

function escaped(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(0x0a) && !bytes.includes(ESCAPE) && !bytes.includes(0)) return bytes
  const out: number[] = []
  for (const byte of bytes) {
    const meaning = ESCAPED.get(byte)
    if (meaning === undefined) out.push(byte)
    else out.push(ESCAPE, meaning)
  }
  return Uint8Array.from(out)
}
