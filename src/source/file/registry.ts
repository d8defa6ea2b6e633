// Which generations are followed, and which are known from before. A file that turns up is held against those that had its
// device and inode; a generation whose file turns up nowhere is ended, with the bytes that are lost.

import { open } from 'node:fs/promises'
import type { GenerationId, Position } from '#record'
import type { FileSink } from './contract.ts'
import { type Followed, findSibling, provesItself } from './followed.ts'
import { type Identified, identify, isKnown, type Start } from './identify.ts'
import { type FileStat, statPath } from './stat.ts'

/** Finds the file in which a generation goes on whose own is gone. */
type Find = (position: Position) => Promise<Identified | undefined>

export interface Registry {
  /** What is followed, by device and inode. */
  readonly byKey: Map<string, Followed>
  /** What is followed, and what has ended and is not acknowledged in full. */
  readonly byId: Map<GenerationId, Followed>
  /** What is known and not followed. */
  unfollowed(): Position[]
  /**
   * Finds out which generation a file is; `archive` where it is compressed, undefined where it cannot be opened or changed
   * hands meanwhile.
   */
  recognise(
    path: string,
    stat: FileStat,
    startAt: (stat: FileStat) => Start
  ): Promise<Identified | 'archive' | undefined>
  /**
   * Whether nothing was read of what a file holds now. A copy may have been made over an older file, which is not looked
   * into where `areProved`.
   */
  isUnread(path: string, stat: FileStat, areProved: boolean): Promise<boolean>
  /** Begins to follow what was recognised; what is new is stored first. */
  begin(found: readonly Identified[]): void
  /** The generations that a new file's device and inode may have been before it was cut: the last one, and all unended. */
  cutBefore(file: Followed): Position[]
  /** Nothing more is known of a generation that is not followed. */
  drop(position: Position): void
  /**
   * Whether something that was followed when the last process stopped was not found yet, and less than at the last call:
   * names that move on while they are looked at hide files, and the next look may find them.
   */
  isMissingLess(): boolean
  /**
   * What was followed when the last process stopped and is not where it is wanted now: returns what was moved aside
   * within its folder, or goes on in a copy or an archive, and ends what is gone.
   */
  seekMoved(findCopy: Find, findArchive: Find): Promise<Identified[]>
  /** Drops a generation that is read and acknowledged in full; should its file turn up again, it is known. */
  forget(file: Followed): void
}

interface Deps {
  readonly sink: FileSink
  readonly known: () => readonly Position[]
  /** Whether compressed files are not taken for text. */
  readonly isUnpacking: boolean
  readonly newId: () => GenerationId
  readonly now: () => number
  /** A path cannot be read for now. */
  readonly failed: (path: string, error: unknown) => Promise<void>
}

export function createRegistry({ sink, known, isUnpacking, newId, now, failed }: Deps): Registry {
  const byKey = new Map<string, Followed>()
  const byId = new Map<GenerationId, Followed>()
  let grouped: Map<string, Position[]> | undefined
  let missingCount = Number.POSITIVE_INFINITY
  /** What is known and not followed, by device and inode. */
  const candidates = (): Map<string, Position[]> =>
    (grouped ??= Map.groupBy(known(), ({ generation: g }) => `${g.deviceId}:${g.inode}`))

  async function recognise(
    path: string,
    stat: FileStat,
    startAt: (stat: FileStat) => Start
  ): Promise<Identified | 'archive' | undefined> {
    try {
      return await take(path, stat, startAt)
    } catch (error) {
      await failed(path, error)
      return undefined
    }
  }

  async function take(
    path: string,
    stat: FileStat,
    startAt: (stat: FileStat) => Start
  ): Promise<Identified | 'archive' | undefined> {
    const found = await identify(path, stat, candidates().get(stat.key) ?? [], {
      ...{ isUnpacking, startAt, newId },
      nowMs: now()
    })
    // Known to the next look at once, though nothing is read of it before `begin`.
    if (found !== undefined && found !== 'archive') byKey.set(stat.key, found.file)
    return found
  }

  function begin(found: readonly Identified[]): void {
    if (found.length === 0) return
    sink.begin(
      found.filter(({ isNew }) => isNew).map(({ position }) => position),
      true
    )
    sink.begin(
      found.filter(({ isNew }) => !isNew).map(({ position }) => position),
      false
    )
    for (const { file, position } of found) {
      drop(position)
      byId.set(file.generation.id, file)
    }
  }

  async function isUnread(path: string, stat: FileStat, areProved: boolean): Promise<boolean> {
    const file = byKey.get(stat.key)
    if (file === undefined) return !(await isKnown(path, stat, candidates().get(stat.key) ?? []))
    if (file.isFresh || areProved) return file.isFresh
    const handle = await open(path, 'r').catch(() => undefined)
    if (handle === undefined) return false
    const isProved = await provesItself(file, handle).finally(() => handle.close())
    return !isProved
  }

  function drop(position: Position): void {
    const { deviceId, inode } = position.generation
    const key = `${deviceId}:${inode}`
    const others = (candidates().get(key) ?? []).filter(other => other !== position)
    candidates().set(key, others)
  }

  function cutBefore({ key, birthMs }: Followed): Position[] {
    const before = candidates().get(key) ?? []
    return before.filter((position, i) => {
      const isReborn = position.birthMs > 0 && birthMs > 0 && Math.abs(position.birthMs - birthMs) >= 1
      return !isReborn && (i === 0 || !position.isEnded)
    })
  }

  const missing = (): Position[] => [...candidates().values()].flat().filter(position => !position.isEnded)

  function isMissingLess(): boolean {
    const before = missingCount
    missingCount = missing().length
    return missingCount > 0 && missingCount < before
  }

  async function seekMoved(findCopy: Find, findArchive: Find): Promise<Identified[]> {
    const moved: Identified[] = []
    for (const position of missing()) {
      let found: Identified | undefined
      try {
        // Names may just be moving on: what they hide at one look is found at the next.
        found = (await seek(position)) ?? (await seek(position))
        found ??= (await findCopy(position)) ?? (await findArchive(position))
      } catch (error) {
        // It may be there and cannot be looked at: the next start looks again.
        await failed(position.path, error)
        continue
      }
      if (found?.isNew) {
        byKey.delete(found.file.key)
        await found.file.handle?.close()
      }
      if (found === undefined || found.isNew) {
        sink.begin([position], false)
        if (position.archive !== undefined) sink.lose(position.generation.id, 'deleted')
        sink.end(position.generation.id, 'deleted', Math.max(0, position.size - position.checkpoint))
      } else {
        found.file.isWanted = false
        moved.push(found)
      }
    }
    return moved
  }

  /** Finds out what the file is that has the device and inode of this position, in the folder where it was last seen. */
  async function seek({ path: lastPath, generation: { deviceId, inode } }: Position): Promise<Identified | undefined> {
    const path = await findSibling(lastPath, `${deviceId}:${inode}`)
    const stat = path === undefined ? undefined : await statPath(path)
    if (path === undefined || stat === undefined || byKey.has(stat.key)) return undefined
    const found = await take(path, stat, () => ({ at: 0 }))
    return found === 'archive' ? undefined : found
  }

  function forget(file: Followed): void {
    const { path, birthMs, head, size, checkpoint, tail, unpacking } = file
    const [deviceId = '', inode = ''] = file.key.split(':')
    const generation = { ...file.generation, deviceId, inode }
    byId.delete(generation.id)
    const position = {
      generation,
      path,
      birthMs,
      head,
      size,
      checkpoint,
      isMidCut: false,
      proof: tail.last,
      waymarks: tail.waymarks,
      ...(unpacking && { archive: unpacking.archive }),
      isEnded: true
    }
    candidates().set(file.key, [position, ...(candidates().get(file.key) ?? [])])
  }

  return {
    byKey,
    byId,
    unfollowed: () => [...candidates().values()].flat(),
    recognise,
    isUnread,
    begin,
    cutBefore,
    drop,
    isMissingLess,
    seekMoved,
    forget
  }
}
