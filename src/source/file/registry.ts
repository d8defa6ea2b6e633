// Which generations are followed, and which are known from before. A file that turns up is held against those that had its
// device and inode; a generation whose file turns up nowhere is ended, with the bytes that are lost.

import type { GenerationId, Position } from '#record'
import type { FileSink } from './contract.ts'
import { type Followed, findSibling } from './followed.ts'
import { type Identified, identify, type Start } from './identify.ts'
import { type FileStat, statPath } from './stat.ts'

export interface Registry {
  /** What is followed, by device and inode. */
  readonly byKey: Map<string, Followed>
  /** What is followed, and what has ended and is not acknowledged in full. */
  readonly byId: Map<GenerationId, Followed>
  /** Finds out which generation a file is; undefined where it cannot be opened or changed hands meanwhile. */
  recognise(path: string, stat: FileStat, startAt: (stat: FileStat) => Start): Promise<Identified | undefined>
  /** Begins to follow what was recognised; what is new is stored first. */
  begin(found: readonly Identified[]): void
  /**
   * What was followed when the last process stopped and is not where it is wanted now: returns what was moved aside
   * within its folder, and ends what is gone.
   */
  seekMoved(): Promise<Identified[]>
  /** Drops a generation that is read and acknowledged in full; should its file turn up again, it is known. */
  forget(file: Followed): void
}

interface Deps {
  readonly sink: FileSink
  readonly known: readonly Position[]
  readonly newId: () => GenerationId
  readonly now: () => number
  /** A path cannot be read for now. */
  readonly failed: (path: string, error: unknown) => Promise<void>
}

export function createRegistry({ sink, known, newId, now, failed }: Deps): Registry {
  const byKey = new Map<string, Followed>()
  const byId = new Map<GenerationId, Followed>()
  const candidates = Map.groupBy(known, ({ generation: g }) => `${g.deviceId}:${g.inode}`)

  async function recognise(
    path: string,
    stat: FileStat,
    startAt: (stat: FileStat) => Start
  ): Promise<Identified | undefined> {
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
  ): Promise<Identified | undefined> {
    const found = await identify(path, stat, candidates.get(stat.key) ?? [], { startAt, newId, nowMs: now() })
    // Known to the next look at once, though nothing is read of it before `begin`.
    if (found !== undefined) byKey.set(stat.key, found.file)
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
      candidates.set(
        file.key,
        (candidates.get(file.key) ?? []).filter(other => other !== position)
      )
      byId.set(file.generation.id, file)
    }
  }

  async function seekMoved(): Promise<Identified[]> {
    const missing = [...candidates.values()].flat().filter(position => !position.isEnded)
    const moved: Identified[] = []
    for (const position of missing) {
      let found: Identified | undefined
      try {
        // Names may just be moving on: what they hide at one look is found at the next.
        found = (await seek(position)) ?? (await seek(position))
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
    return take(path, stat, () => ({ at: 0 }))
  }

  function forget(file: Followed): void {
    const { generation, path, birthMs, head, size, checkpoint, tail } = file
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
      isEnded: true
    }
    candidates.set(file.key, [position, ...(candidates.get(file.key) ?? [])])
  }

  return { byKey, byId, recognise, begin, seekMoved, forget }
}
