// Joins pieces of lines to lines and lines to groups, for each stream of a file on its own. What overlaps because streams
// are interleaved leaves together, as several lines of one span, so that no position lies in the middle of a group.

import { type Line, type Offset, offset } from '#record'
import { type ContainerFormat, type Unwrapped, unwrap } from './container.ts'
import type { Grouping } from './multiline/index.ts'

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

interface Stream {
  /** A line of which the container runtime owes the rest. */
  partial: Group | undefined
  group: Group | undefined
  /** Decides anew from where a group was closed by anything but its own decision, as it would when read from there. */
  grouping: Grouping | undefined
}

export function createJoin({ container, grouping, maxLines, maxLength }: JoinOptions): Join {
  const streams = new Map<string, Stream>()
  /** What is complete but overlaps something open. */
  let done: Group[] = []
  /** A group that only takes lines of the file that follows. */
  let parked: Group | undefined

  function push(lines: readonly Line[]): Line[] {
    const out: Line[] = []
    for (const line of lines) {
      take(line)
      if (done.length > 0) release(out)
    }
    return out
  }

  function take(line: Line): void {
    const unwrapped = container === undefined ? undefined : unwrap(line.text, container)
    const stream = streamOf(unwrapped?.stream ?? '')
    const { start, end, isDamaged = false, isCut = false } = line
    const text = unwrapped?.text ?? line.text
    let piece: Group = { text, start, end, lines: 1, isDamaged, isCut, marks: unwrapped?.marks }
    if (stream.partial !== undefined) {
      piece = append(stream.partial, piece, '')
      stream.partial = undefined
    }
    if (unwrapped?.isPartial && piece.text.length < maxLength) stream.partial = piece
    else complete(stream, piece)
    // The rest of a cut line is skipped next: nothing may reach over it.
    if (isCut) closeAll(true)
  }

  /** A line of a stream is complete: it joins the open group or begins one. */
  function complete(stream: Stream, line: Group): void {
    const continues = stream.grouping?.continues(line.text) === true
    const { group } = stream
    if (group !== undefined && continues) {
      if (group.lines < maxLines && group.text.length < maxLength) {
        append(group, line, '\n')
        return
      }
      stream.grouping = grouping?.()
      stream.grouping?.continues(line.text)
    }
    if (group !== undefined) done.push(group)
    stream.group = line
    if (stream.grouping === undefined) closeGroup(stream)
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
    const group = parked ?? stream?.group
    if (group === undefined || container !== undefined) return 0
    for (const [i, line] of lines.entries()) {
      const isFull = group.lines >= maxLines || group.text.length >= maxLength
      if (!areKnown && (isFull || line.isCut === true || stream?.grouping?.continues(line.text) !== true)) return i
      const { end } = group
      append(group, { ...line, lines: 1, isDamaged: line.isDamaged === true, isCut: false, marks: undefined }, '\n')
      group.end = end
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

function append(group: Group, line: Group, between: string): Group {
  group.text += between + line.text
  group.end = line.end
  group.lines += 1
  group.isDamaged ||= line.isDamaged
  group.isCut ||= line.isCut
  return group
}

function emit(groups: readonly Group[], end: Offset, out: Line[]): void {
  const start = groups[0]?.start ?? end
  for (const [ordinal, { text, lines, isDamaged, isCut, marks }] of groups.entries()) {
    // Blank lines that were joined in case the group went on behind them are part of its span and not of its text.
    const trimmed = lines > 1 ? text.replace(/\n+$/, '') : text
    const line: { -readonly [K in keyof Line]: Line[K] } = { text: trimmed, start, end, ordinal }
    if (isDamaged) line.isDamaged = true
    if (isCut) line.isCut = true
    if (marks?.container !== undefined) line.container = marks.container
    if (marks?.sender !== undefined) line.sender = marks.sender
    out.push(line)
  }
}
