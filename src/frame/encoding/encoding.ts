// The encodings that text can be read in: those that the Encoding Standard of WHATWG names, under any of its labels, and
// some that people call by another name. https://encoding.spec.whatwg.org/#names-and-labels

import { isUtf8 } from 'node:buffer'
import { decodeCp949 } from './cp949.ts'

export interface Encoding {
  /** The standard's name, in lower case. */
  readonly name: string
  /** Bytes that a newline takes. */
  readonly width: 1 | 2
  /** Whether a line of bytes below 0x80 alone is ASCII. */
  readonly isAsciiPlain: boolean
  /** The byte order mark that is passed over at the beginning of a file; empty where there is none. */
  readonly mark: Buffer
  /** The text of the bytes from `from` to `to`, exclusive; what is no character becomes U+FFFD. */
  decode(bytes: Buffer, from: number, to: number): string
  /** Whether bytes are sound UTF-8, where the encoding is that; of others it is false. */
  isSurelySound(bytes: Buffer): boolean
  /** Whether bytes that have a U+FFFD in their text are text all the same. */
  isSound(bytes: Buffer): boolean
}

/** Every encoding by its name. The standard's `replacement` is none: it is there to be refused. */
export const encodingNames: readonly string[] = [
  ...['utf-8', 'utf-16le', 'utf-16be', 'euc-kr', 'shift_jis', 'euc-jp', 'iso-2022-jp', 'gbk', 'gb18030', 'big5'],
  ...[2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16].map(part => `iso-8859-${part}`),
  ...Array.from({ length: 9 }, (_, i) => `windows-125${i}`),
  ...['windows-874', 'iso-8859-8-i', 'ibm866', 'koi8-r', 'koi8-u', 'macintosh', 'x-mac-cyrillic', 'x-user-defined']
]

/** What the standard has under another name. */
const ALIASES: Readonly<Record<string, string>> = {
  cp949: 'euc-kr',
  ms949: 'euc-kr',
  uhc: 'euc-kr',
  cp932: 'shift_jis',
  cp936: 'gbk',
  cp950: 'big5',
  'latin-1': 'windows-1252'
}

const NO_MARK = Buffer.alloc(0)

const utf8: Encoding = {
  name: 'utf-8',
  width: 1,
  isAsciiPlain: true,
  mark: Buffer.from([0xef, 0xbb, 0xbf]),
  decode: (bytes, from, to) => bytes.toString('utf8', from, to),
  isSurelySound: isUtf8,
  isSound: isUtf8
}

/** Both orders: `wholeUnits` turns the bytes of `utf-16be` around before they are decoded. */
function utf16(name: 'utf-16le' | 'utf-16be'): Encoding {
  return {
    name,
    width: 2,
    isAsciiPlain: false,
    mark: Buffer.from([0xff, 0xfe]),
    decode: (bytes, from, to) =>
      bytes.toString('utf16le', from, to).toWellFormed() + ((to - from) % 2 === 0 ? '' : '\ufffd'),
    isSurelySound: () => false,
    isSound: bytes => bytes.length % 2 === 0 && bytes.toString('utf16le').isWellFormed()
  }
}

/** Windows' and Python's CP949 is what the standard calls `euc-kr`. */
const cp949: Encoding = {
  name: 'euc-kr',
  width: 1,
  isAsciiPlain: true,
  mark: NO_MARK,
  decode: decodeCp949,
  isSurelySound: () => false,
  isSound: () => false
}

/** What the platform decodes. In none of these is 0x0A part of another character. */
function platform(name: string): Encoding {
  const decoder = new TextDecoder(name)
  const strict = new TextDecoder(name, { fatal: true })
  function isSound(bytes: Buffer): boolean {
    try {
      strict.decode(bytes)
      return true
    } catch {
      return false
    }
  }
  // A line that shifts to Japanese in iso-2022-jp is of bytes below 0x80.
  return {
    name,
    width: 1,
    isAsciiPlain: name !== 'iso-2022-jp',
    mark: NO_MARK,
    decode: (bytes, from, to) => decoder.decode(bytes.subarray(from, to)),
    isSurelySound: () => false,
    isSound
  }
}

/** Whether this is a label of an encoding that text can be read in. */
export const isEncoding = (label: string): boolean => nameOf(label) !== undefined

/** The encoding of a label, which must be one. */
export function encodingOf(label: string): Encoding {
  const name = nameOf(label)
  switch (name) {
    case 'utf-8':
      return utf8
    case 'utf-16le':
    case 'utf-16be':
      return utf16(name)
    case 'euc-kr':
      return cp949
    case undefined:
      throw new Error(`no label of an encoding: ${label}`)
    default:
      return platform(name)
  }
}

/** The standard's name for a label, in any case. */
function nameOf(label: string): string | undefined {
  const plain = label.trim().toLowerCase()
  try {
    const { encoding } = new TextDecoder(ALIASES[plain] ?? plain)
    return encodingNames.find(name => name === encoding)
  } catch {
    return undefined
  }
}
