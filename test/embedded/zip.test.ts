// What is read from a zip archive is what was packed into it, or it is an error.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { openFile, readDirectory, unpack } from '../../src/embedded/zip.ts'
import { makeZip } from './make-zip.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-zip-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function withZip<T>(
  bytes: Buffer,
  use: (archive: Awaited<ReturnType<typeof openFile>>) => Promise<T>
): Promise<T> {
  const path = join(folder, 'a.zip')
  writeFileSync(path, bytes)
  const archive = await openFile(path)
  return use(archive).finally(() => archive.close())
}

const contents = (bytes: Buffer) =>
  withZip(bytes, async archive => {
    const { entries } = await readDirectory(archive)
    const read = entries.map(async entry => {
      return [entry.name, unpack(entry, await archive.read(entry.start, entry.end)).toString()]
    })
    return Promise.all(read)
  })

describe('a zip archive', () => {
  test.each([
    ['deflated', [{ name: 'a/b.txt', content: 'hello '.repeat(1000) }]],
    ['stored', [{ name: 'a/b.txt', content: 'hello', isStored: true }]],
    [
      'of empty files and folders',
      [
        { name: 'a/', content: '', isStored: true },
        { name: 'a/empty', content: '' }
      ]
    ],
    ['with names that are not ASCII', [{ name: 'grün/日本.txt', content: 'x' }]],
    ['of nothing', []]
  ])('%s gives back what was packed', async (_, files) => {
    expect(await contents(makeZip(files))).toEqual(files.map(({ name, content }) => [name, content]))
  })

  test('is read whatever was packed', async () => {
    const file = fc.record({ name: fc.stringMatching(/^[a-z]{1,8}$/), content: fc.string(), isStored: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(fc.array(file, { maxLength: 5 }), fc.string({ maxLength: 50 }), async (files, comment) => {
        expect(await contents(makeZip(files, comment))).toEqual(files.map(({ name, content }) => [name, content]))
      }),
      { numRuns: 50 }
    )
  })

  test('is told apart from another by the hash of its directory', async () => {
    const hash = (content: string) =>
      withZip(makeZip([{ name: 'a', content }]), async archive => (await readDirectory(archive)).sha256)
    expect(await hash('one')).toBe(await hash('one'))
    expect(await hash('one')).not.toBe(await hash('two'))
  })
})

describe('a broken archive', () => {
  const sound = makeZip([{ name: 'a.txt', content: 'some content', isStored: true }])
  const altered = (at: number) => Buffer.from(sound).fill(0x7f, at, at + 1)

  test.each([
    ['that is no zip at all', Buffer.from('<html>not found</html>'), 'E_EMBEDDED_DOWNLOAD'],
    ['that is empty', Buffer.alloc(0), 'E_EMBEDDED_DOWNLOAD'],
    ['whose beginning is missing', sound.subarray(40), 'E_EMBEDDED_DOWNLOAD'],
    ['whose directory is damaged', altered(sound.lastIndexOf('PK\x01\x02')), 'E_EMBEDDED_DOWNLOAD'],
    ['of which one byte changed', altered(sound.indexOf('content')), 'E_EMBEDDED_CHECKSUM']
  ])('%s is an error', async (_, bytes, code) => {
    await expect(contents(bytes)).rejects.toThrow(expect.objectContaining({ code }))
  })
})
