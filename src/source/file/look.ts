// One look at paths: what is at each of them is found out by what it is, and a file that is known is as it was, has grown, or
// is another. A look at all paths is the truth beneath the events.

import type { Archives } from './archives.ts'
import type { Cuts } from './cuts.ts'
import { type Followed, isAnother } from './followed.ts'
import type { Handles } from './handles.ts'
import type { Identified, Start } from './identify.ts'
import type { Found, Registry } from './registry.ts'
import { isAsItWas } from './resting.ts'
import { type FileStat, statPaths } from './stat.ts'

/** Files that nobody knows are opened so many at a time. */
const AT_ONCE = 64

interface Deps {
  readonly registry: Registry
  readonly handles: Handles
  readonly cuts: Cuts
  readonly archives: Archives
  /** Where to begin in a file that is new. */
  readonly startAt: (stat: FileStat) => Start
  /** Takes note of how a followed file stands now. */
  readonly note: (file: Followed, path: string, stat: FileStat) => void
  readonly takeUp: (found: readonly Identified[]) => void
  /** What has its device and inode now is another. */
  readonly giveUp: (file: Followed, stat: FileStat) => Promise<void>
  /** A generation goes on in the compressed file that was found for it. */
  readonly unpack: (file: Followed) => Promise<void>
}

/** What a look at all paths saw. */
export interface Seen {
  readonly files: ReadonlySet<Followed>
  /** The number of the look, which files at rest bear that it saw. */
  readonly look: number
}

/** Returns what looks at paths, `areAll` where these are all that are wanted. */
export function createLook({
  registry,
  handles,
  cuts,
  archives,
  startAt,
  note,
  takeUp,
  giveUp,
  unpack
}: Deps): (paths: readonly string[], areAll: boolean) => Promise<Seen> {
  const { byKey, resting } = registry
  let looks = 0

  async function look(paths: readonly string[], areAll: boolean): Promise<Seen> {
    if (areAll) looks += 1
    const seen = new Set<Followed>()
    const found: Identified[] = []
    const compressed: (readonly [string, FileStat])[] = []
    const stats = await statPaths(paths)
    for (let from = 0; from < paths.length; from += AT_ONCE) {
      const some = paths.slice(from, from + AT_ONCE)
      const ahead = identifyAhead(some, stats.slice(from, from + AT_ONCE))
      for (const [i, path] of some.entries()) {
        const stat = stats[from + i]
        if (stat === undefined || cuts.isLeft(stat.key)) continue
        const file = isResting(path, stat) ? undefined : await lookAt(path, stat, seen, ahead)
        if (file === 'archive') compressed.push([path, stat])
        else if (file !== undefined && 'isNew' in file) found.push(file)
      }
      for (const left of ahead.values()) await letGo(left)
    }
    await cuts.settle(found, paths, areAll)
    takeUp(found)
    // What they were compressed from is known by now.
    for (const [path, stat] of compressed) {
      const outcome = await archives.recognise(path, stat, startAt)
      if (outcome.kind === 'identified') takeUp([outcome.identified])
      else if (outcome.kind === 'takenOver') await unpack(outcome.file)
      if (outcome.kind !== 'none') seen.add(outcome.file)
    }
    return { files: seen, look: looks }
  }

  /** Begins to find out what files are that nobody follows. */
  function identifyAhead(
    paths: readonly string[],
    stats: readonly (FileStat | undefined)[]
  ): Map<string, Promise<Found>> {
    const ahead = new Map<string, Promise<Found>>()
    for (const [i, path] of paths.entries()) {
      const stat = stats[i]
      if (stat === undefined || byKey.has(stat.key) || resting.has(stat.key)) continue
      if (!cuts.isLeft(stat.key) && !archives.isSettled(stat)) ahead.set(path, registry.identify(path, stat, startAt))
    }
    return ahead
  }

  /** Whether the file is at rest, and stays so. */
  function isResting(path: string, stat: FileStat): boolean {
    const one = resting.get(stat.key)
    if (one === undefined) return false
    if (!isAsItWas(one, stat)) {
      registry.wake(one)
      return false
    }
    // The first of several names counts.
    if (one.seenIn !== looks && one.path !== path) one.path = path
    one.seenIn = looks
    return true
  }

  /** Returns what was found where nobody followed it. */
  async function lookAt(
    path: string,
    stat: FileStat,
    seen: Set<Followed>,
    ahead: Map<string, Promise<Found>>
  ): Promise<Found> {
    const file = byKey.get(stat.key)
    if (file !== undefined && seen.has(file)) return undefined
    if (file !== undefined && !isAnother(file, stat)) {
      if (!(await cuts.isHeld(file, path, stat))) note(file, path, stat)
      seen.add(file)
      return undefined
    }
    if (file !== undefined) await giveUp(file, stat)
    if (archives.isSettled(stat)) return undefined
    const identified = await registry.take(await (ahead.get(path) ?? registry.identify(path, stat, startAt)))
    ahead.delete(path)
    if (identified === undefined || identified === 'archive') return identified
    if (registry.settle(identified)) {
      const one = resting.get(identified.file.key)
      if (one !== undefined) one.seenIn = looks
      return undefined
    }
    seen.add(identified.file)
    await handles.keep(identified.file)
    return identified
  }

  return look
}

async function letGo(found: Promise<Found>): Promise<void> {
  const one = await found
  if (one !== undefined && one !== 'archive') await one.file.handle?.close()
}
