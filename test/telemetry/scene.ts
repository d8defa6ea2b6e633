// A process to look at: pipelines that tell what a test wants, files where it wants them, and a clock that it sets.
import type { DeadLetter, GenerationId, Share } from '#record'
import type { FileSnapshot, KeptLetters, Snapshot, SpoolSnapshot, Tally } from '#telemetry'
import { createTallies, type Distributions } from '../../src/telemetry/tally.ts'
import { createLooks, type Vitals } from '../../src/telemetry/vitals.ts'

export const START_MS = Date.parse('2026-11-20T12:00:00.000Z')
export const SECOND = 1_000
export const MINUTE = 60 * SECOND

export interface Scene {
  /** Sets the clock to so long after the start. */
  at(ms: number): void
  tally(pipeline: string): Tally
  files: Record<string, FileSnapshot[]>
  usedBytes: number
  /** By pipeline. */
  keptLetters: Record<string, KeptLetters[]>
  /** By pipeline, of those that listen. */
  spools: Record<string, SpoolSnapshot>
  failure: Vitals['failure']
  roomMade(): void
  snapshot(): Snapshot
  look(): Vitals
}

/** Pipelines with these names, started and, unless a test wants otherwise, prepared. */
export function createScene(
  names: readonly string[] = ['nginx'],
  distributionsOf: (pipeline: string) => Distributions | undefined = () => undefined,
  arePrepared = true
): Scene {
  let nowMs = START_MS
  const countedOf = createTallies(() => nowMs, distributionsOf)
  const looks = createLooks()
  const process = { pid: 7, startedMs: START_MS, cpuMs: 1_234.5, rssBytes: 100_000_000, heapUsedBytes: 50_000_000 }
  for (const name of names) {
    countedOf(name).tally.started()
    if (arePrepared) countedOf(name).tally.preparing.done()
  }
  const scene: Scene = {
    at: ms => {
      nowMs = START_MS + ms
    },
    tally: name => countedOf(name).tally,
    files: {},
    usedBytes: 0,
    keptLetters: {},
    spools: {},
    failure: undefined,
    roomMade: looks.roomMade,
    snapshot: () => ({
      budget: { usedBytes: scene.usedBytes, limitBytes: 64_000_000 },
      pace: { running: 1, inFlight: 3, requestBytes: 1_048_576 },
      pipelines: names.map(name => ({
        name,
        index: `logs-${name}.access-default`,
        counters: { lines: 12, unmatched: 2, failed: 1, damaged: 5, acked: 9 },
        files: scene.files[name] ?? [],
        queued: 3,
        keptLetters: scene.keptLetters[name] ?? [],
        spool: scene.spools[name]
      }))
    }),
    look: () =>
      looks.look(scene.snapshot(), {
        nowMs,
        process,
        failure: scene.failure,
        healthDocumentsDropped: 4,
        countsOf: name => countedOf(name).counts
      })
  }
  return scene
}

/** A file of which everything is settled, except for what is said. */
export function file(path: string, standing: Partial<FileSnapshot> & { size: number }): FileSnapshot {
  const { size } = standing
  return { id: path as GenerationId, path, position: size, framedTo: size, checkpoint: size, ...standing }
}

export function share(fate: Share['fate'], reason: string, bytes: number, lines = 0, documents = 0): Share {
  return { fate, reason, bytes, lines, documents }
}

/** As far as telemetry looks at it. */
export function letter(type: string): DeadLetter {
  return { type } as DeadLetter
}
