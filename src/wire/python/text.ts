// Text as Python stores it: UTF-8 that may hold lone surrogates, and bytes of which nobody knows the encoding. What is no
// character becomes an escape, as Python's own `backslashreplace` writes it, so that nothing is lost.

/** UTF-8 as Python's `surrogatepass` reads it; undefined for other bytes. */
export function surrogatePass(bytes: Buffer, start: number, end: number): string | undefined {
  const text = bytes.toString('utf8', start, end)
  if (!text.includes('\ufffd')) return text
  const latin = bytes.toString('latin1', start, end)
  const pieces = latin.split(/(\xed[\xa0-\xbf][\x80-\xbf])/)
  let whole = ''
  for (const [i, piece] of pieces.entries()) {
    if (i % 2 === 1) whole += surrogate(piece)
    else {
      const part = strictUtf8(Buffer.from(piece, 'latin1'))
      if (part === undefined) return undefined
      whole += part
    }
  }
  return whole
}

/** 1101 10xx xxxx xxxx in three bytes of UTF-8. */
function surrogate(piece: string): string {
  return String.fromCharCode(0xd000 | ((piece.charCodeAt(1) & 0x3f) << 6) | (piece.charCodeAt(2) & 0x3f))
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function strictUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

/** Bytes as text: as UTF-8 where they are, else ASCII with an escape such as `\xb0` for each other byte. */
export function textOfBytes(bytes: Uint8Array): string {
  return strictUtf8(bytes) ?? asciiOrEscapes(bytes)
}

function asciiOrEscapes(bytes: Uint8Array): string {
  const latin = Buffer.from(bytes).toString('latin1')
  return latin.replace(/[\x80-\xff]/g, byte => `\\x${byte.charCodeAt(0).toString(16)}`)
}

/** Text that every reader of JSON takes: a lone surrogate becomes an escape such as `\udc80`. */
export function wellFormed(text: string): string {
  if (text.isWellFormed()) return text
  return text.replace(/\p{Surrogate}/gu, half => `\\u${half.charCodeAt(0).toString(16)}`)
}

/** What escapes of Python's string literals stand for, in texts (`isBytes` false) or in byte strings. */
export function unescaped(text: string, isBytes: boolean): string {
  if (!text.includes('\\')) return text
  return text.replace(isBytes ? BYTE_ESCAPES : TEXT_ESCAPES, (written, letter: string) => {
    const simple = SIMPLE.get(letter)
    if (simple !== undefined) return simple
    const code = /^[0-7]/.test(letter) ? Number.parseInt(letter, 8) : Number.parseInt(letter.slice(1), 16)
    return code <= 0x10ffff ? String.fromCodePoint(isBytes ? code & 0xff : code) : written
  })
}

const BYTE_ESCAPES = /\\([0-7]{1,3}|x[0-9a-fA-F]{2}|[\n\\'"abfnrtv])/g
const TEXT_ESCAPES = /\\([0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\n\\'"abfnrtv])/g
const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['\n', ''],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v']
])
