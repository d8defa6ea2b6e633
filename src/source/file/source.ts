// Follows all files of one pipeline. A sweep looks at every wanted path and decides, by what the files are and not by
// their names, which generation each one is; a single loop then reads what has grown, one chunk per file in turn.

import type { GenerationId } from '#record'
import { createAlarm } from './alarm.ts'
import { createArchives } from './archives.ts'
import type { EndReason, FileSink, FileSource, Known } from './contract.ts'
import { createCopies } from './copies.ts'
import { createCuts } from './cuts.ts'
import { createFolders } from './folders.ts'
import { type Followed, isAnother, isReadToEnd, isReborn, noteStat, standingOf, statusOf } from './followed.ts'
import { createGlobs } from './globs.ts'
import { createHandles } from './handles.ts'
import type { Identified, Start } from './identify.ts'
import { createLook, type Seen } from './look.ts'
import type { FileSourceOptions } from './options.ts'
import { createReading } from './reading.ts'
import { createRegistry } from './registry.ts'
import { isDone, remove } from './remove.ts'
import { isDue, isQuiet, statusOfResting } from './resting.ts'
import { type FileStat, statHandle } from './stat.ts'
import { createTurns } from './turns.ts'
import { createWake, type Wake } from './wake.ts'

/** So many files that may come to rest do so together. */
const MANY_QUIET = 512
/** A look at all files may take this share of a processor. */
const SWEEP_SHARE = 0.005

interface Deps {
  readonly sink: FileSink
  readonly known: Known
  readonly newId: () => GenerationId
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** A source for the files of one pipeline. */
export function createFileSource(options: FileSourceOptions, { sink, known, newId, now }: Deps): FileSource {
  const globs = createGlobs(options.paths, options.exclude)
  /** Files that may come to rest. */
  const quiet = new Set<Followed>()
  const folders = createFolders(now)
  const handles = createHandles(options.maxOpenFiles, folders, file => quiet.add(file))
  const turns = createTurns()
  const isUnpacking = options.compression === 'auto'
  const registry = createRegistry({ sink, known, turns, folders, isUnpacking, newId, now, failed })
  const { byKey, byId, resting } = registry
  const patienceMs = () => (isImport ? undefined : options.closeInactiveMs)
  const archives = createArchives({ sink, registry, known, isUnpacking, newId, now, patienceMs, failed })
  const dirty = new Set<string>()
  const copies = createCopies({
    registry,
    isUnread: (path, stat) => !cuts.isLeft(stat.key) && registry.isUnread(path, stat, isFirstSweep),
    wasCut: cut,
    waitMs: options.copyWaitMs,
    now
  })
  const cuts = createCuts({
    ...{ registry, copies, sink, newId, now, end, release, endOrGoOn },
    carried(file) {
      file.isWanted = globs.matches(file.path)
      if (file.size > file.position) turns.add(file)
    },
    isFirst: () => isFirstSweep,
    mayHold: file => !isImport && !turns.has(file) && !isVeryFirst
  })
  const { maxReadAheadBytes } = options
  const read = createReading({
    ...{ sink, turns, handles, byId, grow, now, isUnpacking, maxReadAheadBytes, cut, end, failed },
    settle: archives.settle,
    lookAgain: path => dirty.add(path)
  })
  const look = createLook({ registry, handles, cuts, archives, startAt, note, takeUp, giveUp, unpack })
  let isImport = false
  let isFirstSweep = true
  /** Whether this is the first look that any process takes. */
  let isVeryFirst = false
  let isSweepDue = false
  let isStopped = false
  let nextSweepMs = 0
  let lastTookMs = 0
  const { sleep, ring: wakeUp } = createAlarm()
  let wake: Wake | undefined
  let running: Promise<void> = Promise.resolve()

  async function run(): Promise<void> {
    while (!isStopped) {
      if (quiet.size >= MANY_QUIET) rest()
      if (isSweepDue || now() >= nextSweepMs) await sweep()
      else if (dirty.size > 0) await lookAtDirty()
      if (isStopped || (await read()) || isSweepDue || dirty.size > 0) continue
      if (isImport && turns.isEmpty && !archives.isWaiting) return
      await sleep(Math.max(1, nextSweepMs - now()))
    }
  }

  /** Looks at everything: the truth beneath the events. */
  async function sweep(): Promise<void> {
    const before = process.cpuUsage()
    isSweepDue = false
    dirty.clear()
    archives.startSweep()
    isVeryFirst = isFirstSweep && !known.has()
    let seen: Seen
    do seen = await look(await globs.list(), true)
    while (isFirstSweep && registry.isMissingLess())
    if (isFirstSweep) takeUp(await registry.seekMoved(cuts.seekCopy, archives.find))
    isFirstSweep = isVeryFirst = false
    for (const one of resting.values()) {
      if (one.seenIn !== seen.look || isDue(one, options.removeAfterMs, now())) registry.wake(one)
    }
    for (const file of byKey.values()) {
      if (!seen.files.has(file)) await lookAtUnwanted(file).catch(error => failed(file.path, error))
      await retire(file)
    }
    rest()
    // What is quiet for a moment and still open holds nothing but its handle.
    sink.rest([...byKey.values()].filter(file => isQuiet(file, now())).map(({ generation }) => generation.id))
    const { user, system } = process.cpuUsage(before)
    const tookMs = (user + system) / 1000
    // What else the process does meanwhile counts too: the cheaper of the last two looks tells.
    nextSweepMs = now() + Math.max(options.sweepMs, Math.min(tookMs, lastTookMs) / SWEEP_SHARE)
    lastTookMs = tookMs
  }

  async function lookAtDirty(): Promise<void> {
    const paths = [...dirty]
    dirty.clear()
    await look(paths, false)
  }

  function rest(): void {
    registry.rest(quiet)
    quiet.clear()
  }

  /** A generation goes on in the compressed file that was found for it. */
  async function unpack(file: Followed): Promise<void> {
    await handles.close(file)
    turns.add(file)
  }

  /** What has its device and inode now is another: it was replaced, or cut. */
  function giveUp(file: Followed, stat: FileStat): Promise<void> {
    return isReborn(file, stat) ? endOrGoOn(file, 'rewritten') : cut(file)
  }

  /** A file that lives and does not hold what was read of it was cut, and may have been copied before. */
  function cut(file: Followed, hasRegrown = false): Promise<void> {
    cuts.add(file, hasRegrown)
    isSweepDue = true
    return release(file)
  }

  /** Where to begin in a new file: at its end among the files of the very first look, or where it is too old. */
  function startAt({ size, modifiedMs }: FileStat): Start {
    if (options.startAt === 'end' && isVeryFirst) return { at: size, skipReason: 'startAt' }
    const isOld = options.ignoreOlderMs > 0 && now() - modifiedMs > options.ignoreOlderMs
    return isOld ? { at: size, skipReason: 'ignoreOlder' } : { at: 0 }
  }

  function takeUp(found: readonly Identified[]): void {
    registry.begin(found)
    for (const { file } of found) {
      if (file.unpacking !== undefined || file.size > file.position) turns.add(file)
      else quiet.add(file)
    }
  }

  async function failed(path: string, error: unknown): Promise<void> {
    sink.failed(path, error)
    await handles.relieve(error)
  }

  /** Takes note of how a followed file stands now. */
  function note(file: Followed, path: string, stat: FileStat): void {
    file.path = path
    file.isWanted = true
    grow(file, stat)
  }

  function grow(file: Followed, stat: FileStat): void {
    if (file.unpacking === undefined && stat.size < file.size) sink.lose(file.generation.id, 'cut')
    // The size of a compressed file is not that of its text, and it is read to its end as soon as it can be.
    if (file.unpacking !== undefined || noteStat(file, stat, now())) turns.add(file)
  }

  /**
   * A file that no wanted path leads to is still within reach by its handle, or under another name in its folder. It is
   * gone when it is missed twice: names that move on while they are looked at may hide a file once.
   */
  async function lookAtUnwanted(file: Followed): Promise<void> {
    const wasWanted = file.isWanted
    file.isWanted = false
    const handle = await handles.take(file)
    const stat = handle === undefined ? undefined : await statHandle(handle)
    if (stat !== undefined && isAnother(file, stat)) await giveUp(file, stat)
    else if (stat !== undefined) {
      grow(file, stat)
      file.unlinkedMs = stat.isUnlinked ? (file.unlinkedMs ?? now()) : undefined
    } else if (!wasWanted) await endOrGoOn(file, 'deleted')
  }

  /** What is gone goes on in the file that it was compressed into, where there is one. */
  async function endOrGoOn(file: Followed, reason: EndReason): Promise<void> {
    if (await archives.takeOver(file)) await unpack(file)
    else await end(file, reason)
  }

  /** Lets go of what has been quiet for long. */
  async function retire(file: Followed): Promise<void> {
    if (byKey.get(file.key) !== file) return
    if (now() - (file.unlinkedMs ?? now()) >= options.releaseDeletedMs) return end(file, 'released')
    if (file.unpacking !== undefined) return
    if (options.removeAfterMs > 0 && isDone(file, options.removeAfterMs, now())) await removeDone(file)
    if (file.position < file.size) return
    if (file.handle === undefined) quiet.add(file)
    if (file.missingBytes > 0) await end(file, 'rewritten')
    else if (now() - file.activeMs < options.closeInactiveMs) return
    else if (!file.isWanted) await end(file, 'rotated away')
    else await handles.close(file)
  }

  /** What is removed is followed on by its handle like any deleted file; what cannot be is tried again when due anew. */
  async function removeDone(file: Followed): Promise<void> {
    file.activeMs = now()
    try {
      if (await remove(file, handles)) sink.removed(file.generation.id)
    } catch (error) {
      await failed(file.path, error)
    }
  }

  /** Reads no more of it for now. */
  async function release(file: Followed): Promise<void> {
    if (byKey.get(file.key) === file) byKey.delete(file.key)
    turns.drop(file)
    await handles.close(file)
  }

  async function end(file: Followed, reason: EndReason): Promise<void> {
    await release(file)
    if (file.missingBytes > 0) cuts.leaveBehind(file)
    cuts.leave(file)
    if (file.unpacking !== undefined && reason !== 'read') sink.lose(file.generation.id, reason)
    const lostBytes = Math.max(0, file.size - file.position) + file.missingBytes
    sink.end(file.generation.id, reason, lostBytes)
    if (lostBytes === 0 && file.checkpoint >= file.position) byId.delete(file.generation.id)
  }

  return {
    async start() {
      running = sweep()
      await running
      if (isStopped) return
      wake = createWake(globs, {
        changed(path) {
          dirty.add(path)
          wakeUp()
        },
        // What changed before it watched is found by looking at everything once more.
        watching() {
          isSweepDue = true
          wakeUp()
        },
        failed: error => sink.failed('', error)
      })
      running = run().catch(error => sink.broken(error))
    },
    async readAll() {
      isImport = true
      running = run()
      await running
      if (isStopped) return
      for (const one of resting.values()) if (!one.isEnded) registry.wake(one)
      for (const file of [...byKey.values()]) await end(file, 'read')
    },
    async stop() {
      isStopped = true
      wakeUp()
      await Promise.all([wake?.close(), running])
      for (const file of byKey.values()) await handles.close(file)
    },
    resume: () => wakeUp(),
    standing: (id, checkpoint) => standingOf(byId.get(id), checkpoint),
    acked(id, checkpoint) {
      const file = byId.get(id)
      if (file === undefined) return
      file.checkpoint = checkpoint
      file.tail.forget(checkpoint)
      cuts.leave(file)
      if (byKey.get(file.key) !== file && !cuts.has(file) && checkpoint >= file.position) byId.delete(id)
      if (file.handle === undefined) quiet.add(file)
      if (turns.release(file)) wakeUp()
    },
    isReadToEnd: id => isReadToEnd(byId.get(id)),
    status: () => [...Array.from(byId.values(), statusOf), ...Array.from(resting.values(), statusOfResting)]
  }
}
