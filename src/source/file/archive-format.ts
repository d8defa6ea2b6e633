// Which compressed files are read: known by the magic bytes that they begin with, never by their names.

export type ArchiveFormat = 'gzip' | 'zstd'

/** RFC 1952, section 2.3.1 (with the one method there is), and RFC 8878, section 3.1.1. */
const MAGIC: Readonly<Record<ArchiveFormat, Buffer>> = {
  gzip: Buffer.from([0x1f, 0x8b, 0x08]),
  zstd: Buffer.from([0x28, 0xb5, 0x2f, 0xfd])
}
const FORMATS: readonly ArchiveFormat[] = ['gzip', 'zstd']

/** The format that these first bytes begin; undefined where they are text. */
export function archiveFormat(bytes: Uint8Array): ArchiveFormat | undefined {
  return FORMATS.find(format => MAGIC[format].equals(bytes.subarray(0, MAGIC[format].length)))
}
