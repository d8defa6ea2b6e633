// Compressed files. One that holds what a known generation held is that generation: it goes on in the archive where its plain
// file is gone, and is left alone where that is still read. One archive stands for one generation; what nobody knew is new.

import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Archive, type GenerationId, offset, type Position } from '#record'
import { isSameFile, isUnchanged, keyOf, type Opened, toArchive, withArchive } from './archive-file.ts'
import type { FileSink, Known } from './contract.ts'
import { findSibling } from './folders.ts'
import { type Followed, follow } from './followed.ts'
import { hashHead } from './head.ts'
import type { Identified, Start } from './identify.ts'
import type { Registry } from './registry.ts'
import { beginsAlike, compareTexts, endsEarly, type Original, type Sameness } from './same-text.ts'
import { type FileStat, statPath } from './stat.ts'
import { stemOf } from './stem.ts'
import { createUnpacking } from './unpacking.ts'

/** An archive is written after its original is; so much may clocks and file systems differ. */
const CLOCK_MS = 2_000
/** An import waits so long for the end of a compressed file that is being written. */
const IMPORT_PATIENCE_MS = 10_000

/** What a compressed file turned out to be. */
export type Outcome =
  /** A generation that is to be taken up, known or new. */
  | { readonly kind: 'identified'; readonly identified: Identified; readonly file: Followed }
  /** A generation that is followed, of which the plain file is gone: it goes on in the archive. */
  | { readonly kind: 'takenOver'; readonly file: Followed }
  /** Nothing is to be read of it, or not yet. */
  | { readonly kind: 'none' }

export interface Archives {
  /** Whether some archive is looked at again before anything is known of it. */
  readonly isWaiting: boolean
  /** A look at all files begins. */
  startSweep(): void
  /** Whether all of this file was read, or is read from elsewhere. */
  isSettled(stat: FileStat): boolean
  /** Nothing more is read of the archive as it is. */
  settle(archive: Archive): void
  recognise(path: string, stat: FileStat, startAt: (stat: FileStat) => Start): Promise<Outcome>
  /** Lets a followed file that is gone go on in its archive; false where there is none. */
  takeOver(file: Followed): Promise<boolean>
  /** The archive of a position whose file is gone. */
  find(position: Position): Promise<Identified | undefined>
}

interface Deps {
  readonly sink: FileSink
  readonly registry: Pick<Registry, 'byKey' | 'byId' | 'resting' | 'beginningAs' | 'wake'>
  readonly known: Known
  /** Whether compressed files are not taken for text. */
  readonly isUnpacking: boolean
  readonly newId: () => GenerationId
  readonly now: () => number
  /** How long an archive that ends within its text is waited for after it was last written to; undefined in an import. */
  readonly patienceMs: () => number | undefined
  /** A path cannot be read for now. */
  readonly failed: (path: string, error: unknown) => Promise<void>
}

/** A generation that an archive may be. */
interface Candidate extends Original {
  readonly file?: Followed
  readonly position?: Position
}

export function createArchives({ sink, registry, known, isUnpacking, newId, now, patienceMs, failed }: Deps): Archives {
  const claims = new Map<GenerationId, Archive>()
  const settled = new Map<string, Archive>()
  /** Archives that wait, as they were at this sweep and at the one before. */
  let waiting = new Map<string, { readonly size: number; readonly wasCompared: boolean }>()
  let waitedBefore = waiting
  let isRemembered = false

  /** Takes note of what earlier processes knew, once. */
  function remember(): void {
    if (isRemembered) return
    isRemembered = true
    for (const { generation, archive, isEnded } of known.archived()) {
      if (archive === undefined) continue
      claims.set(generation.id, archive)
      if (isEnded) settle(archive)
    }
  }

  function settle(archive: Archive): void {
    settled.set(keyOf(archive), archive)
  }

  function isSettled(stat: FileStat): boolean {
    const archive = settled.get(stat.key)
    return archive !== undefined && isUnchanged(archive, stat)
  }

  async function recognise(path: string, stat: FileStat, startAt: (stat: FileStat) => Start): Promise<Outcome> {
    // A generation may have gone on in it during this look, or another path led to it.
    if (registry.byKey.has(stat.key)) return { kind: 'none' }
    const isFresh = now() - stat.modifiedMs < (patienceMs() ?? IMPORT_PATIENCE_MS)
    const before = waiting.get(stat.key) ?? waitedBefore.get(stat.key)
    if (isFresh && before !== undefined && (before.size !== stat.size || before.wasCompared)) {
      return wait(stat, before.size === stat.size)
    }
    return withArchive(path, stat, { kind: 'none' }, async opened => {
      const { candidates, isEnding } = await candidatesFor(opened)
      if (isEnding) return wait(stat, false)
      for (const candidate of candidates) {
        const sameness = await compareTexts(path, opened.handle, opened.format, candidate)
        if (sameness === 'short' && isFresh) return wait(stat, true)
        const outcome = toOutcome(sameness, candidate, opened)
        if (outcome !== undefined) return outcome
      }
      if (isFresh && (await endsEarly(opened.handle, opened.format))) return wait(stat, true)
      return asOutcome(begun(opened, startAt(stat)))
    })
  }

  function wait({ key, size }: FileStat, wasCompared: boolean): Outcome {
    waiting.set(key, { size, wasCompared })
    return { kind: 'none' }
  }

  function toOutcome(sameness: Sameness, { file, position, id }: Candidate, opened: Opened): Outcome | undefined {
    const archive = toArchive(opened)
    if (sameness === 'plain') {
      claim(id, archive)
      settle(archive)
      return { kind: 'none' }
    }
    if (sameness !== 'only') return undefined
    if (file !== undefined) {
      goOn(file, opened)
      return { kind: 'takenOver', file }
    }
    return position && asOutcome(resumed(position, opened))
  }

  function claim(id: GenerationId, archive: Archive): void {
    claims.set(id, archive)
    settled.delete(keyOf(archive))
    sink.archived(id, archive)
  }

  /** The generations that may have been compressed into this file, the likeliest first. */
  async function candidatesFor(opened: Opened): Promise<{ candidates: Candidate[]; isEnding: boolean }> {
    const followed = [...registry.byId.values()].filter(({ unpacking }) => unpacking === undefined)
    const isAlike = async (candidate: Candidate) =>
      beginsAlike(opened.headBytes, opened.path, candidate) && (await isFree(candidate, opened))
    const candidates: Candidate[] = []
    let isEnding = false
    const hashes = (bytes: number) =>
      bytes <= opened.headBytes.length ? hashHead(opened.headBytes.subarray(0, bytes)).hash : undefined
    for (const found of [...followed.map(ofFollowed), ...registry.beginningAs(hashes).map(ofPosition)]) {
      if (!(await isAlike(found))) continue
      const candidate = woken(found)
      const { file } = candidate
      // What has ended and is not acknowledged is looked at again when it is.
      if (file !== undefined && registry.byKey.get(file.key) !== file) isEnding = true
      candidates.push(candidate)
    }
    const rank = ({ path, id }: Candidate) =>
      (isSameFile(claims.get(id), opened.stat) ? 2 : 0) + (dirname(path) === dirname(opened.path) ? 1 : 0)
    candidates.sort((a, b) => rank(b) - rank(a) || b.at - a.at)
    return { candidates, isEnding }
  }

  /** As it is, or followed on where it was at rest. */
  function woken(candidate: Candidate): Candidate {
    const resting = registry.resting.get(candidate.key)
    return resting?.id === candidate.id ? ofFollowed(registry.wake(resting)) : candidate
  }

  /** Whether no other archive stands for it, and it was there before this one. */
  async function isFree({ id, birthMs }: Candidate, { stat }: Opened): Promise<boolean> {
    const archive = claims.get(id)
    if (archive === undefined) return stat.modifiedMs >= birthMs - CLOCK_MS
    if (isSameFile(archive, stat)) return true
    // A copy that keeps the time and replaces the archive is the archive.
    return archive.modifiedMs === stat.modifiedMs && (await findSibling(archive.path, keyOf(archive))) === undefined
  }

  /** A new generation in an archive that nobody knew. */
  function begun(opened: Opened, { at, ...why }: Start): Identified {
    const { path, stat, headBytes } = opened
    const { inode, deviceId, birthMs } = stat
    const position: Position = {
      generation: { id: newId(), path, inode, deviceId },
      path,
      birthMs,
      head: hashHead(headBytes),
      size: at > 0 ? 0 : headBytes.length,
      checkpoint: offset(0),
      ...why,
      isMidCut: false,
      proof: Buffer.alloc(0),
      waymarks: [],
      archive: toArchive(opened),
      isEnded: false
    }
    claims.set(position.generation.id, toArchive(opened))
    settled.delete(stat.key)
    return { file: followArchive(position, opened, at > 0), position, isNew: true }
  }

  function resumed(known: Position, opened: Opened): Identified {
    const position = { ...known, path: opened.path }
    claim(position.generation.id, toArchive(opened))
    return { file: followArchive(position, opened, false), position: known, isNew: false }
  }

  function followArchive(position: Position, opened: Opened, isPassedOver: boolean): Followed {
    const { stat, headBytes } = opened
    const file = follow(position, { ...stat, size: position.size }, headBytes, now())
    file.unpacking = createUnpacking(toArchive(opened), opened.format, isPassedOver)
    file.isFresh = false
    registry.byKey.set(stat.key, file)
    return file
  }

  /** A followed generation goes on in the archive. */
  function goOn(file: Followed, opened: Opened): void {
    const { path, stat, format } = opened
    if (registry.byKey.get(file.key) === file) registry.byKey.delete(file.key)
    file.key = stat.key
    file.path = path
    file.unlinkedMs = undefined
    file.isFresh = false
    file.unpacking = createUnpacking(toArchive(opened), format)
    registry.byKey.set(stat.key, file)
    claim(file.generation.id, toArchive(opened))
  }

  /** The first archive beside a plain file that is gone which holds what was read of it. */
  async function seek<Found>(candidate: Candidate, use: (opened: Opened) => Found): Promise<Found | undefined> {
    if (!isUnpacking) return undefined
    const folder = dirname(candidate.path)
    const names = await readdir(folder).catch(() => [])
    for (const name of names) {
      const path = join(folder, name)
      const stat = name.startsWith(stemOf(candidate.path)) ? await statPath(path) : undefined
      if (stat === undefined || registry.byKey.has(stat.key) || registry.resting.has(stat.key)) continue
      const found = await withArchive(path, stat, undefined, async opened => {
        if (!beginsAlike(opened.headBytes, path, candidate) || !(await isFree(candidate, opened))) return undefined
        return (await compareTexts(path, opened.handle, opened.format, candidate)) === 'only' ? use(opened) : undefined
      }).catch(() => undefined)
      if (found !== undefined) return found
    }
    return undefined
  }

  return {
    get isWaiting() {
      return waiting.size > 0
    },
    startSweep() {
      remember()
      waitedBefore = waiting
      waiting = new Map()
    },
    isSettled,
    settle,
    recognise: (path, stat, startAt) =>
      recognise(path, stat, startAt).catch(async error => {
        await failed(path, error)
        return { kind: 'none' }
      }),
    async takeOver(file) {
      if (file.unpacking !== undefined) return false
      const isTaken = await seek({ ...ofFollowed(file), handle: undefined }, opened => {
        goOn(file, opened)
        return true
      })
      return isTaken === true
    },
    find: position => seek(ofPosition(position), opened => resumed(position, opened))
  }
}

function asOutcome(identified: Identified): Outcome {
  return { kind: 'identified', identified, file: identified.file }
}

function ofFollowed(file: Followed): Candidate {
  const { generation, path, key, birthMs, head, position, tail, handle } = file
  return { id: generation.id, path, key, birthMs, head, at: position, proof: tail.last, handle, file }
}

function ofPosition(position: Position): Candidate {
  const { generation, path, birthMs, head, checkpoint, proof, archive } = position
  // What began in an archive, or ended in one, has no plain file.
  const key = archive !== undefined && keyOf(archive) === keyOf(generation) ? '' : keyOf(generation)
  return { id: generation.id, path, key, birthMs, head, at: checkpoint, proof, handle: undefined, position }
}
