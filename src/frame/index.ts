// The room that cuts bytes into lines. Every byte that comes in leaves as part of one span or of one skip, in order.

import Type, { type Static } from 'typebox'
import type { Chunk, Framed, Line, Skip } from '#record'
import { createJoin, type Join } from './join.ts'
import { createGrouping, type MultilineOptions } from './multiline/index.ts'
import { newlines } from './newline.ts'

export { type MultilineOptions, multilineSchema } from './multiline/index.ts'

export const frameSchema = Type.Object(
  {
    maxLineBytes: Type.Integer({
      default: 1_048_576,
      minimum: 256,
      maximum: 67_108_864,
      description:
        'Longest line in bytes, its newline not counted. Of a longer one the beginning is shipped, tagged `_cut`; the rest is passed over and counted.'
    }),
    container: Type.Optional(
      Type.Union([Type.Literal('docker'), Type.Literal('cri'), Type.Literal('auto')], {
        description:
          "Takes off what a container runtime wraps around each line: Docker's json-file (`docker`), the format of containerd and CRI-O (`cri`), or whichever it is (`auto`). Lines that the runtime has split are joined."
      })
    )
  },
  { description: 'How bytes become lines.' }
)
export type FrameOptions = Static<typeof frameSchema>

export interface Framer {
  /** Frames the next bytes, which start where the last ones ended. */
  push(chunk: Chunk): Framed
  /** Gives out groups that are still open. */
  flush(): Framed
  /** No more bytes will come: what has no newline yet is a line as it stands. */
  end(): Framed
  /** Whether lines are held back because others may join them. */
  readonly isHolding: boolean
}

/** Returns what makes a framer for one generation; `isMidCut` as its checkpoint says. */
export function createFraming(
  { maxLineBytes, container }: FrameOptions,
  multiline: MultilineOptions | undefined
): (isMidCut: boolean) => Framer {
  const grouping = multiline === undefined ? undefined : createGrouping(multiline)
  const maxLines = multiline?.maxLines ?? 1
  if (container === undefined && grouping === undefined) return isMidCut => plain(newlines(maxLineBytes, isMidCut))
  return isMidCut => {
    const join = createJoin({ container, grouping, maxLines, maxLength: maxLineBytes })
    return joined(newlines(maxLineBytes, isMidCut), join)
  }
}

const NOTHING: Framed = { lines: [], skips: [] }

function plain({ push, end }: ReturnType<typeof newlines>): Framer {
  return { push, flush: () => NOTHING, end, isHolding: false }
}

function joined(lines: ReturnType<typeof newlines>, join: Join): Framer {
  const take = ({ lines, skips }: Framed): { lines: Line[]; skips: readonly Skip[] } => ({
    lines: join.push(lines),
    skips
  })
  return {
    push: chunk => take(lines.push(chunk)),
    flush: () => ({ lines: join.close(false), skips: [] }),
    end() {
      const { lines: last, skips } = take(lines.end())
      return { lines: [...last, ...join.close(true)], skips }
    },
    get isHolding() {
      return join.isOpen
    }
  }
}
