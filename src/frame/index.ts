// The room that cuts bytes into lines. Every byte that comes in leaves as part of one line or of one skip, in order.

import Type, { type Static } from 'typebox'
import { type Framer, newlines } from './newline.ts'

export type { Framer } from './newline.ts'

export const frameSchema = Type.Object(
  {
    maxLineBytes: Type.Integer({
      default: 1_048_576,
      minimum: 256,
      maximum: 67_108_864,
      description:
        'Longest line in bytes, its newline not counted. Of a longer one the beginning is shipped, tagged `_cut`; the rest is passed over and counted.'
    })
  },
  { description: 'How bytes become lines.' }
)
export type FrameOptions = Static<typeof frameSchema>

/**
 * A framer for one generation.
 * @param isMidCut whether the bytes begin in a line whose beginning was shipped before, as its checkpoint says
 */
export function createFramer(options: FrameOptions, isMidCut = false): Framer {
  return newlines(options.maxLineBytes, isMidCut)
}
