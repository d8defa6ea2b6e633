// The one budget of bytes that bounds memory: whoever reads takes from it, whoever is acknowledged gives back.
// A reader asks before it reads; one read may overshoot, so that a document larger than the rest still passes.

export interface Budget {
  readonly limitBytes: number
  readonly usedBytes: number
  /** Calls back each time there may be room again for somebody who had none; returns what ends that. */
  onRoom(listener: () => void): () => void
  /** What each pipeline takes from. */
  readonly shares: readonly BudgetShare[]
}

/** One pipeline's part of the budget. */
export interface BudgetShare {
  readonly hasRoom: boolean
  take(bytes: number): void
  give(bytes: number): void
}

/**
 * A budget for so many pipelines. Half of it is kept for them in equal parts, so that one whose documents are held does not
 * stop the others; the other half is for whoever needs it.
 */
export function createBudget(limitBytes: number, pipelines: number): Budget {
  const keptBytes = limitBytes / 2 / Math.max(1, pipelines)
  const commonBytes = limitBytes - keptBytes * pipelines
  const listeners = new Set<() => void>()
  let usedBytes = 0
  let commonUsed = 0

  function createShare(): BudgetShare {
    let used = 0
    const hasRoom = () => used < keptBytes || commonUsed < commonBytes

    function change(bytes: number): void {
      const beyond = Math.max(0, used - keptBytes)
      used += bytes
      usedBytes += bytes
      commonUsed += Math.max(0, used - keptBytes) - beyond
    }

    return {
      get hasRoom() {
        return hasRoom()
      },
      take: change,
      give(bytes) {
        const wasTight = !hasRoom() || commonUsed >= commonBytes
        change(-bytes)
        if (wasTight && hasRoom()) for (const listener of listeners) listener()
      }
    }
  }

  return {
    limitBytes,
    get usedBytes() {
      return usedBytes
    },
    onRoom(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    shares: Array.from({ length: pipelines }, createShare)
  }
}
