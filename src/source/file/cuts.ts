// What becomes of a generation whose file was cut. Where a copy was made before, the generation goes on in it, or the copy is
// known to hold nothing that was not read; only where there is none it ends.

import { type GenerationId, offset, type Position } from '#record'
import type { EndReason, FileSink } from './contract.ts'
import type { Copies, Copy, Original } from './copies.ts'
import { type Followed, follow } from './followed.ts'
import { HEAD_BYTES, hashHead } from './head.ts'
import type { Identified } from './identify.ts'
import type { Registry } from './registry.ts'
import type { FileStat } from './stat.ts'

export interface Cuts {
  /**
   * The file does not hold what was read of it: its generation is settled with by the next `settle`. Where it has grown
   * again to the size that was seen, that size says nothing of what was there before.
   */
  add(file: Followed, hasRegrown: boolean): void
  has(file: Followed): boolean
  /**
   * Puts back all of `found` that waits or, where not all files were looked at, may be a copy of one that was cut. Where all
   * were, carries on or ends the generations whose files were cut. Copies are sought among `paths` and beside the originals;
   * those in `found` are not begun, what carries a stored generation on joins it.
   */
  settle(found: Identified[], paths: readonly string[], areAll: boolean): Promise<void>
  /**
   * Where the text of a stored generation is whose file is nowhere: in a copy among what the first looks found to be new.
   * Only a whole head counts as proof, and a file at its last path is its successor.
   */
  seekCopy(position: Position): Promise<Identified | undefined>
  /** Whether a file of which nothing was read must wait, because it may be a copy that is being made. */
  isHeld(file: Followed, path: string, stat: Pick<FileStat, 'key' | 'size'>): Promise<boolean>
  /** The generation ends, and its file goes on: as one that was read as far as it goes. */
  leaveBehind(file: Followed): void
  /** Takes up the copy that an ended generation leaves behind, once all that was read of that is acknowledged. */
  leave(file: Followed): void
  /** Whether the file of this device and inode is a copy whose generation is not acknowledged yet. */
  isLeft(key: string): boolean
}

interface Deps {
  readonly registry: Registry
  readonly copies: Copies
  readonly sink: FileSink
  readonly newId: () => GenerationId
  readonly now: () => number
  readonly end: (file: Followed, reason: EndReason) => Promise<void>
  /** As `end`, unless it was compressed before. */
  readonly endOrGoOn: (file: Followed, reason: EndReason) => Promise<void>
  /** Lets go of a file. */
  readonly release: (file: Followed) => Promise<void>
  /** A generation goes on in another file. */
  readonly carried: (file: Followed) => void
  /** Whether this is the first look: what files that are known from the store are now is being found out. */
  readonly isFirst: () => boolean
  /** Whether a file may have to wait. */
  readonly mayHold: (file: Followed) => boolean
}

export function createCuts({
  registry,
  copies,
  sink,
  newId,
  now,
  end,
  endOrGoOn,
  release,
  carried,
  isFirst,
  mayHold
}: Deps): Cuts {
  const { byKey, byId } = registry
  /** Whether they have grown again. */
  const cut = new Map<Followed, boolean>()
  const left = new Set<string>()
  /** What the first looks found to be new: only that may be a copy of what is known from the store. */
  const news = new Set<Followed>()

  async function settle(found: Identified[], paths: readonly string[], areAll: boolean): Promise<void> {
    await putBack(found, areAll)
    if (!areAll) return
    for (const [file, hasRegrown] of cut) {
      const { generation, key, path, head, position, tail, provedMs: modifiedMs } = file
      const { last: proof, waymarks } = tail
      const original = { generation, key, path, head, at: position, proof, waymarks, modifiedMs }
      const copy = await copies.find(original, paths)
      cut.delete(file)
      // A copy that was made before the file grew again holds all that was there.
      if (copy !== undefined && hasRegrown) file.size = Math.max(file.position, copy.stat.size)
      await goOn(file, copy, found)
    }
    if (!isFirst()) return news.clear()
    for (const { isNew, file } of found) if (isNew) news.add(file)
    for (const file of news) {
      for (const position of registry.cutBefore(file)) {
        const copy = await copies.find(originalOf(position), pathsOf([...news]))
        const adopted = copy && (await adopt(position, copy, found))
        if (adopted !== undefined) found.push(adopted)
      }
    }
  }

  async function seekCopy(position: Position): Promise<Identified | undefined> {
    const { head, path, archive, size, checkpoint } = position
    // Where nothing is settled nothing is passed over: at worst lines that are alike are taken for one another.
    const isProof = head.bytes === HEAD_BYTES || (checkpoint === 0 && head.bytes > 0 && head.bytes === size)
    if (archive !== undefined || !isProof) return undefined
    const isAlike = (file: Followed) =>
      file.head.hash === head.hash || (head.bytes < HEAD_BYTES && file.size >= head.bytes)
    const alike = [...news].filter(file => file.path !== path && isAlike(file))
    const copy = await copies.findAmong(originalOf(position), pathsOf(alike))
    const adopted = copy && (await adopt(position, copy, []))
    if (adopted === undefined || !adopted.isNew) return adopted
    registry.begin([adopted])
    return undefined
  }

  async function isHeld(file: Followed, path: string, stat: Pick<FileStat, 'key' | 'size'>): Promise<boolean> {
    return file.isFresh && mayHold(file) && copies.isHeld(path, stat)
  }

  async function putBack(found: Identified[], areAll: boolean): Promise<void> {
    const held = new Set<Identified>()
    for (const identified of found) {
      const { isNew, file } = identified
      if (isNew && (await isHeld(file, file.path, file))) held.add(identified)
    }
    const back = areAll || cut.size === 0 ? held : new Set(found)
    for (const identified of back) {
      found.splice(found.indexOf(identified), 1)
      await release(identified.file)
    }
  }

  async function goOn(file: Followed, copy: Copy | undefined, found: Identified[]): Promise<void> {
    if (copy === undefined && isReadElsewhere(file)) return forgo(file)
    if (copy === undefined) return endOrGoOn(file, 'rewritten')
    await clear(copy, found)
    if (copy.stat.size < file.position) {
      file.left = asRead(copy)
      left.add(copy.stat.key)
      return end(file, 'rewritten')
    }
    const { key, size, modifiedMs, birthMs } = copy.stat
    const missingBytes = Math.max(0, file.size - size)
    sink.carry(file.generation.id, { ...carrier(copy), size: size + missingBytes })
    Object.assign(file, {
      key,
      size,
      sizeBefore: size,
      modifiedMs,
      provedMs: modifiedMs,
      birthMs,
      missingBytes,
      path: copy.path
    })
    byKey.set(key, file)
    carried(file)
  }

  /** Whether nothing was read of it, and a copy is followed already, as a file of its own. */
  function isReadElsewhere({ position, head }: Followed): boolean {
    if (position > 0 || head.bytes === 0) return false
    const isAlike = (other: Pick<Followed, 'head'>) => other.head.bytes === head.bytes && other.head.hash === head.hash
    return [...byKey.values()].some(isAlike) || [...registry.resting.values()].some(isAlike)
  }

  function forgo({ generation: { id } }: Followed): void {
    if (byId.delete(id)) sink.forgo(id)
  }

  /** Carries on a generation that is known from the store, or makes of a copy that is too short one that was read. */
  async function adopt(position: Position, copy: Copy, found: Identified[]): Promise<Identified> {
    await clear(copy, found)
    const { stat } = copy
    const adopted = stat.size < position.checkpoint ? asRead(copy) : carryOn(position, copy)
    byKey.set(stat.key, adopted.file)
    return adopted
  }

  function carryOn(position: Position, copy: Copy): Identified {
    const { generation, size } = position
    const { path, stat, headBytes } = copy
    const { deviceId, inode, birthMs } = stat
    sink.carry(generation.id, { ...carrier(copy), size: Math.max(stat.size, size) })
    const moved = { ...position, path, birthMs, generation: { ...generation, deviceId, inode } }
    return { file: follow(moved, stat, headBytes, now()), position: moved, isNew: false }
  }

  /** What was followed in the place of the copy is not: what it held was written over, or nothing was read of it. */
  async function clear({ stat }: Copy, found: Identified[]): Promise<void> {
    const file = registry.followed(stat.key)
    if (file === undefined) return
    if (!file.isFresh) return end(file, 'rewritten')
    await release(file)
    const i = found.findIndex(other => other.file === file)
    if (i !== -1) found.splice(i, 1)
    forgo(file)
  }

  /** The copy as a generation of its own, all of which was shipped from its original. */
  function asRead({ path, stat, headBytes, proof }: Copy, head = hashHead(headBytes)): Identified {
    const { deviceId, inode, birthMs, size } = stat
    const position: Position = {
      generation: { id: newId(), path, inode, deviceId },
      path,
      birthMs,
      head,
      size,
      checkpoint: offset(size),
      skipReason: 'copy',
      isMidCut: false,
      proof,
      waymarks: [],
      isEnded: false
    }
    return { file: follow(position, stat, headBytes, now()), position, isNew: true }
  }

  function leave(file: Followed): void {
    const copy = file.left
    if (copy === undefined || file.checkpoint < file.position) return
    file.left = undefined
    left.delete(copy.file.key)
    byKey.set(copy.file.key, copy.file)
    registry.begin([copy])
  }

  function leaveBehind(file: Followed): void {
    const { key, path, size, birthMs, modifiedMs, head, headBytes, headStart, tail } = file
    const [deviceId = '', inode = ''] = key.split(':')
    const stat = { key, deviceId, inode, birthMs, size, modifiedMs, isUnlinked: false }
    file.left = asRead({ path, stat, headBytes: Buffer.alloc(0), proof: tail.last }, head)
    Object.assign(file.left.file, { head, headBytes, headStart })
    left.add(key)
  }

  return {
    add: (file, hasRegrown) => void cut.set(file, hasRegrown),
    leaveBehind,
    has: file => cut.has(file),
    settle,
    seekCopy,
    isHeld,
    leave,
    isLeft: key => left.has(key)
  }
}

function originalOf({ generation, path, head, checkpoint: at, proof, waymarks }: Position): Original {
  const key = `${generation.deviceId}:${generation.inode}`
  return { generation, key, path, head, at, proof, waymarks, modifiedMs: 0 }
}

const pathsOf = (files: readonly Followed[]): string[] => files.map(({ path }) => path)

function carrier({ path, stat: { deviceId, inode, birthMs } }: Copy) {
  return { path, deviceId, inode, birthMs }
}
