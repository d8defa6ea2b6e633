// Decompresses a file piece by piece, however large it becomes: as much is read of it as was asked for. Members and frames
// that follow each other are one text, NULs between and behind them are padding, and anything else is damage.

import type { FileHandle } from 'node:fs/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'
import { type ArchiveFormat, archiveFormat } from './archive-format.ts'

/** Compressed bytes that are taken at a time, and the most that one piece of the text comes in. */
const SLICE_BYTES = 16_384
const PIECE_BYTES = 131_072

/**
 * How a compressed file ends; `at` counts its compressed bytes.
 * - complete: with the end of a member or frame.
 * - short: within one, as while it is being written.
 * - damaged: with bytes that are not in the format.
 */
export type Ending =
  | { readonly kind: 'complete' }
  | { readonly kind: 'short'; readonly at: number }
  | { readonly kind: 'damaged'; readonly at: number; readonly why: string }

export interface Unpacker {
  /** The next bytes of the text; undefined at its end. Rejects with the file system's error. */
  next(): Promise<Buffer | undefined>
  /** Set when `next` gave the last. */
  readonly ending: Ending | undefined
  close(): void
}

/** Reads the open file, which begins with the magic of `format`, from its start. The handle stays its owner's. */
export function createUnpacker(handle: FileHandle, format: ArchiveFormat): Unpacker {
  let member = createMember(handle, format, 0, Number.POSITIVE_INFINITY)
  /** Bytes of this member that were given, and those that are given already when it is read once more. */
  let given = 0
  let skipping = 0
  let ending: Ending | undefined

  async function next(): Promise<Buffer | undefined> {
    while (ending === undefined) {
      const bytes = await member.next()
      if (bytes === undefined) ending = await goOn()
      else {
        const fresh = bytes.subarray(Math.min(skipping, bytes.length))
        skipping -= bytes.length - fresh.length
        given += fresh.length
        if (fresh.length > 0) return fresh
      }
    }
    return undefined
  }

  /** Goes on to the next member, or tells how the file ends. */
  async function goOn(): Promise<Ending | undefined> {
    const { from, failure, consumed } = member
    const at = from + consumed
    if (failure === undefined) {
      const found = await skipPadding(handle, at)
      if (found === undefined) return { kind: 'complete' }
      const format = archiveFormat(found.bytes)
      if (format === undefined) return { kind: 'damaged', at: found.at, why: 'what follows is not compressed' }
      member.close()
      member = createMember(handle, format, found.at, Number.POSITIVE_INFINITY)
      given = 0
      return undefined
    }
    if (failure.code === 'Z_BUF_ERROR') return { kind: 'short', at }
    if (member.slowFrom <= member.sliceStart) return { kind: 'damaged', at, why: failure.message }
    // The text before the damage is lost with the slice that holds it: byte by byte all of it comes.
    member.close()
    member = createMember(handle, member.format, from, member.sliceStart)
    skipping = given
    given = 0
    return undefined
  }

  return {
    next,
    get ending() {
      return ending
    },
    close: () => member.close()
  }
}

interface Member {
  readonly format: ArchiveFormat
  /** Where it begins, and how many bytes it took, both of the compressed file. */
  readonly from: number
  readonly consumed: number
  /** Where the bytes begin that it took last, and from where on it takes them one by one. */
  readonly sliceStart: number
  readonly slowFrom: number
  /** Why it ended; undefined where it is whole. */
  readonly failure: NodeJS.ErrnoException | undefined
  next(): Promise<Buffer | undefined>
  close(): void
}

/** Decompresses from `from` on; members that follow without padding may be read with it. */
function createMember(handle: FileHandle, format: ArchiveFormat, from: number, slowFrom: number): Member {
  const options = { chunkSize: PIECE_BYTES }
  const stream = format === 'gzip' ? createGunzip(options) : createZstdDecompress(options)
  const slice = Buffer.allocUnsafeSlow(SLICE_BYTES)
  let at = from
  let sliceStart = from
  let failure: NodeJS.ErrnoException | undefined
  let isEnded = false
  let isBusy = false
  let wake = () => {}
  const woken = () => wake()
  stream.on('readable', woken)
  stream.on('error', (error: NodeJS.ErrnoException) => {
    failure = error
    wake()
  })
  stream.on('end', () => {
    isEnded = true
    wake()
  })

  async function next(): Promise<Buffer | undefined> {
    for (;;) {
      const { promise, resolve } = Promise.withResolvers<void>()
      wake = resolve
      const bytes: Buffer | null = stream.read()
      if (bytes !== null) return bytes
      if (isEnded || failure !== undefined) return undefined
      if (!isBusy) await feed()
      else await promise
    }
  }

  /** Hands over one slice; only when it was taken does the next one follow, so that nothing is held. */
  async function feed(): Promise<void> {
    const length = at >= slowFrom ? 1 : Math.min(SLICE_BYTES, slowFrom - at)
    const { bytesRead } = await handle.read(slice, 0, length, at)
    isBusy = true
    sliceStart = at
    at += bytesRead
    if (bytesRead === 0) stream.end()
    else
      stream.write(slice.subarray(0, bytesRead), () => {
        isBusy = false
        wake()
      })
  }

  return {
    format,
    from,
    slowFrom,
    get sliceStart() {
      return sliceStart
    },
    get consumed() {
      return stream.bytesWritten
    },
    get failure() {
      return failure
    },
    next,
    close: () => stream.destroy()
  }
}

/** The first bytes at or after `at` that are no NULs; undefined where the file ends before. */
async function skipPadding(handle: FileHandle, start: number): Promise<{ at: number; bytes: Buffer } | undefined> {
  const buffer = Buffer.allocUnsafe(SLICE_BYTES)
  for (let at = start; ; ) {
    const { bytesRead } = await handle.read(buffer, 0, SLICE_BYTES, at)
    if (bytesRead === 0) return undefined
    const first = buffer.subarray(0, bytesRead).findIndex(byte => byte !== 0)
    if (first === 0) return { at, bytes: buffer.subarray(0, bytesRead) }
    at += first < 0 ? bytesRead : first
  }
}
