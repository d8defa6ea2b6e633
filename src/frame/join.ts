// Joins pieces of lines to lines and lines to groups, for each stream of a file on its own. What overlaps because streams
// are interleaved leaves together, as several lines of one span, so that no position lies in the middle of a group.

import { type Line, type Offset, offset } from '#record'
import { type ContainerFormat, type Unwrapped, unwrap } from './container.ts'
import type { Grouping } from './multiline/index.ts'
import { Standing } from './standing.ts'

/** From so many streams on those are forgotten that have nothing open. */
const MANY_STREAMS = 1_024

export interface Join {
  /** Takes lines in order and returns those that are complete, in order of their spans. */
  push(lines: readonly Line[]): Line[]
  /** Closes what is open, as it stands, except for lines whose end a container runtime still owes where `all` is not set. */
  close(all: boolean): Line[]
  /** Whether anything is open. */
  readonly isOpen: boolean
  /**
   * Takes lines of the file that follows into the group that is open, as long as they continue it, and returns how many.
   * They become part of its text and not of its span. With `areKnown` they continue it without being asked.
   */
  adopt(lines: readonly Line[], areKnown: boolean): number
  /** What comes next belongs to other groups, but what is open waits for lines to be adopted until all is closed. */
  park(): void
}

export interface JoinOptions {
  readonly container: ContainerFormat | undefined
  readonly grouping: (() => Grouping) | undefined
  readonly maxLines: number
  /** Most characters of a group; one that grows beyond it is closed. */
  readonly maxLength: number
}

interface Group {
  text: string
  readonly start: Offset
  end: Offset
  lines: number
  isDamaged: boolean
  isCut: boolean
  readonly marks: Unwrapped['marks'] | undefined
}

/** A line or a group: as it stands, or with a text of its own. */
type Piece = Standing | Group

interface Stream {
  /** A line of which the container runtime owes the rest. */
  partial: Group | undefined
  group: Piece | undefined
  /** Decides anew from where a group was closed by anything but its own decision, as it would when read from there. */
  grouping: Grouping | undefined
}

export function createJoin({ container, grouping, maxLines, maxLength }: JoinOptions): Join {
  const streams = new Map<string, Stream>()
  /** What is complete but overlaps something open. */
  let done: Piece[] = []
  /** A group that only takes lines of the file that follows. */
  let parked: Piece | undefined

  function push(lines: readonly Line[]): Line[] {
    const out: Line[] = []
    for (const line of lines) {
      take(line)
      if (done.length > 0) release(out)
    }
    detachHeld()
    return out
  }

  /** What is held back outlasts the bytes that it stands in. */
  function detachHeld(): void {
    const open = [...streams.values()].map(({ group }) => group)
    for (const piece of [...done, ...open]) if (piece instanceof Standing) piece.detach()
  }

  function take(line: Line): void {
    if (container === undefined && line instanceof Standing) {
      complete(streamOf(''), line)
      return
    }
    const unwrapped = container === undefined ? undefined : unwrap(line.text, container)
    const stream = streamOf(unwrapped?.stream ?? '')
    const { start, end, isDamaged = false, isCut = false } = line
    const text = unwrapped?.text ?? line.text
    let piece: Group = { text, start, end, lines: 1, isDamaged, isCut, marks: unwrapped?.marks }
    if (stream.partial !== undefined) {
      piece = withText(extended(stream.partial, piece, ''))
      stream.partial = undefined
    }
    if (unwrapped?.isPartial && piece.text.length < maxLength) stream.partial = piece
    else complete(stream, piece)
    // The rest of a cut line is skipped next: nothing may reach over it.
    if (isCut) closeAll(true)
  }

  /** A line of a stream is complete: it joins the open group or begins one. */
  function complete(stream: Stream, line: Piece): void {
    const { group, grouping: decides } = stream
    const seen = line instanceof Standing ? decides?.glance?.(line) : undefined
    const continues = seen ?? decides?.continues(line.text) === true
    if (group !== undefined && continues) {
      if (!isFull(group)) {
        stream.group = extended(group, line, '\n')
        return
      }
      stream.grouping = grouping?.()
      stream.grouping?.continues(line.text)
    }
    if (group !== undefined) done.push(group)
    stream.group = line
    if (stream.grouping === undefined) closeGroup(stream)
  }

  function isFull(group: Piece): boolean {
    if (group.lines >= maxLines) return true
    // A text has as many characters as bytes, or fewer.
    const isShort = group instanceof Standing && group.to - group.from < maxLength
    return !isShort && group.text.length >= maxLength
  }

  function closeGroup(stream: Stream): void {
    if (stream.group !== undefined) done.push(stream.group)
    stream.group = undefined
  }

  function closeAll(withPartials: boolean): void {
    for (const stream of streams.values()) {
      const { partial } = stream
      if (partial !== undefined && withPartials) {
        stream.partial = undefined
        complete(stream, partial)
      }
      closeGroup(stream)
      stream.grouping = grouping?.()
    }
  }

  function adopt(lines: readonly Line[], areKnown: boolean): number {
    const stream = streams.get('')
    const open = parked ?? stream?.group
    if (open === undefined || container !== undefined) return 0
    const group = withText(open)
    if (parked !== undefined) parked = group
    else if (stream !== undefined) stream.group = group
    for (const [i, { text, start, end, isDamaged = false, isCut = false }] of lines.entries()) {
      if (!areKnown && (isFull(group) || isCut || stream?.grouping?.continues(text) !== true)) return i
      const ownEnd = group.end
      extended(group, { text, start, end, lines: 1, isDamaged, isCut: false, marks: undefined }, '\n')
      group.end = ownEnd
    }
    return lines.length
  }

  function park(): void {
    parked = streams.get('')?.group
    streams.delete('')
  }

  function streamOf(name: string): Stream {
    let stream = streams.get(name)
    if (stream === undefined) {
      if (streams.size >= MANY_STREAMS) forgetIdle()
      stream = { partial: undefined, group: undefined, grouping: grouping?.() }
      streams.set(name, stream)
    }
    return stream
  }

  /** Connections come and go. */
  function forgetIdle(): void {
    for (const [name, { partial, group }] of streams) {
      if (partial === undefined && group === undefined) streams.delete(name)
    }
  }

  /** Moves what overlaps nothing open from `done` to `out`: what overlaps each other as lines of one span. */
  function release(out: Line[]): void {
    const [only] = done
    if (done.length === 1 && only instanceof Standing && streams.size === 1 && parked === undefined) {
      out.push(finished(only))
      done.pop()
      return
    }
    const openFrom = firstOpen()
    done.sort((a, b) => a.start - b.start)
    let from = 0
    while (from < done.length) {
      let to = from
      let end = 0
      for (; to < done.length && (to === from || (done[to]?.start ?? 0) < end); to += 1)
        end = Math.max(end, done[to]?.end ?? 0)
      if (end > openFrom) break
      emit(done.slice(from, to), offset(end), out)
      from = to
    }
    done = done.slice(from)
  }

  function firstOpen(): number {
    let first: number = parked?.start ?? Number.POSITIVE_INFINITY
    for (const { partial, group } of streams.values()) {
      first = Math.min(first, partial?.start ?? first, group?.start ?? first)
    }
    return first
  }

  return {
    push,
    adopt,
    park,
    close(all) {
      const out: Line[] = []
      if (parked !== undefined) done.push(parked)
      parked = undefined
      closeAll(all)
      release(out)
      return out
    },
    get isOpen() {
      return done.length > 0 || firstOpen() !== Number.POSITIVE_INFINITY
    }
  }
}

/** A piece with another behind it; where they stand side by side no text is made of them. */
function extended(piece: Piece, next: Piece, between: '' | '\n'): Piece {
  if (piece instanceof Standing && between === '\n' && next instanceof Standing && piece.extend(next)) return piece
  const [group, { text, end, isDamaged, isCut }] = [withText(piece), withText(next)]
  group.text += between + text
  group.end = end
  group.lines += 1
  group.isDamaged ||= isDamaged
  group.isCut ||= isCut
  return group
}

function withText(piece: Piece): Group {
  if (!(piece instanceof Standing)) return piece
  const { text, start, end, lines } = piece
  return { text, start, end, lines, isDamaged: false, isCut: false, marks: undefined }
}

/** Blank lines that were joined in case the group went on behind them are part of its span and not of its text. */
function finished(line: Standing): Line {
  if (line.lines > 1) line.trim()
  return line
}

function emit(pieces: readonly Piece[], end: Offset, out: Line[]): void {
  const [first] = pieces
  if (pieces.length === 1 && first instanceof Standing) {
    out.push(finished(first))
    return
  }
  const start = first?.start ?? end
  for (const [ordinal, piece] of pieces.entries()) {
    const { text, lines, isDamaged, isCut, marks } = withText(piece)
    // As in `finished`.
    const trimmed = lines > 1 ? text.replace(/\n+$/, '') : text
    const line: { -readonly [K in keyof Line]: Line[K] } = { text: trimmed, start, end, ordinal }
    if (isDamaged) line.isDamaged = true
    if (isCut) line.isCut = true
    if (marks?.container !== undefined) line.container = marks.container
    if (marks?.sender !== undefined) line.sender = marks.sender
    out.push(line)
  }
}
