// Which generation was written before which: the last one that was first seen at the same path. Its last record may go on at
// the head of the one that follows it.

import type { Generation, GenerationId, Position } from '#record'

export interface Succession {
  /** A new generation follows the last one of its path. */
  begun(generation: Generation): void
  before(generation: GenerationId): GenerationId | undefined
}

/** @param known returns the generations of earlier processes, newest first; it is asked once, when they are */
export function createSuccession(known: () => readonly Position[]): Succession {
  const last = new Map<string, GenerationId>()
  const before = new Map<GenerationId, GenerationId>()

  let isLoaded = false

  function load(): void {
    if (isLoaded) return
    isLoaded = true
    for (const { generation } of known().toReversed()) add(generation)
  }

  function add({ id, path }: Generation): void {
    const previous = last.get(path)
    if (previous !== undefined) before.set(id, previous)
    last.set(path, id)
  }

  return {
    begun(generation) {
      load()
      add(generation)
    },
    before(id) {
      load()
      return before.get(id)
    }
  }
}
