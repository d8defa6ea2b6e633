// Files at rest: read and acknowledged to their ends and closed, so that nothing is held of them but what tells a change.
// Whatever happens to them then is seen as with any other file.

import { copyFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, test, vi } from 'vitest'
import { createFolder, type Folder, type Following, openBelow } from './follow.ts'

const SHORT = 'one\n'
const LONG = `one ${'x'.repeat(3_000)}\n`
const options = { paths: ['app.log*', 'other.log'], maxOpenFiles: 1 }

/** Follows app.log until it is at rest: closed, because another one was read. */
async function rested(folder: Folder, text: string, more: object = {}): Promise<Following> {
  folder.append('app.log', text)
  const following = await folder.follow({ ...options, ...more })
  await following.expectLines(text.trimEnd())
  folder.append('other.log', 'other\n')
  await following.expectLines(text.trimEnd(), 'other')
  await vi.waitFor(() => expect(following.held).toBe(1), 8_000)
  expect(openBelow(folder.at('')).filter(path => path.includes('app.log'))).toEqual([])
  return following
}

async function expectNoMore(folder: Folder, following: Following): Promise<void> {
  await following.stop()
  const last = folder.create({ paths: options.paths })
  await last.source.readAll()
  expect(last.lines).toEqual([])
}

test.each([SHORT, LONG])('one that grows is read on, and known again later', async text => {
  const folder = createFolder()
  const following = await rested(folder, text)
  for (const line of ['two', 'three']) {
    folder.append('app.log', `${line} ${'y'.repeat(600)}\n`)
    await vi.waitFor(() => expect(following.lines.at(-1)).toMatch(line), 8_000)
    folder.append('other.log', `${line}\n`)
    await vi.waitFor(() => expect(following.held).toBe(1), 8_000)
  }
  expect(following.ended).toEqual([])
  await expectNoMore(folder, following)
})

test('one that is renamed and replaced is two files, and what is written to it late is read', async () => {
  const folder = createFolder()
  const following = await rested(folder, SHORT)
  folder.rename('app.log', 'app.log.1')
  folder.append('app.log', 'new\n')
  folder.append('app.log.1', 'late\n')
  await following.expectLines('one', 'other', 'new', 'late')
  expect(following.ended).toEqual([])
  await expectNoMore(folder, following)
})

test.each([SHORT, LONG])('one that is copied and cut goes on in its copy', async text => {
  const folder = createFolder()
  const following = await rested(folder, text)
  following.hasRoom = false
  folder.append('app.log', 'between\n')
  copyFileSync(folder.at('app.log'), folder.at('app.log.1'))
  truncateSync(folder.at('app.log'))
  folder.append('app.log', 'new\n')
  following.hasRoom = true
  following.source.resume()
  await following.expectLines(text.trimEnd(), 'other', 'between', 'new')
  await expectNoMore(folder, following)
})

test('one that is copied is waited for: the copy is not read before the original is cut', async () => {
  const folder = createFolder()
  const following = await rested(folder, LONG, { copyWaitMs: 60_000 })
  copyFileSync(folder.at('app.log'), folder.at('app.log.1'))
  folder.append('other.log', 'more\n')
  await following.expectLines(LONG.trimEnd(), 'other', 'more')
  truncateSync(folder.at('app.log'))
  folder.append('app.log', 'new\n')
  await following.expectLines(LONG.trimEnd(), 'other', 'more', 'new')
  await expectNoMore(folder, following)
})

test('one that is rewritten, though to the same length, is another file', async () => {
  const folder = createFolder()
  const following = await rested(folder, SHORT)
  folder.rewrite('app.log', 'two\n')
  await following.expectLines('one', 'other', 'two')
  expect(following.ended).toMatchObject([{ reason: 'rewritten', lostBytes: 0 }])
  await expectNoMore(folder, following)
})

test('one whose head is rewritten while it grows is another file', async () => {
  const folder = createFolder()
  const following = await rested(folder, `${'a'.repeat(400)} ${'b'.repeat(400)}\n`)
  const [first] = following.lines
  const text = `${'a'.repeat(32)}${'c'.repeat(368)} ${'b'.repeat(400)}\ntwo\n`
  folder.rewrite('app.log', text)
  await following.expectLines(first ?? '', 'other', ...text.trimEnd().split('\n'))
  expect(following.ended).toMatchObject([{ reason: 'rewritten', lostBytes: 0 }])
  await expectNoMore(folder, following)
})

test('one that is compressed is the generation that it was', async () => {
  const folder = createFolder()
  const following = await rested(folder, LONG)
  writeFileSync(folder.at('app.log.1.gz'), gzipSync(readFileSync(folder.at('app.log'))))
  folder.remove('app.log')
  folder.append('app.log', 'new\n')
  await following.expectLines(LONG.trimEnd(), 'other', 'new')
  await expectNoMore(folder, following)
})

test('one that is deleted ends, and another one of its inode is new', async () => {
  const folder = createFolder()
  const following = await rested(folder, SHORT)
  folder.remove('app.log')
  await vi.waitFor(() => expect(following.ended).toMatchObject([{ reason: 'deleted', lostBytes: 0 }]), 8_000)
  folder.append('app.log', 'one\n')
  await following.expectLines('one', 'other', 'one')
  await expectNoMore(folder, following)
})

test('one that was done with long ago is removed', async () => {
  const folder = createFolder()
  const following = await rested(folder, SHORT, { removeAfterMs: 3_000 })
  await vi.waitFor(() => expect(following.removed).toContain(folder.at('app.log')), 8_000)
})

test('at a start, those that did not grow rest at once, and one that did is read on', async () => {
  const folder = createFolder()
  for (let i = 0; i < 50; i += 1) folder.append(`app.log.${i}`, `${i}\n`)
  const first = await folder.follow(options)
  await vi.waitFor(() => expect(first.lines).toHaveLength(50), 8_000)
  await first.stop()
  folder.append('app.log.7', 'more\n')
  const second = await folder.follow(options)
  await second.expectLines('more')
  expect(second.held).toBeLessThanOrEqual(1)
  expect(second.source.status()).toHaveLength(50)
  expect(second.source.status().every(({ path, checkpoint }) => checkpoint === statSync(path).size)).toBe(true)
  await second.stop()
})
