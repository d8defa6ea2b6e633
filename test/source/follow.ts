// A folder of real files and a source that follows them, as the stories of a file's life use them. What stands between a
// source and its state store is played here: bytes are cut into lines and acknowledged, positions outlive a restart.

import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, vi } from 'vitest'
import { type Chunk, type GenerationId, offset, type Position } from '#record'
import {
  createFileSource,
  type EndReason,
  type FileSink,
  type FileSource,
  type FileSourceOptions,
  type Known
} from '#source'

/** Files below a folder that this process holds open; only Linux tells. */
export function openBelow(folder: string): string[] {
  const links = readdirSync('/proc/self/fd').map(fd => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`)
    } catch {
      return ''
    }
  })
  return links.filter(path => path.startsWith(folder))
}

/** How long a story waits for what must come. */
const DEADLINE_MS = 8_000

const defaults: Omit<FileSourceOptions, 'paths'> = {
  type: 'file',
  exclude: [],
  compression: 'auto',
  startAt: 'beginning',
  sweepMs: 50,
  closeInactiveMs: 60_000,
  releaseDeletedMs: 60_000,
  ignoreOlderMs: 0,
  removeAfterMs: 0,
  maxOpenFiles: 1_024,
  copyWaitMs: 500,
  maxReadAheadBytes: 16_777_216
}

export type FollowOptions = Partial<Omit<FileSourceOptions, 'paths'>> & {
  /** Globs within the folder. */
  readonly paths?: readonly string[]
  /** Whether lines are acknowledged as they come (they are where it is not said), or when the story says so. */
  readonly isAcking?: boolean
  /** Happens whenever the source asks what is known from before: as it starts, and within its first look. */
  readonly meanwhile?: () => void
}

export interface Folder {
  at(name: string): string
  /** All lines that ever came, by where they stand, as documents are by their ids. */
  readonly documents: Map<string, string>
  append(name: string, text: string): void
  /** Replaces what is in the file, which stays the same file: cuts it and writes anew. */
  rewrite(name: string, text: string): void
  rename(from: string, to: string): void
  remove(name: string): void
  /** A source that goes on from where the last one on this folder was acknowledged; it is not started. */
  create(options?: FollowOptions): Following
  /** The same, started. */
  follow(options?: FollowOptions): Promise<Following>
}

export interface Following {
  readonly source: FileSource
  readonly ended: { readonly path: string; readonly reason: EndReason; readonly lostBytes: number }[]
  readonly failed: string[]
  /** Of which files more was lost than is known, and why. */
  readonly lost: string[]
  /** Files that the source removed. */
  readonly removed: string[]
  /** How many generations something is held for beside what the source itself holds. */
  readonly held: number
  /** What new files held before where their reading began. */
  readonly skipped: { readonly path: string; readonly reason: string | undefined; readonly bytes: number }[]
  /** Whether the budget has room. */
  hasRoom: boolean
  readonly lines: string[]
  /** Waits until exactly these lines have come, in whatever order among files. */
  expectLines(...lines: string[]): Promise<void>
  acknowledge(): void
  /** Stops; what was not acknowledged stays so. */
  stop(): Promise<void>
}

interface Stream {
  readonly begun: Position
  /** Where the bytes that were handed over end, those after the last newline, and what can be acknowledged. */
  readTo: number
  carry: string
  settledTo: number
  isEnding: boolean
}

let generations = 0

export function createFolder(): Folder {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-source-')))
  const open = new Set<FileSource>()
  onTestFinished(async () => {
    for (const source of open) await source.stop()
    rmSync(folder, { recursive: true })
  })
  const at = (name: string) => join(folder, name)
  const stored = new Map<GenerationId, Position>()
  const sent = new Set<GenerationId>()
  const documents = new Map<string, string>()
  return {
    at,
    documents,
    append(name, text) {
      mkdirSync(dirname(at(name)), { recursive: true })
      appendFileSync(at(name), text)
    },
    rewrite: (name, text) => writeFileSync(at(name), text),
    rename: (from, to) => renameSync(at(from), at(to)),
    remove: name => rmSync(at(name)),
    create,
    async follow(options) {
      const following = create(options)
      await following.source.start()
      return following
    }
  }

  function create({
    paths = ['*.log'],
    isAcking = true,
    meanwhile = () => undefined,
    ...options
  }: FollowOptions = {}): Following {
    const all = { ...defaults, ...options, paths: paths.map(at) }
    const following = createFollowing(all, { stored, sent, documents, isAcking, meanwhile })
    open.add(following.source)
    return following
  }
}

interface Surroundings {
  readonly stored: Map<GenerationId, Position>
  /** Of which something was given out, acknowledged or not. */
  readonly sent: Set<GenerationId>
  readonly documents: Map<string, string>
  readonly isAcking: boolean
  readonly meanwhile: () => void
}

function createFollowing(
  options: FileSourceOptions,
  { stored, sent, documents, isAcking, meanwhile }: Surroundings
): Following {
  const streams = new Map<GenerationId, Stream>()
  const lines: string[] = []
  const ended: Following['ended'] = []
  const failed: string[] = []
  const lost: string[] = []
  const removed: string[] = []
  const skipped: Following['skipped'] = []
  const following = {
    source: undefined as unknown as FileSource,
    ended,
    failed,
    lost,
    skipped,
    removed,
    lines,
    hasRoom: true,
    get held() {
      return streams.size
    },
    async expectLines(...expected: string[]) {
      await vi.waitFor(() => expect(lines.toSorted()).toEqual(expected.toSorted()), DEADLINE_MS)
    },
    acknowledge,
    stop: () => following.source.stop()
  }

  function begin(positions: readonly Position[], areNew: boolean): void {
    for (const position of positions) {
      const { id } = position.generation
      expect(stored.has(id)).toBe(!areNew)
      stored.set(id, { ...position, ...(!areNew && stored.get(id)), isEnded: false })
      const { checkpoint, path, skipReason: reason } = position
      if (areNew && checkpoint > 0) skipped.push({ path, reason, bytes: checkpoint })
      open(position)
    }
  }

  function open(begun: Position): void {
    const { checkpoint, generation } = begun
    streams.set(generation.id, { begun, readTo: checkpoint, carry: '', settledTo: checkpoint, isEnding: false })
  }

  function chunk({ generation, start, bytes }: Chunk): void {
    const stream = streamOf(generation.id)
    expect(start).toBe(stream.readTo)
    stream.readTo += bytes.length
    const texts = (stream.carry + bytes.toString()).split('\n')
    stream.carry = texts.pop() ?? ''
    for (const text of texts) give(stream, text, text.length + 1)
    if (isAcking) setImmediate(acknowledge)
  }

  function end(id: GenerationId, reason: EndReason, lostBytes: number): void {
    const stream = streamOf(id)
    if (stream.carry !== '') give(stream, stream.carry, stream.carry.length)
    stream.settledTo += lostBytes
    stream.isEnding = true
    ended.push({ path: stream.begun.generation.path, reason, lostBytes })
    if (isAcking) setImmediate(acknowledge)
  }

  function give(stream: Stream, text: string, length: number): void {
    lines.push(text)
    sent.add(stream.begun.generation.id)
    documents.set(`${stream.begun.generation.id} ${stream.settledTo}`, text)
    stream.settledTo += length
  }

  function streamOf(id: GenerationId): Stream {
    const position = stored.get(id)
    if (position?.isEnded === false && !streams.has(id)) open(position)
    const stream = streams.get(id)
    if (stream === undefined) throw new Error(`generation ${id} was never begun, or has ended`)
    return stream
  }

  /** Settles all lines that came, as a pipeline does: the position first, then the source. */
  function acknowledge(): void {
    for (const { id, size } of following.source.status()) {
      const position = stored.get(id)
      if (position !== undefined) stored.set(id, { ...position, size: Math.max(position.size, size) })
    }
    for (const [id, { begun, settledTo, isEnding }] of streams) {
      const checkpoint = offset(settledTo)
      const standing = following.source.standing(id, checkpoint) ?? stored.get(id) ?? begun
      const { path, head, size, proof, waymarks } = standing
      const isMoving = checkpoint !== stored.get(id)?.checkpoint
      stored.set(id, {
        ...(stored.get(id) ?? begun),
        path,
        head,
        size,
        proof,
        waymarks,
        checkpoint,
        isMidCut: false,
        isEnded: isEnding
      })
      if (isMoving) following.source.acked(id, checkpoint)
      if (isEnding) streams.delete(id)
    }
  }

  const sink: FileSink = {
    begin,
    carry(id, { deviceId, inode, ...to }) {
      const position = stored.get(id)
      if (position === undefined) throw new Error(`generation ${id} was never begun`)
      stored.set(id, { ...position, ...to, generation: { ...position.generation, deviceId, inode } })
    },
    forgo(id) {
      stored.delete(id)
      streams.delete(id)
    },
    rest(ids) {
      for (const id of ids) streams.delete(id)
      return ids
    },
    chunk,
    end,
    removed: id => removed.push(streamOf(id).begun.generation.path),
    lose: (id, reason) => lost.push(`${streamOf(id).begun.generation.path}: ${reason}`),
    archived(id, archive) {
      const position = stored.get(id)
      if (position === undefined) throw new Error(`generation ${id} was never stored`)
      stored.set(id, { ...position, archive })
    },
    failed(path, error) {
      const { code, message } = error as NodeJS.ErrnoException
      failed.push(`${path}: ${code ?? message}`)
    },
    broken(error) {
      throw error
    },
    hasRoom: () => following.hasRoom,
    precededBy: () => undefined
  }
  following.source = createFileSource(options, {
    sink,
    known: knownOf(() => [...stored.values()].reverse(), sent, meanwhile),
    newId() {
      generations += 1
      return `g${generations}` as GenerationId
    },
    now: Date.now
  })
  return following
}

function knownOf(positions: () => Position[], sent: ReadonlySet<GenerationId>, meanwhile: () => void): Known {
  return {
    has: () => positions().length > 0,
    one: id => positions().find(({ generation }) => generation.id === id),
    at: (deviceId, inode) => positions().filter(({ generation: g }) => g.deviceId === deviceId && g.inode === inode),
    wasSent: id => sent.has(id),
    unended() {
      meanwhile()
      return positions().filter(({ isEnded }) => !isEnded)
    },
    archived() {
      meanwhile()
      return positions().filter(({ archive }) => archive !== undefined)
    },
    beginningAs: hashOf => positions().filter(({ head }) => hashOf(head.bytes) === head.hash)
  }
}
