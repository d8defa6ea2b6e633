// Cuts a stream of syslog into messages: by the length before each (octet counting) or by newlines, as each message begins;
// see RFC 6587, section 3.4.

import type { SpoolRecord } from '../spool/record.ts'
import type { Intake, Taken } from './contract.ts'
import { createLines } from './lines.ts'
import { trimEnd } from './trim-end.ts'

const BLANK = 0x20
/** Digits of a length that anybody could mean. */
const MAX_DIGITS = 10

/** An intake for messages of at most `maxBytes`. */
export function createSyslogFrames(maxBytes: number): Intake {
  const lines = createLines(maxBytes)
  let held: Buffer = Buffer.alloc(0)
  /** What is left of a counted message that was too long. */
  let passingOver = 0

  /** Takes one counted message, as far as it is there; returns where the next begins, or undefined. */
  function counted(bytes: Buffer, at: number, records: SpoolRecord[]): number | undefined {
    const blank = bytes.indexOf(BLANK, at)
    if (blank === -1) return undefined
    const length = Number(bytes.toString('latin1', at, blank))
    const start = blank + 1
    const end = start + length
    if (length > maxBytes) {
      if (bytes.length < start + maxBytes) return undefined
      records.push({ cut: bytes.subarray(start, start + maxBytes) })
      passingOver = Math.max(0, end - bytes.length)
      return Math.min(end, bytes.length)
    }
    if (bytes.length < end) return undefined
    records.push(trimEnd(bytes.subarray(start, end)))
    return end
  }

  /** Whether a message begins with its length; undefined where that cannot be told yet. */
  function isCounted(bytes: Buffer, at: number): boolean | undefined {
    const start = bytes.toString('latin1', at, at + MAX_DIGITS + 1)
    if (/^[1-9]\d{0,9} /.test(start)) return true
    return /^[1-9]\d*$/.test(start) && start.length <= MAX_DIGITS ? undefined : false
  }

  function push(chunk: Buffer): Taken {
    const records: SpoolRecord[] = []
    const passed = Math.min(passingOver, chunk.length)
    passingOver -= passed
    const rest = chunk.subarray(passed)
    const bytes = held.length === 0 ? rest : Buffer.concat([held, rest])
    held = Buffer.alloc(0)
    for (let at = 0; at < bytes.length; ) {
      const isLength = lines.heldBytes > 0 ? false : isCounted(bytes, at)
      const next = isLength === true ? counted(bytes, at, records) : undefined
      if (next !== undefined) at = next
      else if (isLength !== false) {
        held = Buffer.from(bytes.subarray(at))
        break
      } else {
        const newline = bytes.indexOf(0x0a, at)
        const end = newline === -1 ? bytes.length : newline + 1
        records.push(...lines.push(bytes.subarray(at, end)).records)
        at = end
      }
    }
    return { records }
  }

  return {
    push,
    end() {
      const { records } = lines.end()
      const half = held.length === 0 ? [] : [held]
      held = Buffer.alloc(0)
      return { records: [...records, ...half] }
    },
    get heldBytes() {
      return held.length + lines.heldBytes
    }
  }
}
