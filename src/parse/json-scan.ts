// Finds where the values of JSON end in bytes of UTF-8, strictly after RFC 8259, and whether they are written as
// `JSON.stringify` writes them, so that they may be copied.

/** What is returned where no value is; where one is that would be written otherwise, `~end`, which is less. */
export const INVALID = -1

/** Bytes that stand in a string as they are. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, code) => (code >= 0x20 && code !== 0x22 && code !== 0x5c ? 1 : 0))
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
export function textEnd(bytes: Buffer, from: number, to: number): number {
  let isOdd = false
  for (let at = from; at < to; at++) {
    const code = bytes[at] as number
    if (PLAIN[code] === 1) continue
    if (code === QUOTE) return isOdd ? ~at : at
    if (code !== BACKSLASH || at + 1 >= to) return INVALID
    at += 1
    const letter = bytes[at] as number
    if (LETTERS.has(letter)) continue
    if (letter === SLASH) isOdd = true
    else {
      const digits = letter === LETTER_U && at + 4 < to ? bytes.toString('latin1', at + 1, at + 5) : ''
      if (!/^[\da-f]{4}$/i.test(digits)) return INVALID
      isOdd ||= !CONTROLS.has(digits)
      at += 4
    }
  }
  return INVALID
}

/** Where the number ends that begins at `from`. */
export function numberEnd(bytes: Buffer, from: number, to: number): number {
  const isNegative = bytes[from] === MINUS
  const first = isNegative ? from + 1 : from
  let at = digitsEnd(bytes, first, to)
  if (at === first || (bytes[first] === ZERO && at > first + 1)) return INVALID
  if (at === to || (bytes[at] !== DOT && !isE(bytes[at]))) {
    const isSure = at - first <= SURE_DIGITS && !(isNegative && bytes[first] === ZERO)
    return isSure || isPrinted(bytes, from, at) ? at : ~at
  }
  let isSure = bytes[first] !== ZERO
  if (bytes[at] === DOT) {
    const fraction = at + 1
    at = digitsEnd(bytes, fraction, to)
    if (at === fraction) return INVALID
    isSure ||= bytes[fraction] !== ZERO
    isSure &&= at - first <= SURE_DIGITS && bytes[at - 1] !== ZERO
  }
  if (at < to && isE(bytes[at])) {
    const sign = bytes[at + 1]
    const exponent = sign === MINUS || sign === PLUS ? at + 2 : at + 1
    at = digitsEnd(bytes, exponent, to)
    if (at <= exponent) return INVALID
    isSure = false
  }
  return isSure || isPrinted(bytes, from, at) ? at : ~at
}

/** Whether a number is written as its double is; whole numbers beyond 2^53 are none of ours. */
function isPrinted(bytes: Buffer, from: number, to: number): boolean {
  const text = bytes.toString('latin1', from, to)
  const value = Number(text)
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER && String(value) === text
}

function digitsEnd(bytes: Buffer, from: number, to: number): number {
  let at = from
  while (at < to && (bytes[at] as number) >= ZERO && (bytes[at] as number) <= NINE) at++
  return at
}

function isE(code: number | undefined): boolean {
  return ((code ?? 0) | 0x20) === LETTER_E
}
