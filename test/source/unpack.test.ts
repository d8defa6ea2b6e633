// Compressed files as programs write them and as disks leave them: all of the text comes, and how it ends is told.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { archiveFormat } from '../../src/source/file/archive-format.ts'
import { createUnpacker, type Ending } from '../../src/source/file/unpack.ts'

async function unpack(file: Buffer): Promise<{ text: Buffer; ending: Ending | undefined }> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-unpack-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'archive'), file)
  const handle = await open(join(folder, 'archive'))
  const format = archiveFormat(file)
  if (format === undefined) throw new Error('not an archive')
  const unpacker = createUnpacker(handle, format)
  const pieces: Buffer[] = []
  for (let piece = await unpacker.next(); piece !== undefined; piece = await unpacker.next()) {
    expect(piece.length).toBeLessThanOrEqual(262_144)
    pieces.push(piece)
  }
  unpacker.close()
  await handle.close()
  return { text: Buffer.concat(pieces), ending: unpacker.ending }
}

/** Lines that compress as those of a log do. */
const lines = (count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, i) => `${i} ${Math.sin(i)} a line of a log\n`).join(''))
const one = lines(20_000)
const two = lines(300)
const both = Buffer.concat([one, two])
const padding = Buffer.alloc(70_000)

const formats = [
  { name: 'gzip', pack: (text: Buffer): Buffer => gzipSync(text) },
  { name: 'zstd', pack: (text: Buffer): Buffer => zstdCompressSync(text) }
]
const complete = { kind: 'complete' }

test.each(formats)(
  '$name gives the text, of one part, of several, and with padding between and behind',
  async ({ pack }) => {
    expect(await unpack(pack(one))).toEqual({ text: one, ending: complete })
    expect(await unpack(Buffer.concat([pack(one), pack(two)]))).toEqual({ text: both, ending: complete })
    expect(await unpack(Buffer.concat([pack(one), padding, pack(two), padding]))).toEqual({
      text: both,
      ending: complete
    })
    expect(await unpack(pack(Buffer.alloc(0)))).toEqual({ text: Buffer.alloc(0), ending: complete })
  }
)

test.each(formats)('$name that is cut gives what came, and is short', async ({ pack }) => {
  const packed = pack(one)
  const { text, ending } = await unpack(packed.subarray(0, -5))
  expect(ending).toEqual({ kind: 'short', at: packed.length - 5 })
  expect(one.subarray(0, text.length).equals(text)).toBe(true)
  expect(text.length).toBeGreaterThan(one.length / 2)
})

test.each(formats)('$name with other bytes behind it is damaged there', async ({ pack }) => {
  const packed = pack(one)
  const { text, ending } = await unpack(Buffer.concat([packed, Buffer.from('something else')]))
  expect(text.equals(one)).toBe(true)
  expect(ending).toMatchObject({ kind: 'damaged', at: expect.closeTo(packed.length, -1) })
})

test.each(formats)('$name with damage in its middle gives all that stands before', async ({ pack }) => {
  const packed = Buffer.concat([pack(two), pack(one)])
  const hit = pack(two).length + Math.floor(pack(one).length / 2)
  packed.fill(0xff, hit, hit + 64)
  const { text, ending } = await unpack(packed)
  expect(ending).toMatchObject({ kind: 'damaged' })
  expect(ending).toHaveProperty('at', expect.closeTo(hit, -6))
  expect(text.subarray(0, two.length).equals(two)).toBe(true)
  expect(text.length).toBeGreaterThan(two.length + one.length / 4)
})

test('a bomb takes no more memory than its pieces', async () => {
  const zeros = gzipSync(Buffer.alloc(50_000_000, 'x'))
  const { text, ending } = await unpack(zeros)
  expect({ length: text.length, ending }).toEqual({ length: 50_000_000, ending: complete })
})
