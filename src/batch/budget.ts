// The one budget of bytes that bounds memory: whoever reads takes from it, whoever is acknowledged gives back.
// A reader asks before it reads; one read may overshoot, so that a document larger than the rest still passes.

export interface Budget {
  readonly limitBytes: number
  readonly usedBytes: number
  readonly hasRoom: boolean
  take(bytes: number): void
  give(bytes: number): void
  /** Calls back each time there is room again after there was none; returns what ends that. */
  onRoom(listener: () => void): () => void
}

/** A budget shared by all pipelines of a process. */
export function createBudget(limitBytes: number): Budget {
  let usedBytes = 0
  const listeners = new Set<() => void>()
  return {
    limitBytes,
    get usedBytes() {
      return usedBytes
    },
    get hasRoom() {
      return usedBytes < limitBytes
    },
    take(bytes) {
      usedBytes += bytes
    },
    give(bytes) {
      const wasFull = usedBytes >= limitBytes
      usedBytes -= bytes
      if (wasFull && usedBytes < limitBytes) for (const listener of listeners) listener()
    },
    onRoom(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
}
