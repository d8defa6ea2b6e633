// Reads zip archives through random access, so that a few files can be had from a large remote one. What `unpack` returns
// has the length and the CRC-32 that the archive's directory promised. No zip64: nothing read here is near 4 GiB.
// Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (its end).
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { crc32, inflateRawSync } from 'node:zlib'
import { SluiceError } from '#errors'

/** Bytes that can be read anywhere: `read(start, end)` resolves to exactly `end - start` bytes. */
export interface RandomAccess {
  /** What it is, for messages: a path or an address. */
  readonly name: string
  readonly size: number
  read(start: number, end: number): Promise<Buffer>
  close(): Promise<void>
}

/** One file or folder of an archive. Its local header and its data stand somewhere in bytes `start` to `end`. */
export interface Entry {
  readonly name: string
  readonly start: number
  readonly end: number
  readonly isDeflated: boolean
  readonly packedBytes: number
  readonly bytes: number
  readonly crc32: number
}

export interface Directory {
  /** In the order of their place in the archive. */
  readonly entries: readonly Entry[]
  /** Of the directory's own bytes, which hold every name, size and CRC-32. */
  readonly sha256: string
}

const END_SIGNATURE = Buffer.from('PK\x05\x06', 'latin1')
const END_BYTES = 22
const LONGEST_COMMENT = 0xffff
const HEADER_BYTES = 46
const LOCAL_HEADER_BYTES = 30

function broken(archive: string, what: string): SluiceError {
  return new SluiceError('E_EMBEDDED_DOWNLOAD', `${archive} is not a sound zip archive: ${what}`, {
    context: { archive }
  })
}

/** Reads the directory at the archive's end. Throws E_EMBEDDED_DOWNLOAD where there is none or it is cut. */
export async function readDirectory(archive: RandomAccess): Promise<Directory> {
  const tail = await archive.read(Math.max(0, archive.size - END_BYTES - LONGEST_COMMENT), archive.size)
  const end = tail.lastIndexOf(END_SIGNATURE)
  if (end < 0 || end + END_BYTES > tail.length) throw broken(archive.name, 'its end has no directory')
  const bytes = tail.readUInt32LE(end + 12)
  const start = tail.readUInt32LE(end + 16)
  if (start + bytes > archive.size) throw broken(archive.name, 'its directory is said to be outside of it')
  const directory = await archive.read(start, start + bytes)
  return {
    entries: parseEntries(directory, start, archive.name),
    sha256: createHash('sha256').update(directory).digest('hex')
  }
}

function parseEntries(directory: Buffer, directoryStart: number, archive: string): Entry[] {
  const found: Omit<Entry, 'end'>[] = []
  for (let at = 0; at < directory.length; ) {
    if (at + HEADER_BYTES > directory.length || directory.toString('latin1', at, at + 4) !== 'PK\x01\x02') {
      throw broken(archive, `its directory is cut at byte ${directoryStart + at}`)
    }
    const nameEnd = at + HEADER_BYTES + directory.readUInt16LE(at + 28)
    const name = directory.toString('utf8', at + HEADER_BYTES, nameEnd)
    const method = directory.readUInt16LE(at + 10)
    if (method !== 0 && method !== 8)
      throw broken(archive, `${name} is packed by method ${method}, not stored or deflated`)
    found.push({
      name,
      start: directory.readUInt32LE(at + 42),
      isDeflated: method === 8,
      packedBytes: directory.readUInt32LE(at + 20),
      bytes: directory.readUInt32LE(at + 24),
      crc32: directory.readUInt32LE(at + 16)
    })
    at = nameEnd + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
  }
  found.sort((a, b) => a.start - b.start)
  return found.map((entry, i) => ({ ...entry, end: found[i + 1]?.start ?? directoryStart }))
}

/**
 * The content of an entry, from `packed`: the archive's bytes from the entry's start on. Throws E_EMBEDDED_CHECKSUM where
 * it is not what the directory promised.
 */
export function unpack(entry: Entry, packed: Buffer): Buffer {
  const start = LOCAL_HEADER_BYTES + packed.readUInt16LE(26) + packed.readUInt16LE(28)
  const data = packed.subarray(start, start + entry.packedBytes)
  let content: Buffer
  try {
    content = entry.isDeflated ? inflateRawSync(data, { maxOutputLength: Math.max(1, entry.bytes) }) : Buffer.from(data)
  } catch (cause) {
    throw new SluiceError('E_EMBEDDED_CHECKSUM', `${entry.name} cannot be inflated`, { cause })
  }
  if (content.length !== entry.bytes || crc32(content) !== entry.crc32) {
    throw new SluiceError('E_EMBEDDED_CHECKSUM', `${entry.name} arrived broken: its length or CRC-32 is wrong`, {
      context: { bytes: content.length, allowedBytes: entry.bytes }
    })
  }
  return content
}

/** Opens a file of this machine for `readDirectory`. */
export async function openFile(path: string): Promise<RandomAccess> {
  const file = await open(path)
  const { size } = await file.stat()
  return {
    name: path,
    size,
    async read(start, end) {
      const bytes = Buffer.alloc(end - start)
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start)
      if (bytesRead !== bytes.length) throw broken(path, `it ends at byte ${start + bytesRead}`)
      return bytes
    },
    close: () => file.close()
  }
}
