// Runs of bytes that are copied eight at a time, which for most of them takes less time than a call of the platform.

/** Bytes, and the same bytes to be read and written several at a time. */
export interface Words {
  readonly bytes: Buffer
  readonly view: DataView
}

export function wordsOf(bytes: Buffer): Words {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) }
}

/** So many bytes are better copied by the platform. */
const MANY = 192

/**
 * Puts bytes as they are and returns where they end. Up to seven that mean nothing are put behind them, for which there has to
 * be room.
 */
export function putRun(to: Words, at: number, from: Words, begin: number, end: number): number {
  const ahead = at - begin
  if (end - begin > MANY) from.bytes.copy(to.bytes, at, begin, end)
  else if (end + 7 > from.bytes.length) for (let i = begin; i < end; i++) to.bytes[i + ahead] = from.bytes[i] as number
  else for (let i = begin; i < end; i += 8) to.view.setBigInt64(i + ahead, from.view.getBigInt64(i, true), true)
  return end + ahead
}
