// The rest of a file is read before the one that follows it at its path, so that a record that goes on there can be joined.
// What is written to it later, or cannot be read now, keeps nobody waiting.

import type { GenerationId } from '#record'
import { type Followed, isAnother } from './followed.ts'
import { type FileStat, statHandle } from './stat.ts'
import type { Turns } from './turns.ts'

interface Deps {
  readonly byId: ReadonlyMap<GenerationId, Followed>
  readonly turns: Pick<Turns, 'has'>
  readonly precededBy: (generation: GenerationId) => GenerationId | undefined
  /** Takes note of how a followed file stands now. */
  readonly grow: (file: Followed, stat: FileStat) => void
}

/** Returns what tells whether a file whose turn it is has to wait for the one before it. */
export function createOrder({ byId, turns, precededBy, grow }: Deps): (file: Followed) => Promise<boolean> {
  /** How much of the file before is read first. */
  const rest = new WeakMap<Followed, number>()

  return async file => {
    if (file.position > 0) return false
    const id = precededBy(file.generation.id)
    const before = id === undefined ? undefined : byId.get(id)
    if (before === undefined) return false
    if (!rest.has(file)) {
      const stat = before.handle === undefined ? undefined : await statHandle(before.handle)
      if (stat !== undefined && !isAnother(before, stat)) grow(before, stat)
      rest.set(file, before.size)
    }
    return before.position < (rest.get(file) ?? 0) && turns.has(before)
  }
}
