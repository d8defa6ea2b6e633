// The room that cuts bytes into lines. Every byte that comes in leaves as part of one span or of one skip, in order.

import Type, { type Static } from 'typebox'
import type { Chunk, Framed, Line, Offset, Skip, Span } from '#record'
import type { ContainerFormat } from './container.ts'
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
/** As written, or with the wrapping of a listener's spool. */
export type FrameOptions = Omit<Static<typeof frameSchema>, 'container'> & {
  readonly container?: ContainerFormat | undefined
}

/** What takes lines from the head of the file that follows into the group that is open; see `Join`. */
export type Adopter = Pick<Join, 'adopt'>

export interface Framer extends Adopter {
  /**
   * Frames the next bytes, which start where the last ones ended. At the head of a file, lines that continue the group that
   * is open at the end of the file before it are taken by that one's framer, and are not given out.
   */
  push(chunk: Chunk, before?: Adopter): Framed
  /** Gives out groups that are still open. */
  flush(): Framed
  /** No more bytes will come: what has no newline yet is a line as it stands. */
  end(): Framed
  /** Whether lines are held back because others may join them. */
  readonly isHolding: boolean
  /** Whether the next line may still continue the file before. */
  readonly isAtHead: boolean
  /** The bytes of the head that the framer of the file before took. */
  readonly given: Span | undefined
  /** Leaves what is open to lines of the file that follows. */
  park(): void
  /** The encoding that was decided from the bytes, where it was. */
  readonly decided: string | undefined
}

/** Where framing begins in a generation, as the state store says. */
export interface Resume {
  /** Whether the first bytes are the rest of a line that was cut. */
  readonly isMidCut: boolean
  /** Where lines ended before although nothing in the bytes ends them, in order. */
  readonly forcedEnds: readonly Offset[]
  /** Where lines end that were joined to the file before, whatever they are. */
  readonly joinedTo?: Offset | undefined
  /** Where a group ends that lines of the file that follows were joined to. */
  readonly parkAt?: Offset | undefined
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
  return ({ isMidCut, forcedEnds, decided, joinedTo, parkAt }) => {
    const lines = decodedLines({ configured, decided, maxLineBytes, isMidCut })
    const isPlain = container === undefined && grouping === undefined
    const framer = isPlain
      ? plain(lines)
      : joined(lines, createJoin({ container, grouping, maxLines, maxLength: maxLineBytes }), joinedTo)
    const ends = parkAt === undefined ? forcedEnds : [...new Set([...forcedEnds, parkAt])].sort((a, b) => a - b)
    return ends.length === 0 ? framer : endingAt(ends, framer, parkAt)
  }
}

function plain(lines: Decoded): Framer {
  return {
    push: lines.push,
    flush: () => NOTHING,
    end: lines.end,
    isHolding: false,
    isAtHead: false,
    given: undefined,
    adopt: () => 0,
    park() {},
    get decided() {
      return lines.decided
    }
  }
}

function joined(lines: Decoded, join: Join, joinedTo: Offset | undefined): Framer {
  let isAtHead = true
  let given: Span | undefined

  /** The lines that the framer of the file before does not take. */
  function withoutHead({ lines: all, skips }: Framed, before: Adopter | undefined): Framed {
    if (all.length === 0) return { lines: all, skips }
    const mine = joinedTo === undefined ? all : all.filter(({ end }) => end <= joinedTo)
    const count = before?.adopt(mine, joinedTo !== undefined) ?? 0
    const last = all[count - 1]
    if (last !== undefined) given = { start: given?.start ?? all[0]?.start ?? last.start, end: last.end }
    isAtHead = count === all.length && last?.end !== joinedTo
    return { lines: all.slice(count), skips }
  }

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
    push(chunk, before) {
      const framed = lines.push(chunk)
      return take(isAtHead ? withoutHead(framed, before) : framed)
    },
    flush: () => ({ lines: join.close(false), skips: [] }),
    end() {
      const { lines: last, skips } = take(lines.end())
      return { lines: [...last, ...join.close(true)], skips }
    },
    get isHolding() {
      return join.isOpen
    },
    get isAtHead() {
      return isAtHead
    },
    get given() {
      return given
    },
    adopt: (next, areKnown) => (lines.isOpen && !areKnown ? 0 : join.adopt(next, areKnown)),
    park: join.park,
    get decided() {
      return lines.decided
    }
  }
}

/** A framer that ends what is open at the given offsets, or parks it. */
function endingAt(forcedEnds: readonly Offset[], framer: Framer, parkAt: Offset | undefined): Framer {
  const ends = [...forcedEnds]
  function push(chunk: Chunk, before?: Adopter): Framed {
    const parts: Framed[] = []
    let { start, bytes } = chunk
    for (let end = ends[0]; end !== undefined && end <= start + bytes.length; end = ends[0]) {
      ends.shift()
      const length = end - start
      if (length < 0) continue
      parts.push(framer.push({ ...chunk, start, bytes: bytes.subarray(0, length) }, before))
      if (end === parkAt) framer.park()
      else parts.push(framer.end())
      bytes = bytes.subarray(length)
      start = end
    }
    parts.push(framer.push({ ...chunk, start, bytes }, before))
    return mergeFramed(parts)
  }
  return {
    push,
    flush: framer.flush,
    end: framer.end,
    adopt: framer.adopt,
    park: framer.park,
    get isHolding() {
      return framer.isHolding
    },
    get isAtHead() {
      return framer.isAtHead
    },
    get given() {
      return framer.given
    },
    get decided() {
      return framer.decided
    }
  }
}
