// Whose turn it is to be read: the files that have more, one after the other. Few compressed ones take part at a time, because
// each that is unpacked takes memory.

import type { Followed } from './followed.ts'

const MOST_UNPACKED = 4

export interface Turns {
  /** Whether nothing has more to read. */
  readonly isEmpty: boolean
  /** Whether it is about to be read. */
  has(file: Followed): boolean
  /** It has more to read. */
  add(file: Followed): void
  /** Takes the next one out for which there is room; undefined where there is none. */
  take(hasRoom: (file: Followed) => boolean): Followed | undefined
  /** It has more to read, and waits for acknowledgements. */
  hold(file: Followed): void
  /** Its bytes were acknowledged; false where it did not wait for that. */
  release(file: Followed): boolean
  /** Nothing more is read of it. */
  drop(file: Followed): void
}

export function createTurns(): Turns {
  const ready = new Set<Followed>()
  const waiting = new Set<Followed>()
  /** Compressed files whose turn comes when one of those that are unpacked is dropped. */
  const packed = new Set<Followed>()
  const unpacked = new Set<Followed>()

  function add(file: Followed): void {
    if (waiting.has(file)) return
    if (file.unpacking !== undefined && !unpacked.has(file)) {
      if (unpacked.size >= MOST_UNPACKED) {
        ready.delete(file)
        packed.add(file)
        return
      }
      packed.delete(file)
      unpacked.add(file)
    }
    ready.add(file)
  }

  return {
    get isEmpty() {
      return ready.size === 0 && waiting.size === 0
    },
    has: file => ready.has(file),
    add,
    take(hasRoom) {
      for (const file of ready) {
        if (!hasRoom(file)) continue
        ready.delete(file)
        return file
      }
      return undefined
    },
    hold: file => waiting.add(file),
    release(file) {
      if (!waiting.delete(file)) return false
      ready.add(file)
      return true
    },
    drop(file) {
      for (const set of [ready, waiting, packed, unpacked]) set.delete(file)
      const [next] = packed
      if (next !== undefined) add(next)
    }
  }
}
