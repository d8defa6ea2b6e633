// Which lane a generation goes to. All that were first seen at one path, as the files of a rotated log were, go to the same one,
// where records that go on in the next file find each other; a new path goes where the fewest are.

import type { Generation, GenerationId } from '#record'
import type { Lane } from './halves.ts'

export interface Chains {
  laneOf(generation: Generation): Lane
  /** It is followed no more. */
  leave(generation: Generation): void
}

interface Chain {
  readonly lane: Lane
  readonly generations: Set<GenerationId>
}

export function createChains(lanes: readonly Lane[]): Chains {
  const chains = new Map<string, Chain>()
  const counts = new Map(lanes.map(lane => [lane, 0]))

  function begin(path: string): Chain {
    const [lane] = lanes.toSorted((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0))
    if (lane === undefined) throw new Error('a pipeline has no lane')
    const chain = { lane, generations: new Set<GenerationId>() }
    chains.set(path, chain)
    counts.set(lane, (counts.get(lane) ?? 0) + 1)
    return chain
  }

  return {
    laneOf({ id, path }) {
      const { lane, generations } = chains.get(path) ?? begin(path)
      generations.add(id)
      return lane
    },
    leave({ id, path }) {
      const chain = chains.get(path)
      if (chain === undefined) return
      chain.generations.delete(id)
      if (chain.generations.size > 0) return
      chains.delete(path)
      counts.set(chain.lane, (counts.get(chain.lane) ?? 1) - 1)
    }
  }
}
