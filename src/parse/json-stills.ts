// Bytes that stand around the values of lines of a shape, and whether they stand in a line: they are compared eight at a time.

export interface Still {
  readonly bytes: Uint8Array
  /** Eight bytes each. Of UTF-8 none are a double that is no number, so doubles are equal where their bytes are. */
  readonly doubles: Float64Array
  /** What is left of them, in two words, and which of their bits count. */
  readonly low: number
  readonly high: number
  readonly lowMask: number
  readonly highMask: number
}

export function stillOf(bytes: Uint8Array): Still {
  const words = new DataView(new ArrayBuffer(8 * (1 + (bytes.length >> 3))))
  new Uint8Array(words.buffer).set(bytes)
  const left = bytes.length & 7
  const rest = bytes.length - left
  return {
    bytes: new Uint8Array(bytes),
    doubles: Float64Array.from({ length: rest / 8 }, (_, i) => words.getFloat64(8 * i, true)),
    low: words.getInt32(rest, true),
    high: words.getInt32(rest + 4, true),
    lowMask: maskOf(left),
    highMask: maskOf(left - 4)
  }
}

/** The bits of so many bytes. */
function maskOf(bytes: number): number {
  return bytes >= 4 ? -1 : bytes <= 0 ? 0 : (1 << (8 * bytes)) - 1
}

/** Whether it stands there in bytes of which there are so many: that is asked for once a line, because it takes a call. */
export function standsAt(
  { bytes, doubles, low, high, lowMask, highMask }: Still,
  line: DataView,
  from: number,
  byteLength: number
): boolean {
  let at = from
  if (at + bytes.length + 8 > byteLength) return bytes.every((byte, i) => line.getUint8(from + i) === byte)
  for (let i = 0; i < doubles.length; i++, at += 8) if (doubles[i] !== line.getFloat64(at, true)) return false
  return (line.getInt32(at, true) & lowMask) === low && (line.getInt32(at + 4, true) & highMask) === high
}
