// Frames bytes in an encoding, torn as a test says.

import { execFileSync } from 'node:child_process'
import { createFraming, type Resume } from '#frame'
import type { Framed } from '#record'
import { python } from '../../programs/python.ts'
import { pushed, taken } from '../push.ts'

const interpreter = (await python()).path

export interface Framing extends Partial<Resume> {
  readonly encoding: string
  readonly maxLineBytes?: number
  /** Where the first of the bytes stands. */
  readonly from?: number
}

/** Frames chunks that follow each other, and the end behind them. */
export function frame(
  chunks: readonly Buffer[],
  { encoding, maxLineBytes = 256, from = 0, isMidCut = false, forcedEnds = [], decided }: Framing
): Framed & { readonly decided: string | undefined } {
  const framer = createFraming({ maxLineBytes, encoding }, undefined)({ isMidCut, forcedEnds, decided })
  const parts: Framed[] = []
  let start = from
  for (const bytes of chunks) {
    parts.push(pushed(framer, bytes, start))
    start += bytes.length
  }
  parts.push(taken(framer.end()))
  return {
    lines: parts.flatMap(({ lines }) => lines),
    skips: parts.flatMap(({ skips }) => skips),
    decided: framer.decided
  }
}

export const texts = ({ lines }: Framed): string[] => lines.map(({ text }) => text)

/** The bytes in pieces that end at these places. */
export function torn(bytes: Buffer, places: readonly number[]): Buffer[] {
  const cuts = [...new Set(places.map(place => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...cuts].map((from, i) => bytes.subarray(from, cuts[i] ?? bytes.length))
}

/** The bytes that Python writes a text with in one of its codecs. */
export function written(codec: string, text: string): Buffer {
  const program = `import sys; sys.stdout.buffer.write(sys.stdin.buffer.read().decode('utf-8').encode('${codec}'))`
  return execFileSync(interpreter, ['-c', program], { input: text })
}
