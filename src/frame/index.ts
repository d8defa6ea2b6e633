// The room that cuts bytes into lines. Every byte that comes in leaves as part of one span or of one skip, in order.

import Type, { type Static } from 'typebox'
import type { Chunk, Framed, Line, Offset, Skip } from '#record'
import { type Decoded, decodedLines } from './encoding/decide.ts'
import { encodingOf } from './encoding/encoding.ts'
import { createJoin, type Join } from './join.ts'
import { createGrouping, type MultilineOptions } from './multiline/index.ts'
import { mergeFramed, NOTHING } from './newline.ts'

export { encodingNames, isEncoding } from './encoding/encoding.ts'
export { createGrouping, type MultilineOptions, multilineSchema } from './multiline/index.ts'

export const frameSchema = Type.Object(
  {
    maxLineBytes: Type.Integer({
      default: 1_048_576,
      minimum: 256,
      maximum: 67_108_864,
      description:
        'Longest line in bytes, its newline not counted. Of a longer one the beginning is shipped, tagged `_cut`; the rest is passed over and counted.'
    }),
    encoding: Type.String({
      default: 'utf-8',
      minLength: 1,
      description:
        'What text is written in: any label of the Encoding Standard, such as `utf-8`, `utf-16le`, `cp949`, `latin1` or `shift_jis`, in any case. A file that begins with a byte order mark of UTF-16 is read as that. `auto` decides for each file by its first line that is not ASCII, and by its very first bytes, whether it is UTF-8, UTF-16, CP949 or Windows-1252, and stays with that. What is no character becomes U+FFFD, and its document is tagged `_invalid_encoding`.'
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
  /** The encoding that was decided from the bytes, where it was. */
  readonly decided: string | undefined
}

/** Where framing begins in a generation, as the state store says. */
export interface Resume {
  /** Whether the first bytes are the rest of a line that was cut. */
  readonly isMidCut: boolean
  /** Where lines ended before although nothing in the bytes ends them, in order. */
  readonly forcedEnds: readonly Offset[]
  /** The encoding that was decided for this generation before. */
  readonly decided?: string | undefined
}

/** Returns what makes a framer for one generation. */
export function createFraming(
  { maxLineBytes, container, encoding = 'utf-8' }: Omit<FrameOptions, 'encoding'> & { encoding?: string },
  multiline: MultilineOptions | undefined
): (resume: Resume) => Framer {
  const grouping = multiline === undefined ? undefined : createGrouping(multiline)
  const maxLines = multiline?.maxLines ?? 1
  const configured = encoding === 'auto' ? undefined : encodingOf(encoding)
  return ({ isMidCut, forcedEnds, decided }) => {
    const lines = decodedLines({ configured, decided, maxLineBytes, isMidCut })
    const isPlain = container === undefined && grouping === undefined
    const framer = isPlain
      ? plain(lines)
      : joined(lines, createJoin({ container, grouping, maxLines, maxLength: maxLineBytes }))
    return forcedEnds.length === 0 ? framer : endingAt(forcedEnds, framer)
  }
}

function plain(lines: Decoded): Framer {
  return {
    push: lines.push,
    flush: () => NOTHING,
    end: lines.end,
    isHolding: false,
    get decided() {
      return lines.decided
    }
  }
}

function joined(lines: Decoded, join: Join): Framer {
  /** A group does not reach over a hole. */
  function take({ lines, skips }: Framed): { lines: Line[]; skips: readonly Skip[] } {
    const holes = skips.filter(({ reason }) => reason === 'nul hole')
    if (holes.length === 0) return { lines: join.push(lines), skips }
    const out: Line[] = []
    let rest = lines
    for (const { start } of holes) {
      const before = rest.filter(line => line.start < start)
      out.push(...join.push(before), ...join.close(true))
      rest = rest.slice(before.length)
    }
    return { lines: [...out, ...join.push(rest)], skips }
  }
  return {
    push: chunk => take(lines.push(chunk)),
    flush: () => ({ lines: join.close(false), skips: [] }),
    end() {
      const { lines: last, skips } = take(lines.end())
      return { lines: [...last, ...join.close(true)], skips }
    },
    get isHolding() {
      return join.isOpen
    },
    get decided() {
      return lines.decided
    }
  }
}

/** A framer that ends what is open at the given offsets. */
function endingAt(forcedEnds: readonly Offset[], framer: Framer): Framer {
  const ends = [...forcedEnds]
  function push(chunk: Chunk): Framed {
    const parts: Framed[] = []
    let { start, bytes } = chunk
    for (let end = ends[0]; end !== undefined && end <= start + bytes.length; end = ends[0]) {
      ends.shift()
      const length = end - start
      if (length < 0) continue
      parts.push(framer.push({ ...chunk, start, bytes: bytes.subarray(0, length) }), framer.end())
      bytes = bytes.subarray(length)
      start = end
    }
    parts.push(framer.push({ ...chunk, start, bytes }))
    return mergeFramed(parts)
  }
  return {
    push,
    flush: framer.flush,
    end: framer.end,
    get isHolding() {
      return framer.isHolding
    },
    get decided() {
      return framer.decided
    }
  }
}
