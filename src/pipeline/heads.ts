// Records that go on in the next file of a log: the first lines of a file join the group that is open at the end of the one
// before it. Their bytes there count as skipped, as `joined`, and are settled in the batch of the record; see decision 11.

import type { Batcher } from '#batch'
import type { Adopter } from '#frame'
import type { Chunk, Framed, GenerationId } from '#record'
import type { Keeper, Preceded } from './halves.ts'
import type { Stream } from './stream.ts'

export interface Heads {
  /** Frames a chunk; lines at the head of a file that continue the one before it are joined there. */
  push(stream: Stream, chunk: Chunk, preceded: Preceded | undefined): void
  /** No more lines of this stream continue the one before it. */
  close(stream: Stream): void
  /** No more lines continue this stream. */
  closeBehind(stream: Stream): void
}

interface Deps {
  readonly streams: ReadonlyMap<GenerationId, Stream>
  readonly keeper: Pick<Keeper, 'join'>
  readonly batcher: Batcher
  /** Takes what a framer gave out although nothing in its bytes ends it. */
  readonly force: (forced: readonly (readonly [Stream, Framed])[]) => void
  readonly frame: (stream: Stream, framed: Framed) => void
  /** It stands otherwise now. */
  readonly touch: (stream: Stream) => void
}

/** Stands for a stream whose record was delivered with these lines. */
const DELIVERED: Adopter = { adopt: lines => lines.length }

export function createHeads({ streams, keeper, batcher, force, frame, touch }: Deps): Heads {
  /** Streams whose next lines may continue another, by that other. */
  const behind = new Map<GenerationId, Stream>()

  function push(stream: Stream, chunk: Chunk, preceded: Preceded | undefined): void {
    const { framer } = stream
    if (!framer.isAtHead) {
      frame(stream, framer.push(chunk))
      return
    }
    const isDelivered = preceded?.isDelivered === true
    const before = isDelivered ? undefined : beforeOf(preceded)
    const framed = framer.push(chunk, isDelivered ? DELIVERED : before?.framer)
    if (before !== undefined) {
      stream.before = before
      behind.set(before.generation.id, stream)
    }
    if (!framer.isAtHead) {
      if (isDelivered) pass(stream)
      else close(stream)
    }
    frame(stream, framed)
  }

  /** The stream before one, where something is open in it. */
  function beforeOf(preceded: Preceded | undefined): Stream | undefined {
    const before = preceded?.by === undefined ? undefined : streams.get(preceded.by)
    return before?.framer.isHolding === true ? before : undefined
  }

  function close(stream: Stream): void {
    const { before, framer, generation } = stream
    if (before === undefined) return
    stream.before = undefined
    touch(stream)
    behind.delete(before.generation.id)
    const { lines, skips } = before.framer.flush()
    const [first] = lines
    if (first === undefined) return
    const { given } = framer
    if (given !== undefined) keeper.join(generation.id, { after: before.generation.id, from: first.end, to: given.end })
    force([[before, { lines: [first], skips }]])
    // In the batch of the record, which is not sent before this returns.
    if (given !== undefined) pass(stream)
    force([[before, { lines: lines.slice(1), skips: [] }]])
  }

  /** Settles the bytes of a head with the record that they are part of. */
  function pass(stream: Stream): void {
    const { given } = stream.framer
    if (given === undefined) return
    batcher.pass({
      ...{ generation: stream.generation.id, start: given.start, end: given.end },
      ...{ fate: 'skipped', reason: 'joined', lines: 0, isOpen: false }
    })
    stream.framedTo = given.end
  }

  return {
    push,
    close,
    closeBehind({ generation }) {
      const stream = behind.get(generation.id)
      if (stream !== undefined) close(stream)
    }
  }
}
