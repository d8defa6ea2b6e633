// Hands bytes to a framer as a file's reader does, and takes what it gives out before they are written over.

import { expect } from 'vitest'
import type { Framer } from '#frame'
import { type Framed, type GenerationId, type Line, offset } from '#record'

const generation = { id: 'g' as GenerationId, path: '/a.log', inode: '1', deviceId: '1' }

/** What a framer gives out for bytes, which are gone when this returns. */
export function pushed(framer: Framer, bytes: Buffer, start: number): Framed {
  const read = Buffer.from(bytes)
  const framed = taken(framer.push({ generation, fingerprint: '', start: offset(start), bytes: read }))
  read.fill('#')
  return framed
}

/** Lines with the texts that they have now, which are those that they stand in. */
export function taken({ lines, skips }: Framed): Framed {
  return { lines: lines.map(withText), skips }
}

function withText(line: Line): Line {
  const { text, start, end, ordinal, bytes, from, to, isAscii, isSeveral, isCut, isDamaged, container } = line
  if (bytes !== undefined) expect(bytes.toString('utf8', from, to)).toBe(text)
  if (isAscii === true) expect(text).toMatch(/^\p{ASCII}*$/u)
  if (isSeveral !== undefined) expect(isSeveral || !text.includes('\n')).toBe(true)
  const marks = { ...(isCut && { isCut }), ...(isDamaged && { isDamaged }), ...(container && { container }) }
  return { text, start, end, ordinal, ...marks }
}
