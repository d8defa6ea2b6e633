// Guesses the encoding of bytes that nobody named: by a byte order mark, by where the NULs of UTF-16 stand, by the shape of
// UTF-8, and by whether pairs of bytes are the common syllables of Korean.

export type Detected = 'utf-8' | 'utf-16le' | 'utf-16be' | 'euc-kr' | 'windows-1252'

const MARKS: readonly (readonly [Detected, Buffer])[] = [
  ['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])]
]

/** What a file's first bytes say by their byte order mark; `torn` where they may be the beginning of one. */
export function detectMark(head: Buffer): Detected | 'torn' | undefined {
  for (const [encoding, mark] of MARKS) {
    if (head.length >= mark.length && head.subarray(0, mark.length).equals(mark)) return encoding
    if (head.length < mark.length && mark.subarray(0, head.length).equals(head)) return 'torn'
  }
  return undefined
}

/** UTF-16 without a mark: of what is written in logs one in twenty characters at the least is ASCII, with a NUL beside it. */
export function detectUtf16(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const whole = head.subarray(0, head.length - (head.length % 2))
  const nuls = [0, 0]
  for (const [at, byte] of whole.entries()) if (byte === 0) nuls[at % 2] = (nuls[at % 2] ?? 0) + 1
  const [even = 0, odd = 0] = nuls
  const enough = Math.max(2, whole.length / 40)
  if (Math.max(even, odd) < enough || Math.min(even, odd) * 10 > Math.max(even, odd)) return undefined
  const text = (odd > even ? whole : Buffer.from(whole).swap16()).toString('utf16le')
  // The last unit may be the first half of a pair.
  if (!text.slice(0, -1).isWellFormed()) return undefined
  return odd > even ? 'utf-16le' : 'utf-16be'
}

/** The encoding of bytes of which some are not ASCII and of which ASCII stands for itself. */
export function detectText(sample: Buffer): 'utf-8' | 'euc-kr' | 'windows-1252' {
  if (looksLikeUtf8(sample)) return 'utf-8'
  return looksLikeKorean(sample) ? 'euc-kr' : 'windows-1252'
}

/** One damaged character among ten does not make it another encoding. */
function looksLikeUtf8(sample: Buffer): boolean {
  let sound = 0
  let damaged = 0
  for (let at = 0; at < sample.length; ) {
    const byte = sample[at] as number
    at += 1
    if (byte < 0x80) continue
    const more = byte >= 0xf0 && byte < 0xf5 ? 3 : byte >= 0xe0 ? 2 : 1
    const end = at + more
    if (end > sample.length) break
    while (at < end && ((sample[at] as number) & 0xc0) === 0x80) at += 1
    if (at === end && byte >= 0xc2 && byte < 0xf5) sound += 1
    else damaged += 1
  }
  return damaged * 10 <= sound
}

/**
 * Whether pairs of bytes are the syllables that Korean is written with, rather than Hanja, rare syllables or no pairs: in
 * CP949 the common ones have bytes of their own, which two accented letters of the West side by side seldom make.
 */
function looksLikeKorean(sample: Buffer): boolean {
  let common = 0
  let other = 0
  for (let at = 0; at < sample.length; ) {
    const lead = sample[at] as number
    const trail = sample[at + 1] ?? 0
    if (lead < 0x80) {
      at += 1
      continue
    }
    const isHigh = trail >= 0xa1 && trail < 0xff
    const isSign = lead >= 0xa1 && lead < 0xb0
    if (isHigh && lead >= 0xb0 && lead <= 0xc8) common += 1
    else if (!(isHigh && isSign)) other += 1
    at += trail >= 0x80 ? 2 : 1
  }
  return common > other
}
