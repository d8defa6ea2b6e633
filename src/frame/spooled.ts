// Takes apart a line of a spool's segment, as `source/spool/record.ts` wrote it:
// `<checksum, 8 digits> <milliseconds since 1970, 13 digits> <address>[,cut] <text>`, newlines in the text escaped.

import type { Unwrapped } from './container.ts'

/** Where the address begins. */
const ADDRESS_AT = 23
const HEADER = /^[0-9a-f]{8} \d{13} /
const ESCAPE = '\x1f'
const MEANT: Readonly<Record<string, string>> = { n: '\n', 0: '\0', e: ESCAPE }

/** The record in a line; undefined where it is none. */
export function unwrapSpooled(line: string): Unwrapped | undefined {
  const end = line.indexOf(' ', ADDRESS_AT)
  if (end === -1 || !HEADER.test(line.slice(0, ADDRESS_AT))) return undefined
  const raw = line.slice(end + 1)
  const text = raw.includes(ESCAPE) ? unescaped(raw) : raw
  const stream = line.slice(ADDRESS_AT, end)
  const isCut = stream.endsWith(',cut')
  const address = isCut ? stream.slice(0, -4) : stream
  const receivedMs = Number(line.slice(9, ADDRESS_AT - 1))
  const sender = { address: address === '-' ? '' : address, receivedMs }
  return { text, stream: address, marks: { sender: isCut ? { ...sender, isCut } : sender }, isPartial: false }
}

function unescaped(raw: string): string {
  const [head = '', ...parts] = raw.split(ESCAPE)
  return parts.reduce((text, part) => text + (MEANT[part.charAt(0)] ?? '') + part.slice(1), head)
}
