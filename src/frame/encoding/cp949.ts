// Decodes CP949, which Windows and Python write for Korean: EUC-KR and, in the places it leaves free, all other syllables in
// the order of Unicode. The platform's decoder knows only the first part, and makes control characters of the second.

const REPLACEMENT = 0xfffd
const FIRST_LEAD = 0x81
const LAST_LEAD = 0xfe
const FIRST_SYLLABLE = 0xac00
const LAST_SYLLABLE = 0xd7a3

let table: Uint16Array | undefined
/** Code units of the text that is being decoded. */
let scratch = new Uint16Array(1_024)

/** The text; what is no character becomes U+FFFD, and an ASCII byte behind it stands for itself, as the Encoding Standard says. */
export function decodeCp949(bytes: Buffer, from: number, to: number): string {
  table ??= makeTable()
  if (scratch.length < to - from) scratch = new Uint16Array((to - from) * 2)
  const units = scratch
  let length = 0
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] as number
    let unit = byte
    if (byte >= 0x80) {
      const trail = at + 1 < to ? (bytes[at + 1] as number) : 0
      unit = table[(byte << 8) | trail] || REPLACEMENT
      if (unit !== REPLACEMENT || (trail >= 0x80 && byte >= FIRST_LEAD && byte <= LAST_LEAD)) at += 1
    }
    units[length] = unit
    length += 1
  }
  return Buffer.from(units.buffer, 0, length * 2).toString('utf16le')
}

/** Code units by pair of bytes, 0 where a pair is no character. */
function makeTable(): Uint16Array {
  const units = new Uint16Array(0x10000)
  const eucKr = new TextDecoder('euc-kr')
  const taken = new Set<number>()
  for (let lead = 0xa1; lead <= LAST_LEAD; lead += 1) {
    for (let trail = 0xa1; trail <= LAST_LEAD; trail += 1) {
      const text = eucKr.decode(Uint8Array.of(lead, trail))
      const unit = text.charCodeAt(0)
      // Rows 41 and 94 are for the user's own characters, of which there are none.
      if (text.length !== 1 || unit === REPLACEMENT || (unit >= 0xe000 && unit < 0xf900)) continue
      units[(lead << 8) | trail] = unit
      taken.add(unit)
    }
  }
  // The two signs that KS X 1001 got in 1998.
  units[0xa2e6] = 0x20ac
  units[0xa2e7] = 0xae
  const free = freePairs()
  for (let syllable = FIRST_SYLLABLE; syllable <= LAST_SYLLABLE; syllable += 1) {
    if (taken.has(syllable)) continue
    units[free.next().value ?? 0] = syllable
  }
  return units
}

/** The pairs that EUC-KR leaves free, in order. */
function* freePairs(): Generator<number, undefined> {
  for (let lead = FIRST_LEAD; lead <= 0xc6; lead += 1) {
    for (let trail = 0x41; trail <= (lead < 0xa1 ? LAST_LEAD : 0xa0); trail += 1) {
      const isFree = trail <= 0x5a || (trail >= 0x61 && trail <= 0x7a) || trail >= 0x81
      if (isFree) yield (lead << 8) | trail
    }
  }
}
