// A file that is cut in place while it is followed: what stands there now is another generation, and it is seen.

import { closeSync, copyFileSync, openSync, truncateSync, writeSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { createFolder } from './follow.ts'

test('cut and shorter, the file begins anew', async () => {
  const folder = createFolder()
  folder.append('a.log', 'one\ntwo\n')
  const following = await folder.follow()
  await following.expectLines('one', 'two')
  folder.rewrite('a.log', 'new\n')
  await following.expectLines('one', 'two', 'new')
  expect(following.ended).toMatchObject([{ reason: 'rewritten', lostBytes: 0 }])
})

test('cut and grown past where reading stood, the file begins anew', async () => {
  const folder = createFolder()
  folder.append('a.log', 'one\n')
  const following = await folder.follow()
  await following.expectLines('one')
  folder.rewrite('a.log', 'two\nthree\n')
  await following.expectLines('one', 'two', 'three')
  folder.append('a.log', 'four\n')
  await following.expectLines('one', 'two', 'three', 'four')
  // Its length was seen before the cut was, and none of it is missing.
  expect(following.ended).toMatchObject([{ reason: 'rewritten', lostBytes: 0 }])
})

test('cut and exactly as long as before, the file begins anew once it grows', async () => {
  const folder = createFolder()
  folder.append('a.log', 'one\n')
  const following = await folder.follow()
  await following.expectLines('one')
  folder.rewrite('a.log', 'two\n')
  folder.append('a.log', 'three\n')
  await following.expectLines('one', 'two', 'three')
})

test('cut again and again, every generation is read', async () => {
  const folder = createFolder()
  const following = await folder.follow()
  const expected: string[] = []
  for (let i = 0; i < 10; i += 1) {
    folder.rewrite('a.log', `${i}\n${'y'.repeat(i * 37)}\n`)
    expected.push(`${i}`, 'y'.repeat(i * 37))
    await following.expectLines(...expected)
  }
})

test('a line that was begun is given as far as it came', async () => {
  const folder = createFolder()
  folder.append('a.log', 'one\nbeg')
  const following = await folder.follow()
  await following.expectLines('one')
  folder.rewrite('a.log', 'new\n')
  await following.expectLines('one', 'beg', 'new')
})

test('bytes that were seen and cut before they were read count as lost', async () => {
  const folder = createFolder()
  folder.append('a.log', 'one\n')
  const following = await folder.follow()
  await following.expectLines('one')
  following.hasRoom = false
  folder.append('a.log', 'two\n')
  await vi.waitFor(() => expect(following.source.status()).toMatchObject([{ position: 4, size: 8 }]), 5_000)
  truncateSync(folder.at('a.log'))
  await vi.waitFor(() => expect(following.ended).toMatchObject([{ reason: 'rewritten', lostBytes: 4 }]), 5_000)
  following.hasRoom = true
  folder.append('a.log', 'new\n')
  await following.expectLines('one', 'new')
})

test('cut under a writer that does not append, the file begins anew with a hole of NULs', async () => {
  const folder = createFolder()
  const text = `${'x'.repeat(1_999)}\n`
  folder.append('a.log', text)
  const following = await folder.follow()
  await following.expectLines(text.trim())
  const writer = openSync(folder.at('a.log'), 'r+')
  truncateSync(folder.at('a.log'))
  writeSync(writer, 'two\n', 2_000)
  closeSync(writer)
  const holed = `${'\0'.repeat(2_000)}two`
  await following.expectLines(text.trim(), holed)
  await following.stop()
  // Holes are all alike: what begins with them is told apart by what stands behind.
  folder.remove('a.log')
  folder.append('a.log', `${'\0'.repeat(2_000)}six\nten\n`)
  const second = await folder.follow()
  await second.expectLines(`${'\0'.repeat(2_000)}six`, 'ten')
})

test('a file of lines that are alike is rewritten at the same length, and known to be another by its beginning', async () => {
  const folder = createFolder()
  folder.append('app.log', `1 ${'x'.repeat(2_000)}\n`)
  const following = await folder.follow({ paths: ['app.log'] })
  await vi.waitFor(() => expect(following.source.status()).toMatchObject([{ checkpoint: 2_003 }]), 5_000)
  folder.rewrite('app.log', `2 ${'x'.repeat(2_000)}\n`)
  await vi.waitFor(() => expect([...folder.documents.values()].map(line => line[0])).toEqual(['1', '2']), 5_000)
  folder.rewrite('app.log', `3 ${'x'.repeat(2_000)}\n4\n`)
  await vi.waitFor(
    () => expect([...folder.documents.values()].map(line => line[0])).toEqual(['1', '2', '3', '4']),
    5_000
  )
})

test('a file that is cut and written anew between the first look at it and the first read is another', async () => {
  const folder = createFolder()
  const read = () => [...folder.documents.values()]
  folder.append('app.log', '1\n')
  const following = folder.create({ paths: ['app.log'] })
  following.hasRoom = false
  await following.source.start()
  folder.rewrite('app.log', '2\n3\n')
  following.hasRoom = true
  following.source.resume()
  await vi.waitFor(() => expect(read()).toEqual(['2', '3']), 5_000)
  await following.stop()
  await folder.create({ paths: ['app.log'] }).source.readAll()
  expect(read()).toEqual(['2', '3'])
})

test('cut before anything was read of it, it loses nothing where a copy is followed already', async () => {
  const folder = createFolder()
  const paths = ['app.log*']
  const first = `first ${'x'.repeat(3_000)}`
  folder.append('app.log', `${first}\n`)
  const following = folder.create({ paths })
  following.hasRoom = false
  await following.source.start()
  copyFileSync(folder.at('app.log'), folder.at('app.log.1'))
  await vi.waitFor(() => expect(following.source.status()).toHaveLength(2))
  folder.rewrite('app.log', 'second\n')
  following.hasRoom = true
  following.source.resume()
  await following.expectLines(first, 'second')
  expect(following.ended).toEqual([])
  await following.stop()
  const next = folder.create({ paths })
  await next.source.readAll()
  expect(next.lines).toEqual([])
})

test('cut before anything was read of it, what was seen of it counts as lost', async () => {
  const folder = createFolder()
  folder.append('a.log', 'one\n')
  const following = folder.create()
  following.hasRoom = false
  await following.source.start()
  folder.rewrite('a.log', '')
  await vi.waitFor(() => expect(following.ended).toMatchObject([{ reason: 'rewritten', lostBytes: 4 }]), 8_000)
  following.hasRoom = true
  folder.append('a.log', 'two\n')
  await following.expectLines('two')
})

test('cut behind what was read, the file goes on, and something of it is lost', async () => {
  const folder = createFolder()
  folder.append('a.log', 'one\n')
  const following = await folder.follow()
  await following.expectLines('one')
  following.hasRoom = false
  folder.append('a.log', 'two\nthree\n')
  await vi.waitFor(() => expect(following.source.status()).toMatchObject([{ size: 14 }]), 8_000)
  truncateSync(folder.at('a.log'), 8)
  await vi.waitFor(() => expect(following.lost).toEqual([`${folder.at('a.log')}: cut`]), 8_000)
  following.hasRoom = true
  following.source.resume()
  await following.expectLines('one', 'two')
  expect(following.ended).toEqual([])
})
