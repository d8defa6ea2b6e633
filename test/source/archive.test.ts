// Compressed files while the source runs and while it does not: what was compressed after it was followed is what it was, and
// what nobody knew is read once.

import { copyFileSync, linkSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test, vi } from 'vitest'
import { createFolder, type Folder, type FollowOptions } from './follow.ts'

const formats = [
  { format: 'gzip', pack: (text: Buffer): Buffer => gzipSync(text), extension: 'gz' },
  { format: 'zstd', pack: (text: Buffer): Buffer => zstdCompressSync(text), extension: 'zst' }
]
const all = ['app.log*']

/** Numbered lines, so many that they fill more than a head and a read. */
const lines = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `${from + i} ${'line '.repeat(20)}`.trim())
const textOf = (some: readonly string[]): string => some.map(line => `${line}\n`).join('')
const packed = (some: readonly string[]): Buffer => gzipSync(textOf(some))

/** Compresses a file as programs do: the archive first, then the removal. */
function compress(
  folder: Folder,
  name: string,
  archive: string,
  pack = (text: Buffer): Buffer => gzipSync(text)
): void {
  writeFileSync(folder.at(archive), pack(readFileSync(folder.at(name))))
  folder.remove(name)
}

async function readAndStop(folder: Folder, options: FollowOptions, ...expected: string[]): Promise<void> {
  const following = await folder.follow(options)
  await following.expectLines(...expected)
  await following.stop()
  expect(following.failed).toEqual([])
}

/** Everything that ever came is exactly this, and is never sent again. */
async function expectWhole(folder: Folder, expected: readonly string[], options: FollowOptions = { paths: all }) {
  expect([...folder.documents.values()].toSorted()).toEqual([...expected].toSorted())
  const last = folder.create(options)
  await last.source.readAll()
  await last.stop()
  expect(last.lines).toEqual([])
}

test('archives are unpacked side by side though one file at most may be open', async () => {
  const folder = createFolder()
  const known = lines(0, 8_000)
  writeFileSync(folder.at('app.log.1.gz'), packed(known.slice(0, 4_000)))
  writeFileSync(folder.at('app.log.2.gz'), packed(known.slice(4_000)))
  const following = await folder.follow({ paths: all, maxOpenFiles: 1 })
  await following.expectLines(...known)
})

describe.each(formats)('an archive of $format', ({ pack, extension }) => {
  test('that nobody knew is read once, whatever its name', async () => {
    const folder = createFolder()
    const known = lines(0, 5_000)
    writeFileSync(folder.at('app.log.7'), pack(Buffer.from(textOf(known))))
    const following = await folder.follow({ paths: all })
    await following.expectLines(...known)
    await vi.waitFor(() => expect(following.source.status()).toEqual([]))
    expect(following.ended).toMatchObject([{ reason: 'read', lostBytes: 0 }])
    await following.stop()
    await expectWhole(folder, known)
  })

  test('is what was compressed, of which all had been read', async () => {
    const folder = createFolder()
    const known = lines(0, 3_000)
    folder.append('app.log', textOf(known))
    const following = await folder.follow({ paths: all })
    await following.expectLines(...known)
    folder.rename('app.log', 'app.log.1')
    folder.append('app.log', 'new\n')
    compress(folder, 'app.log.1', `app.log.1.${extension}`, pack)
    await following.expectLines(...known, 'new')
    await following.stop()
    await expectWhole(folder, [...known, 'new'])
  })

  test.each([
    { where: 'within the glob', paths: all },
    { where: 'out of the glob', paths: ['app.log'] }
  ])('goes on where the file stood that was compressed while nothing ran, $where', async ({ paths }) => {
    const folder = createFolder()
    folder.append('app.log', textOf(lines(0, 3_000)))
    await readAndStop(folder, { paths }, ...lines(0, 3_000))
    folder.append('app.log', textOf(lines(3_000, 6_000)))
    compress(folder, 'app.log', `app.log.1.${extension}`, pack)
    folder.append('app.log', 'new\n')
    await readAndStop(folder, { paths }, ...lines(3_000, 6_000), 'new')
    await expectWhole(folder, [...lines(0, 6_000), 'new'], { paths })
  })

  test('in several parts is read through, and what is added later is read too', async () => {
    const folder = createFolder()
    const part = (from: number, to: number) => pack(Buffer.from(textOf(lines(from, to))))
    writeFileSync(folder.at('app.log.1'), Buffer.concat([part(0, 100), part(100, 200)]))
    const following = await folder.follow({ paths: all })
    await following.expectLines(...lines(0, 200))
    writeFileSync(folder.at('app.log.1'), part(200, 300), { flag: 'a' })
    await following.expectLines(...lines(0, 300))
    await following.stop()
    await expectWhole(folder, lines(0, 300))
  })
})

test('an archive beside the file that it was made of is never read', async () => {
  const folder = createFolder()
  folder.append('app.log', textOf(lines(0, 3_000)))
  const following = await folder.follow({ paths: all })
  writeFileSync(folder.at('app.log.gz'), packed(lines(0, 3_000)))
  folder.append('app.log', 'later\n')
  await following.expectLines(...lines(0, 3_000), 'later')
  await following.stop()
  await expectWhole(folder, [...lines(0, 3_000), 'later'])
})

test('a file and its archive that are both new are read once', async () => {
  const folder = createFolder()
  folder.append('app.log.1', textOf(lines(0, 3_000)))
  writeFileSync(folder.at('app.log.1.gz'), packed(lines(0, 3_000)))
  const following = folder.create({ paths: all })
  await following.source.readAll()
  expect(following.lines).toEqual(lines(0, 3_000))
  await following.stop()
  folder.remove('app.log.1')
  await expectWhole(folder, lines(0, 3_000))
})

test('what grew, was rotated, compressed and removed between two looks is read from the archive', async () => {
  const folder = createFolder()
  folder.append('app.log', textOf(lines(0, 3_000)))
  await readAndStop(folder, { paths: all }, ...lines(0, 3_000))
  // All of it is read, so it is not opened again.
  const following = await folder.follow({ paths: all })
  folder.append('app.log', textOf(lines(3_000, 4_000)))
  compress(folder, 'app.log', 'app.2024-01-01.log.gz')
  folder.append('app.log', 'new\n')
  await following.expectLines(...lines(3_000, 4_000), 'new')
  await following.stop()
  await expectWhole(folder, [...lines(0, 4_000), 'new'])
})

describe('of a file that begins with a hole as long as a head, and of which nothing was read', () => {
  const text = `${'\0'.repeat(2_000)}line\n`

  /** Sees it and stops before anything is read. */
  async function see(folder: Folder): Promise<void> {
    const following = folder.create({ paths: all })
    following.hasRoom = false
    await following.source.start()
    expect(following.source.status()).toHaveLength(1)
    await following.stop()
  }

  async function expectNothingLost(folder: Folder): Promise<void> {
    const last = folder.create({ paths: all })
    await last.source.readAll()
    expect(last.ended).toMatchObject([{ reason: 'read', lostBytes: 0 }])
    expect(last.lines.map(line => line.replace(/^\0+/, ''))).toEqual(['line'])
  }

  test('what was compressed meanwhile is not lost', async () => {
    const folder = createFolder()
    folder.append('app.log.1', text)
    await see(folder)
    compress(folder, 'app.log.1', 'app.log.1.gz')
    await expectNothingLost(folder)
  })

  test('an archive is the same at the next start', async () => {
    const folder = createFolder()
    writeFileSync(folder.at('app.log.1.gz'), gzipSync(text))
    await see(folder)
    await expectNothingLost(folder)
  })
})

test('a deleted file that is open is read through its handle, and its archive is not', async () => {
  const folder = createFolder()
  const known = lines(0, 20_000)
  folder.append('app.log', textOf(known))
  const following = await folder.follow({ paths: all, maxReadAheadBytes: 200_000, isAcking: false })
  await vi.waitFor(() => expect(following.lines).not.toEqual([]))
  compress(folder, 'app.log', 'app.log.1.gz')
  await vi.waitFor(() => {
    following.acknowledge()
    expect(following.lines).toHaveLength(20_000)
  }, 8_000)
  await following.stop()
  await expectWhole(folder, known)
})

test('killed while its handle led to bytes unread, it goes on in the archive', async () => {
  const folder = createFolder()
  const known = lines(0, 20_000)
  folder.append('app.log', textOf(known))
  const following = await folder.follow({ paths: all, maxReadAheadBytes: 200_000, isAcking: false })
  await vi.waitFor(() => expect(following.lines).not.toEqual([]))
  following.acknowledge()
  compress(folder, 'app.log', 'app.log.1.gz')
  await following.stop()
  const second = await folder.follow({ paths: all })
  await vi.waitFor(() => expect([...folder.documents.values()]).toHaveLength(20_000), 8_000)
  await second.stop()
  await expectWhole(folder, known)
})

test('stopped in the middle of an archive, it goes on there', async () => {
  const folder = createFolder()
  const known = lines(0, 20_000)
  writeFileSync(folder.at('app.log.1.gz'), packed(known))
  const following = await folder.follow({ paths: all, maxReadAheadBytes: 200_000, isAcking: false })
  await vi.waitFor(() => expect(following.lines).not.toEqual([]))
  following.acknowledge()
  const before = following.lines.length
  await following.stop()
  folder.rename('app.log.1.gz', 'app.log.2.gz')
  const second = await folder.follow({ paths: all })
  await vi.waitFor(() => expect([...folder.documents.values()]).toHaveLength(20_000), 8_000)
  await second.stop()
  expect(second.lines.length).toBeLessThanOrEqual(20_000 - Math.floor(before / 2))
  await expectWhole(folder, known)
})

test('archives that are renamed, copied in place or compressed anew stay what they were', async () => {
  const folder = createFolder()
  const known = lines(0, 3_000)
  writeFileSync(folder.at('app.log.1.gz'), packed(known))
  const following = await folder.follow({ paths: all })
  await following.expectLines(...known)
  folder.rename('app.log.1.gz', 'app.log.2.gz')
  linkSync(folder.at('app.log.2.gz'), folder.at('app.log.3.gz'))
  await following.stop()
  folder.remove('app.log.2.gz')
  await readAndStop(folder, { paths: all })
  const past = new Date(2_020, 1, 1)
  utimesSync(folder.at('app.log.3.gz'), past, past)
  await readAndStop(folder, { paths: all })
  copyFileSync(folder.at('app.log.3.gz'), folder.at('app.log.4.gz'))
  utimesSync(folder.at('app.log.4.gz'), past, past)
  folder.remove('app.log.3.gz')
  await expectWhole(folder, known)
})

test('an empty file that was compressed stands for no other, not even one that begins with a hole', async () => {
  const folder = createFolder()
  const hole = '\0'.repeat(2_000)
  folder.append('app.log.1', '')
  folder.append('app.log.2', `${hole}behind a hole\n`)
  const following = await folder.follow({ paths: all })
  await following.expectLines(`${hole}behind a hole`)
  compress(folder, 'app.log.1', 'app.log.1.gz')
  compress(folder, 'app.log.2', 'app.log.2.gz')
  folder.append('app.log', 'later\n')
  await following.expectLines(`${hole}behind a hole`, 'later')
  await following.stop()
  await expectWhole(folder, [`${hole}behind a hole`, 'later'])
})

test('a file that begins with a hole is known in its archive', async () => {
  const folder = createFolder()
  writeFileSync(folder.at('app.log'), Buffer.concat([Buffer.alloc(4_000), Buffer.from('one\n')]))
  const following = await folder.follow({ paths: all })
  await vi.waitFor(() => expect(following.lines).toHaveLength(1))
  folder.append('app.log', 'two\n')
  compress(folder, 'app.log', 'app.log.1.gz')
  await vi.waitFor(() => expect(following.lines).toHaveLength(2))
  await following.stop()
  await expectWhole(folder, following.lines)
  expect(following.lines.at(-1)).toBe('two')
})

test('two archives that hold the same are two files', async () => {
  const folder = createFolder()
  writeFileSync(folder.at('app.log.1.gz'), packed(['started']))
  writeFileSync(folder.at('app.log.2.gz'), packed(['started']))
  const following = folder.create({ paths: all })
  await following.source.readAll()
  await following.stop()
  await expectWhole(folder, ['started', 'started'])
})

test('an archive that begins like a file that is followed is another file', async () => {
  const folder = createFolder()
  const head = lines(0, 100)
  folder.append('app.log', textOf(head))
  const following = await folder.follow({ paths: all })
  await following.expectLines(...head)
  writeFileSync(folder.at('app.log.old'), packed([...head, 'other']))
  writeFileSync(folder.at('app.log.older'), packed(head.slice(0, 50)))
  await following.expectLines(...head, ...head, 'other', ...head.slice(0, 50))
  await following.stop()
  await expectWhole(folder, following.lines)
})

test('an archive that is still being written is waited for', async () => {
  const folder = createFolder()
  const whole = packed(lines(0, 20_000))
  writeFileSync(folder.at('app.log.1.gz'), whole.subarray(0, 10_000))
  const following = await folder.follow({ paths: all })
  await new Promise(resolve => setTimeout(resolve, 200))
  expect(following.lines).toEqual([])
  writeFileSync(folder.at('app.log.1.gz'), whole.subarray(10_000), { flag: 'a' })
  await vi.waitFor(() => expect(following.lines).toHaveLength(20_000), 8_000)
  await following.stop()
  expect(following.failed).toEqual([])
  await expectWhole(folder, lines(0, 20_000))
})

test('a file that was empty when it was found is an archive when that is written into it', async () => {
  const folder = createFolder()
  folder.append('app.log.gz', '')
  const following = await folder.follow({ paths: all })
  await vi.waitFor(() => expect(following.source.status()).toHaveLength(1))
  writeFileSync(folder.at('app.log.gz'), packed(['one']))
  await following.expectLines('one')
  await following.stop()
  await expectWhole(folder, ['one'])
})

test('a file of which the writer was killed is read as far as it goes, and the rest is lost, once', async () => {
  const folder = createFolder()
  const whole = packed(lines(0, 20_000))
  writeFileSync(folder.at('app.log.1.gz'), whole.subarray(0, whole.length - 1_000))
  utimesSync(folder.at('app.log.1.gz'), new Date(2_024, 1, 1), new Date(2_024, 1, 1))
  const following = await folder.follow({ paths: all })
  await vi.waitFor(() => expect(following.lost).toEqual([`${folder.at('app.log.1.gz')}: ends early`]), 8_000)
  expect(following.lines.length).toBeGreaterThan(10_000)
  expect(following.failed).toEqual([
    `${folder.at('app.log.1.gz')}: the compressed file ends early, at its byte ${whole.length - 1_000}: what it holds up to there was read`
  ])
  await following.stop()
  await expectWhole(folder, following.lines)
})

test('damage names its place; what stands before is read, and the rest is lost, once', async () => {
  const folder = createFolder()
  writeFileSync(folder.at('app.log.1.gz'), Buffer.concat([packed(lines(0, 300)), Buffer.from('no archive at all')]))
  writeFileSync(folder.at('app.log.2.gz'), packed(lines(300, 600)))
  const following = folder.create({ paths: all })
  await following.source.readAll()
  expect(following.lines.toSorted()).toEqual(lines(0, 600).toSorted())
  expect(following.lost).toEqual([`${folder.at('app.log.1.gz')}: damaged`])
  expect(following.failed).toEqual([
    expect.stringMatching(/app\.log\.1\.gz: the compressed file is damaged at its byte \d+/)
  ])
  await following.stop()
  await expectWhole(folder, lines(0, 600))
})

test('an archive that is gone before it was read to its end is lost from there on', async () => {
  const folder = createFolder()
  writeFileSync(folder.at('app.log.1.gz'), packed(lines(0, 20_000)))
  const following = await folder.follow({ paths: all, maxReadAheadBytes: 200_000, isAcking: false })
  await vi.waitFor(() => expect(following.lines).not.toEqual([]))
  following.acknowledge()
  await following.stop()
  folder.remove('app.log.1.gz')
  const second = await folder.follow({ paths: all })
  expect(second.lost).toEqual([`${folder.at('app.log.1.gz')}: deleted`])
})

test('with startAt end, archives of the first look are passed over, and later ones are read', async () => {
  const folder = createFolder()
  writeFileSync(folder.at('app.log.1.gz'), packed(['old']))
  const following = await folder.follow({ paths: all, startAt: 'end' })
  await vi.waitFor(() => expect(following.ended).toHaveLength(1))
  writeFileSync(folder.at('app.log.2.gz'), packed(['new']))
  await following.expectLines('new')
  await following.stop()
  await expectWhole(folder, ['new'], { paths: all, startAt: 'end' })
})

test('hundreds of archives are read a few at a time', async () => {
  const folder = createFolder()
  const expected: string[] = []
  for (let i = 0; i < 300; i += 1) {
    expected.push(`line of ${i}`)
    writeFileSync(folder.at(`app.log.${i}.gz`), packed([`line of ${i}`]))
  }
  const following = folder.create({ paths: all })
  await following.source.readAll()
  await following.stop()
  await expectWhole(folder, expected)
})
