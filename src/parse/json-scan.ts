// Finds where the values of JSON end in bytes of UTF-8, strictly after RFC 8259, and whether they are written as
// `JSON.stringify` writes them, so that they may be copied. Texts are looked at four bytes at a time.

/** What is returned where no value is; where one is that would be written otherwise, `~end`, which is less. */
export const INVALID = -1

/** Characters that are written with one letter behind a backslash. */
const LETTERS = new Set(Buffer.from('"\\bfnrt'))
/** Control characters that have no such letter, as they are written. */
const CONTROLS = new Set(
  Array.from({ length: 0x20 }, (_, code) => JSON.stringify(String.fromCharCode(code)).slice(1, -1))
    .filter(text => text.length === 6)
    .map(text => text.slice(2))
)
const [QUOTE, BACKSLASH, SLASH, LETTER_U] = [0x22, 0x5c, 0x2f, 0x75]
const [MINUS, PLUS, DOT, ZERO, NINE, LETTER_E] = [0x2d, 0x2b, 0x2e, 0x30, 0x39, 0x65]
/** Every decimal of so many digits is told by its double. */
const SURE_DIGITS = 15

/** Where the text ends that begins at `from`, behind its quote: at the quote behind it. */
export function textEnd(bytes: DataView, from: number, to: number): number {
  let isOdd = false
  let at = plainEnd(bytes, from, to)
  while (at < to && bytes.getUint8(at) === BACKSLASH) {
    if (at + 1 >= to) return INVALID
    const letter = bytes.getUint8(at + 1)
    at += 2
    if (letter === SLASH) isOdd = true
    else if (!LETTERS.has(letter)) {
      const digits = letter === LETTER_U && at + 4 <= to ? asciiOf(bytes, at, at + 4) : ''
      if (!/^[\da-f]{4}$/i.test(digits)) return INVALID
      isOdd ||= !CONTROLS.has(digits)
      at += 4
    }
    at = plainEnd(bytes, at, to)
  }
  if (at >= to || bytes.getUint8(at) !== QUOTE) return INVALID
  return isOdd ? ~at : at
}

/** Where the bytes end that stand in a string as they are. */
function plainEnd(bytes: DataView, from: number, to: number): number {
  let at = from
  for (const last = to - 4; at <= last; at += 4) {
    const special = specialIn(bytes.getInt32(at, true))
    if (special !== 0) return at + ((31 - Math.clz32(special & -special)) >> 3)
  }
  while (at < to && !isSpecial(bytes.getUint8(at))) at++
  return at
}

/**
 * The high bits of those of four bytes that are quotes, backslashes or below the blank. What borrows from the byte above it
 * is special itself, so the lowest bit is always right.
 */
function specialIn(word: number): number {
  const found = (word - 0x20202020) | ((word ^ 0x22222222) - 0x01010101) | ((word ^ 0x5c5c5c5c) - 0x01010101)
  return found & ~word & 0x80808080
}

function isSpecial(code: number): boolean {
  return code < 0x20 || code === QUOTE || code === BACKSLASH
}

/** Where the number ends that begins at `from`. */
export function numberEnd(bytes: DataView, from: number, to: number): number {
  const first = from < to && bytes.getUint8(from) === MINUS ? from + 1 : from
  let at = digitsEnd(bytes, first, to)
  if (at === first) return INVALID
  const isZero = bytes.getUint8(first) === ZERO
  if (isZero && at > first + 1) return INVALID
  const next = at < to ? bytes.getUint8(at) : 0
  if (next !== DOT && !isE(next)) {
    const isSure = at - first <= SURE_DIGITS && !(first > from && isZero)
    return isSure || isPrinted(bytes, from, at) ? at : ~at
  }
  let isSure = !isZero
  if (next === DOT) {
    const fraction = at + 1
    at = digitsEnd(bytes, fraction, to)
    if (at === fraction) return INVALID
    isSure ||= bytes.getUint8(fraction) !== ZERO
    isSure &&= at - first <= SURE_DIGITS && bytes.getUint8(at - 1) !== ZERO
  }
  if (at < to && isE(bytes.getUint8(at))) {
    const sign = at + 1 < to ? bytes.getUint8(at + 1) : 0
    const exponent = sign === MINUS || sign === PLUS ? at + 2 : at + 1
    at = digitsEnd(bytes, exponent, to)
    if (at <= exponent) return INVALID
    isSure = false
  }
  return isSure || isPrinted(bytes, from, at) ? at : ~at
}

/** Whether a number is written as its double is; whole numbers beyond 2^53 are none of ours. */
function isPrinted(bytes: DataView, from: number, to: number): boolean {
  const text = asciiOf(bytes, from, to)
  const value = Number(text)
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER && String(value) === text
}

/** The text of bytes of ASCII. */
export function asciiOf(bytes: DataView, from: number, to: number): string {
  return bufferOf(bytes).toString('latin1', from, to)
}

/** The same bytes as a buffer. */
export function bufferOf({ buffer, byteOffset, byteLength }: DataView): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength)
}

function digitsEnd(bytes: DataView, from: number, to: number): number {
  let at = from
  for (; at < to; at++) {
    const code = bytes.getUint8(at)
    if (code < ZERO || code > NINE) break
  }
  return at
}

function isE(code: number): boolean {
  return (code | 0x20) === LETTER_E
}
