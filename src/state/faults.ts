// What kinds of failure a store meets: those that pass when a disk has room again, and those of a store that is broken.
// See SQLite's "Result and Error Codes"; extended codes hold the primary one in their lowest byte.

const PASSING = new Set([
  5, // SQLITE_BUSY: another connection, such as that of a backup, is in the way
  10, // SQLITE_IOERR
  13 // SQLITE_FULL
])
const PASSING_SYSTEM = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS'])
const CORRUPT = new Set([
  11, // SQLITE_CORRUPT
  26 // SQLITE_NOTADB
])

/** Whether the error, or what caused it, is of the disk and passes when it has room or works again. */
export function isPassing(error: unknown): boolean {
  return matches(error, ({ errcode, code }) => PASSING.has(primary(errcode)) || PASSING_SYSTEM.has(String(code)))
}

/** Whether the error, or what caused it, says that the store is no sound database. */
export function isCorrupt(error: unknown): boolean {
  return matches(error, ({ errcode }) => CORRUPT.has(primary(errcode)))
}

interface Fault {
  /** SQLite's. */
  readonly errcode?: unknown
  /** The system's. */
  readonly code?: unknown
  readonly cause?: unknown
}

function matches(error: unknown, isOne: (fault: Fault) => boolean): boolean {
  if (!(error instanceof Error)) return false
  const fault: Fault = error
  return isOne(fault) || matches(fault.cause, isOne)
}

const primary = (errcode: unknown): number => (typeof errcode === 'number' ? errcode & 0xff : 0)
