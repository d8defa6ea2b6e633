// The bound of the dead letters: where the store is full, what was refused waits with the batch it came in, and everything
// behind it. No letter is thrown away to make room for another.

import { setTimeout as sleep } from 'node:timers/promises'
import type { DeadLetter, Item } from '#record'
import type { State } from '#state'
import type { Delivery, Log } from '#telemetry'

/** How often it is looked whether a replay or a discard, which are processes of their own, have made room. */
const LOOK_MS = 1_000

/** Resolves when letters may be stored; rejects when the process stops. */
export type LetterRoom = (letters: number, delivery: Pick<Delivery, 'storeFull'>) => Promise<void>

interface Deps {
  readonly state: Pick<State, 'keptLetters'>
  readonly maxBytes: number
  readonly log: Pick<Log, 'error' | 'info'>
  readonly signal: AbortSignal
}

/** The room that all pipelines of a process share. Batches that fill it together may pass `maxBytes`. */
export function createLetterRoom({ state, maxBytes, log, signal }: Deps): LetterRoom {
  return async (documents, delivery) => {
    for (let looks = 0; ; looks += 1) {
      const { bytes } = state.keptLetters()
      if (bytes < maxBytes) {
        if (looks > 0) log.info({ documents }, 'room for dead letters again')
        return
      }
      delivery.storeFull({
        documents,
        reason: `dead letters take ${bytes} bytes, and deadLetters.maxBytes is ${maxBytes}`
      })
      if (looks === 0) {
        const advice = 'make room with `sluice dead-letters replay` or `discard`, or raise deadLetters.maxBytes'
        log.error({ documents, bytes, maxBytes, advice }, 'refused documents held, the store of dead letters is full')
      }
      await sleep(LOOK_MS, undefined, { signal })
    }
  }
}

/** The letters of a batch, each told whether another document of its span was taken. */
export function withSpanFates(letters: readonly DeadLetter[], items: readonly Item[]): readonly DeadLetter[] {
  if (letters.length === 0) return letters
  const key = ({ generation, start }: Item) => `${generation}:${start}`
  const refused = Map.groupBy(letters, ({ item }) => key(item))
  const all = new Map<string, number>()
  for (const item of items) {
    const span = key(item)
    if (refused.has(span)) all.set(span, (all.get(span) ?? 0) + 1)
  }
  return letters.map(letter => {
    const span = key(letter.item)
    return { ...letter, isSpanAcked: (all.get(span) ?? 0) > (refused.get(span)?.length ?? 0) }
  })
}
