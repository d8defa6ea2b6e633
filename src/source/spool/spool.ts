// What senders that cannot wait have sent, on the disk until it is acknowledged. Records are appended to segments that the
// file source reads as it reads any file; a segment goes when it is acknowledged to its end. The spool and what waits to be
// written to it are bounded in bytes, and a full disk is a full spool.

import { rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { encodeRecords, type SpoolRecord, sizeOf } from './record.ts'
import { findSegments, segmentPath, syncFolder } from './segments.ts'

/** Most bytes that wait in memory for the disk, but for a single larger write. */
const PENDING_BYTES = 8_388_608
/** Longest segment but for its last write. */
const SEGMENT_BYTES = 16_777_216
/** Segments that a spool is made of at least, so that room comes back bit by bit. */
const SEGMENTS = 8
const RETRY_MS = 500

export interface Spool {
  /** Takes all of these records or, where there is no room for them, none. `address` says who sent them. */
  put(records: readonly SpoolRecord[], address: string): boolean
  /** Resolves when all that was put before is on the disk, whatever happens to the machine then. */
  stored(): Promise<void>
  /** Resolves when there may be room again. */
  room(): Promise<void>
  /** Removes the segments that are acknowledged to their ends. */
  settle(): void
  /** Begins no more in the segment that is open, so that it goes when it is acknowledged. */
  seal(): Promise<void>
  /** Writes what waits; resolves to the bytes that the disk did not take, which are lost. */
  close(): Promise<number>
  readonly isEmpty: boolean
  /** Bytes of its segments, and of what waits to be written to them. */
  readonly bytes: number
}

/** How far a segment is acknowledged. */
export interface SegmentStatus {
  readonly path: string
  readonly checkpoint: number
}

/** The segment that records are appended to. */
interface Current {
  readonly path: string
  readonly handle: FileHandle
  size: number
}

interface Deps {
  readonly now: () => number
  /** What is followed of the segments. */
  readonly status: () => readonly SegmentStatus[]
  /** The end of the last segment was no whole record and was cut off. */
  readonly torn: (bytes: number) => void
  /** The disk takes nothing; told once, until it does again. */
  readonly failed: (error: unknown) => void
  /** A sender's records found no room; told once, until there is some again. */
  readonly full: () => void
  /** There is room again for what was refused last, and the disk takes it. */
  readonly roomy: () => void
}

/** Opens the spool in a folder. Throws what the file system does where the folder cannot be used. */
export function openSpool(folder: string, maxBytes: number, { now, status, torn, failed, full, roomy }: Deps): Spool {
  const { segments: sealed, tornBytes } = findSegments(folder)
  if (tornBytes > 0) torn(tornBytes)
  const segmentBytes = Math.min(SEGMENT_BYTES, Math.floor(maxBytes / SEGMENTS))
  let sealedBytes = [...sealed.values()].reduce((sum, size) => sum + size, 0)
  let current: Current | undefined
  let pending: Buffer[] = []
  let pendingBytes = 0
  let storing: PromiseWithResolvers<void> | undefined
  let awaited: PromiseWithResolvers<void> | undefined
  /** What was refused last because the spool is full. */
  let refusedBytes = 0
  let writing: Promise<void> = Promise.resolve()
  let isWriting = false
  let isStuck = false
  let isFull = false
  let isClosing = false
  let isSealDue = false
  let isUnsynced = false

  const usedBytes = () => sealedBytes + (current?.size ?? 0) + pendingBytes

  function put(records: readonly SpoolRecord[], address: string): boolean {
    if (records.length === 0) return true
    const cost = sizeOf(records, address)
    const isCrowded = pendingBytes > 0 && pendingBytes + cost > PENDING_BYTES
    if (isStuck || isClosing || isCrowded) return false
    if (usedBytes() + cost > maxBytes) {
      refusedBytes = cost
      if (!isFull) full()
      isFull = true
      return false
    }
    const bytes = encodeRecords(records, address, now())
    pending.push(bytes)
    pendingBytes += bytes.length
    kick()
    return true
  }

  function kick(): void {
    if (isWriting) return
    isWriting = true
    writing = writeOut()
  }

  async function writeOut(): Promise<void> {
    // What comes in within one turn of the loop is written together.
    await new Promise<void>(resolve => setImmediate(resolve))
    while (pending.length > 0 || storing !== undefined || isSealDue) {
      const bytes = pending.length === 1 ? (pending[0] as Buffer) : Buffer.concat(pending)
      const waiting = storing
      pending = []
      storing = undefined
      try {
        await append(bytes)
        if (waiting !== undefined) await insist(sync)
        waiting?.resolve()
        const isLong = current !== undefined && current.size >= segmentBytes
        if (isLong || (isSealDue && pending.length === 0)) await insist(sealOpen)
      } catch (error) {
        waiting?.reject(error)
        break
      }
      makeRoom()
    }
    // In the turn that saw nothing left, so that whoever comes later begins anew.
    isWriting = false
  }

  /** Appends bytes, however long it takes: a write that was taken in part goes on behind that part. */
  async function append(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      await insist(async () => {
        current ??= await begin()
        const { bytesWritten } = await current.handle.write(bytes, at)
        isUnsynced = true
        current.size += bytesWritten
        pendingBytes -= bytesWritten
        at += bytesWritten
      })
    }
  }

  /** Tries until it works; rejects only where the spool is closed meanwhile. */
  async function insist(deed: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await deed()
        const wasStuck = isStuck
        isStuck = false
        if (wasStuck && !isFull) roomy()
        return
      } catch (error) {
        if (!isStuck) failed(error)
        isStuck = true
        if (isClosing) throw error
        await sleep(RETRY_MS)
      }
    }
  }

  async function begin(): Promise<Current> {
    const path = segmentPath(folder, now(), sealed)
    // Only this user may read it.
    const handle = await open(path, 'ax', 0o600)
    syncFolder(folder)
    return { path, handle, size: 0 }
  }

  async function sync(): Promise<void> {
    if (isUnsynced) await current?.handle.datasync()
    isUnsynced = false
  }

  async function sealOpen(): Promise<void> {
    await sync()
    isSealDue = false
    if (current === undefined) return
    const { path, handle, size } = current
    current = undefined
    sealed.set(path, size)
    sealedBytes += size
    await handle.close()
    settle()
  }

  function settle(): void {
    for (const { path, checkpoint } of status()) {
      const size = sealed.get(path)
      if (size === undefined || checkpoint < size) continue
      rmSync(path, { force: true })
      sealed.delete(path)
      sealedBytes -= size
      makeRoom()
    }
  }

  function makeRoom(): void {
    awaited?.resolve()
    awaited = undefined
    if (!isFull || usedBytes() + refusedBytes > maxBytes) return
    isFull = false
    if (!isStuck) roomy()
  }

  return {
    put,
    settle,
    stored() {
      if (pendingBytes === 0 && !isUnsynced && !isWriting) return Promise.resolve()
      storing ??= Promise.withResolvers()
      const { promise } = storing
      kick()
      return promise
    },
    room() {
      awaited ??= Promise.withResolvers()
      return awaited.promise
    },
    async seal() {
      isSealDue = true
      kick()
      await writing
    },
    async close() {
      isClosing = true
      isSealDue = true
      makeRoom()
      kick()
      await writing
      await current?.handle.close()
      return pendingBytes
    },
    get isEmpty() {
      return usedBytes() === 0
    },
    get bytes() {
      return usedBytes()
    }
  }
}
