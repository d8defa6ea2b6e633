// The streams of one pipeline. One is made when something of its generation is read, goes when its file is at rest, and is
// made again from the store when that goes on: what is followed and does not grow holds nothing here.

import type { Framer, Resume } from '#frame'
import type { GenerationId, Position } from '#record'
import type { State } from '#state'
import type { Reading } from '#time'
import { createStream, isAtRest, isSettled, type Stream } from './stream.ts'

export interface Streams {
  /** A generation is followed from this position on. */
  begin(position: Position): void
  /** The stream of a generation that was begun. */
  of(generation: GenerationId): Stream
  /** Lets go of the streams of these generations, and returns those of which nothing is held any more. */
  rest(generations: readonly GenerationId[]): GenerationId[]
  /** A generation that was begun never was. */
  forgo(generation: GenerationId): void
}

interface Deps {
  /** Those that are held. */
  readonly streams: Map<GenerationId, Stream>
  readonly pipeline: string
  readonly state: State
  readonly framing: (resume: Resume) => Framer
  /** Whether a stream is needed before anything is read of it, because its first lines may belong to another. */
  readonly isJoining: boolean
}

export function createStreams({ streams, pipeline, state, framing, isJoining }: Deps): Streams {
  const known = state.known(pipeline)
  /** Positions that were begun, and of which nothing was read yet. */
  const begun = new Map<GenerationId, Position>()
  /** What lines of files at rest are read by. */
  const readings = new Map<GenerationId, Reading>()

  function of(id: GenerationId): Stream {
    return streams.get(id) ?? open(id)
  }

  function open(id: GenerationId): Stream {
    const position = begun.get(id) ?? known.one(id)
    if (position === undefined) throw new Error(`generation ${id} was never begun`)
    const sent = state.sent(id)
    const framer = framing({
      ...{ isMidCut: position.isMidCut, forcedEnds: state.forcedEnds(id), decided: sent.encoding },
      ...{ joinedTo: state.joined(id)?.to, parkAt: state.parkAt(id) }
    })
    const stream = createStream(position, framer, sent, readings.get(id))
    begun.delete(id)
    readings.delete(id)
    streams.set(id, stream)
    return stream
  }

  function rest(ids: readonly GenerationId[]): GenerationId[] {
    if (!state.isStored) return []
    const resting = ids.filter(id => {
      const stream = streams.get(id)
      return stream === undefined || isAtRest(stream)
    })
    const clean: GenerationId[] = []
    for (const id of resting) {
      const stream = streams.get(id)
      begun.delete(id)
      if (stream === undefined) continue
      if (isSettled(stream)) clean.push(id)
      if (stream.reading.lastMs !== undefined || stream.reading.hasHeader) readings.set(id, stream.reading)
      streams.delete(id)
    }
    if (clean.length > 0) state.unreserve(clean)
    return resting
  }

  return {
    begin(position) {
      begun.set(position.generation.id, position)
      if (isJoining) of(position.generation.id)
    },
    of,
    rest,
    forgo(id) {
      begun.delete(id)
      streams.delete(id)
    }
  }
}
