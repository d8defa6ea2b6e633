// Which generations are followed, and which are known from before. A file that turns up is held against those that had its
// device and inode; a generation whose file turns up nowhere is ended, with the bytes that are lost.

import { open } from 'node:fs/promises'
import type { GenerationId, Position } from '#record'
import type { FileSink, Known } from './contract.ts'
import type { Folders } from './folders.ts'
import { type Followed, followOn, provesItself } from './followed.ts'
import { type Identified, identify, isKnown, type Start } from './identify.ts'
import { isAtRest, type Resting, toResting } from './resting.ts'
import { areBornApart, type FileStat, statPath } from './stat.ts'
import type { Turns } from './turns.ts'

/** Finds the file in which a generation goes on whose own is gone. */
type Find = (position: Position) => Promise<Identified | undefined>

export interface Registry {
  /** What is followed and not at rest, by device and inode. */
  readonly byKey: Map<string, Followed>
  /** The same, and what has ended and is not acknowledged in full. */
  readonly byId: Map<GenerationId, Followed>
  /** What is followed and at rest, by device and inode. */
  readonly resting: ReadonlyMap<string, Resting>
  /** What is known and not read now, and has the head that `hashOf` gives for so many first bytes. */
  beginningAs(hashOf: (bytes: number) => string | undefined): Position[]
  /** Finds out which generation a file is; nothing is followed of it before `take`. */
  identify(path: string, stat: FileStat, startAt: (stat: FileStat) => Start): Promise<Found>
  /** Follows what was identified, if that is the first name of its file that led to it. */
  take(found: Found): Promise<Found>
  /**
   * Whether nothing was read of what a file holds now. A copy may have been made over an older file, which is not looked
   * into where `areProved`.
   */
  isUnread(path: string, stat: FileStat, areProved: boolean): Promise<boolean>
  /** Lets what was taken rest at once, where it is known and nothing of it is unread; whether it does. */
  settle(found: Identified): boolean
  /** Begins to follow what was recognised; what is new is stored first. */
  begin(found: readonly Identified[]): void
  /** The generations that a new file's device and inode may have been before it was cut: the last one, and all unended. */
  cutBefore(file: Followed): Position[]
  /** Lets those of these files rest that can. */
  rest(files: Iterable<Followed>): void
  /** A file at rest goes on. */
  wake(resting: Resting): Followed
  /** What is followed with this device and inode, woken where it is at rest. */
  followed(key: string): Followed | undefined
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
}

/** `archive` where it is compressed, undefined where it cannot be opened or changed hands meanwhile. */
export type Found = Identified | 'archive' | undefined

interface Deps {
  readonly sink: FileSink
  readonly known: Known
  readonly turns: Pick<Turns, 'has'>
  readonly folders: Folders
  /** Whether compressed files are not taken for text. */
  readonly isUnpacking: boolean
  readonly newId: () => GenerationId
  readonly now: () => number
  /** A path cannot be read for now. */
  readonly failed: (path: string, error: unknown) => Promise<void>
}

export function createRegistry({ sink, known, turns, folders, isUnpacking, newId, now, failed }: Deps): Registry {
  const byKey = new Map<string, Followed>()
  const byId = new Map<GenerationId, Followed>()
  const resting = new Map<string, Resting>()
  let missingCount = Number.POSITIVE_INFINITY
  const isTaken = (key: string): boolean => byKey.has(key) || resting.has(key)
  const isRead = ({ generation: { id } }: Position): boolean => byId.has(id)
  const isFollowed = (position: Position): boolean => {
    const { id, deviceId, inode } = position.generation
    return isRead(position) || resting.get(`${deviceId}:${inode}`)?.id === id
  }
  /** What is known of a device and inode and not read now. */
  const candidates = ({ deviceId, inode }: Pick<FileStat, 'deviceId' | 'inode'>): Position[] =>
    known.at(deviceId, inode).filter(position => !isRead(position))

  const find = (path: string, stat: FileStat, startAt: (stat: FileStat) => Start): Promise<Found> =>
    identify(path, stat, candidates(stat), { isUnpacking, startAt, newId, nowMs: now() })

  async function take(found: Found): Promise<Found> {
    if (found === undefined || found === 'archive') return found
    const { key, handle } = found.file
    if (isTaken(key)) {
      await handle?.close()
      return undefined
    }
    // Known to the next look at once, though nothing is read of it before `begin`.
    byKey.set(key, found.file)
    return found
  }

  function begin(found: readonly Identified[]): void {
    if (found.length === 0) return
    const begun = found.filter(({ isNew }) => isNew)
    const resumed = found.filter(({ isNew }) => !isNew)
    sink.begin(positionsOf(begun), true)
    sink.begin(positionsOf(resumed), false)
    for (const { file } of [...begun, ...resumed]) byId.set(file.generation.id, file)
  }

  function settle({ isNew, file, position }: Identified): boolean {
    if (isNew || !isAtRest(file, turns)) return false
    put(file, position.isEnded)
    return true
  }

  function put(file: Followed, isEnded: boolean): void {
    byKey.delete(file.key)
    byId.delete(file.generation.id)
    resting.set(file.key, toResting(file, isEnded))
  }

  function rest(files: Iterable<Followed>): void {
    const ready = [...files].filter(file => byKey.get(file.key) === file && isAtRest(file, turns))
    const ids = new Set(sink.rest(ready.map(({ generation }) => generation.id)))
    for (const file of ready) if (ids.has(file.generation.id)) put(file, false)
  }

  function wake(one: Resting): Followed {
    const position = known.one(one.id)
    if (position === undefined) throw new Error(`generation ${one.id} is at rest and not in the store`)
    const file = followOn(position, one)
    resting.delete(one.key)
    byKey.set(one.key, file)
    byId.set(one.id, file)
    if (one.isEnded) sink.begin([position], false)
    return file
  }

  function followed(key: string): Followed | undefined {
    const one = resting.get(key)
    return one === undefined ? byKey.get(key) : wake(one)
  }

  async function isUnread(path: string, stat: FileStat, areProved: boolean): Promise<boolean> {
    const file = byKey.get(stat.key)
    if (file === undefined) return !(await isKnown(path, stat, candidates(stat)))
    if (file.isFresh || areProved) return file.isFresh
    const handle = await open(path, 'r').catch(() => undefined)
    if (handle === undefined) return false
    const isProved = await provesItself(file, handle).finally(() => handle.close())
    return !isProved
  }

  function cutBefore(file: Followed): Position[] {
    const [deviceId = '', inode = ''] = file.key.split(':')
    return candidates({ deviceId, inode }).filter((position, i) => {
      return !areBornApart(position.birthMs, file.birthMs) && (i === 0 || !position.isEnded)
    })
  }

  const missing = (): Position[] => known.unended().filter(position => !isFollowed(position))

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
      if ((found === undefined || found.isNew) && isReadElsewhere(position)) {
        sink.forgo(position.generation.id)
      } else if (found === undefined || found.isNew) {
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

  /** Whether nothing was ever read of it, and a copy that was made before it was cut is known, as a file of its own. */
  function isReadElsewhere({ generation: { id }, head, size, checkpoint, birthMs }: Position): boolean {
    if (checkpoint > 0 || head.bytes === 0 || known.wasSent(id)) return false
    const alike = known.beginningAs(bytes => (bytes === head.bytes ? head.hash : undefined))
    return alike.some(other => other.generation.id !== id && other.size >= size && other.birthMs >= birthMs)
  }

  /** Finds out what the file is that has the device and inode of this position, in the folder where it was last seen. */
  async function seek({ path: lastPath, generation: { deviceId, inode } }: Position): Promise<Identified | undefined> {
    const path = await folders.find(lastPath, `${deviceId}:${inode}`)
    const stat = path === undefined ? undefined : await statPath(path)
    if (path === undefined || stat === undefined || isTaken(stat.key)) return undefined
    const found = await take(await find(path, stat, () => ({ at: 0 })))
    return found === 'archive' ? undefined : found
  }

  return {
    byKey,
    byId,
    resting,
    beginningAs: hashOf => known.beginningAs(hashOf).filter(position => !isRead(position)),
    identify: (path, stat, startAt) =>
      find(path, stat, startAt).catch(async error => {
        await failed(path, error)
        return undefined
      }),
    take,
    isUnread,
    settle,
    begin,
    rest,
    wake,
    followed,
    cutBefore,
    isMissingLess,
    seekMoved
  }
}

const positionsOf = (found: readonly Identified[]): Position[] => found.map(({ position }) => position)
