// What is followed from where: appends, partial lines, new files and folders, links, and where reading begins.

import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { createFolder, openBelow } from './follow.ts'
import { withUnreadable } from './unreadable.ts'

describe('a file that is followed', () => {
  test('is read from its beginning and then as it grows', async () => {
    const folder = createFolder()
    folder.append('a.log', 'one\ntwo\n')
    const following = await folder.follow()
    await following.expectLines('one', 'two')
    folder.append('a.log', 'three\n')
    await following.expectLines('one', 'two', 'three')
  })

  test('gives a line once its newline is there', async () => {
    const folder = createFolder()
    folder.append('a.log', 'one\ntw')
    const following = await folder.follow()
    await following.expectLines('one')
    folder.append('a.log', 'o\nth')
    await following.expectLines('one', 'two')
  })

  test('is read from its first byte however short it is', async () => {
    const folder = createFolder()
    folder.append('a.log', '')
    folder.append('b.log', '1\n')
    const following = await folder.follow()
    await following.expectLines('1')
    folder.append('a.log', '2\n')
    await following.expectLines('1', '2')
  })

  test('is read whole however many reads it takes', async () => {
    const folder = createFolder()
    const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i} ${'x'.repeat(i % 100)}`)
    folder.append('a.log', `${lines.join('\n')}\n`)
    const following = await folder.follow()
    await following.expectLines(...lines)
    expect(following.lines).toEqual(lines)
  })

  test('goes on where it was acknowledged when it was stopped', async () => {
    const folder = createFolder()
    folder.append('a.log', 'one\nhal')
    const first = await folder.follow()
    await first.expectLines('one')
    await first.stop()
    folder.append('a.log', 'f\ntwo\n')
    await (await folder.follow()).expectLines('half', 'two')
  })

  test('is read again from where nothing was acknowledged', async () => {
    const folder = createFolder()
    folder.append('a.log', 'one\n')
    const first = await folder.follow({ isAcking: false })
    await first.expectLines('one')
    first.acknowledge()
    folder.append('a.log', 'two\nthree\n')
    await first.expectLines('one', 'two', 'three')
    await first.stop()
    await (await folder.follow()).expectLines('two', 'three')
  })
})

describe('what is followed', () => {
  test('includes files that appear later', async () => {
    const folder = createFolder()
    const following = await folder.follow()
    folder.append('a.log', 'one\n')
    await following.expectLines('one')
  })

  test('includes folders that appear later, at any depth', async () => {
    const folder = createFolder()
    const following = await folder.follow({ paths: ['apps/**/*.log'] })
    folder.append('apps/shop/web/a.log', 'one\n')
    await following.expectLines('one')
    folder.append('apps/b.log', 'two\n')
    await following.expectLines('one', 'two')
  })

  test('leaves out what is excluded or matches no glob', async () => {
    const folder = createFolder()
    folder.append('a.log.bak', 'bak\n')
    folder.append('debug.log', 'debug\n')
    folder.append('a.log', 'one\n')
    const following = await folder.follow({ paths: ['*.log*'], exclude: ['**/*.bak', folder.at('debug*')] })
    await following.expectLines('one')
  })

  test('passes over what is no file', async () => {
    const folder = createFolder()
    mkdirSync(folder.at('folder.log'))
    folder.append('a.log', 'one\n')
    await (await folder.follow()).expectLines('one')
  })

  test('counts a file once that has several names', async () => {
    const folder = createFolder()
    folder.append('data/a.txt', 'one\n')
    folder.append('b.log', 'two\n')
    symlinkSync(folder.at('data/a.txt'), folder.at('a.log'))
    symlinkSync(folder.at('data/a.txt'), folder.at('c.log'))
    linkSync(folder.at('b.log'), folder.at('d.log'))
    const first = await folder.follow({ paths: ['*.log', 'data/*'] })
    await first.expectLines('one', 'two')
    folder.append('data/a.txt', 'three\n')
    await first.expectLines('one', 'two', 'three')
    await first.stop()
    folder.append('c.log', 'four\n')
    await (await folder.follow({ paths: ['*.log', 'data/*'] })).expectLines('four')
  })

  test('counts files apart that begin alike', async () => {
    const folder = createFolder()
    const head = `${'#'.repeat(2_000)}\n`
    folder.append('a.log', head)
    folder.append('b.log', head)
    const first = await folder.follow()
    await first.expectLines(head.trim(), head.trim())
    await first.stop()
    folder.append('b.log', 'b\n')
    folder.append('a.log', 'a\n')
    await (await folder.follow()).expectLines('a', 'b')
  })

  test('includes a file that could not be read, once it can', async () => {
    const folder = createFolder()
    folder.append('a.log', 'one\n')
    folder.append('b.log', 'two\n')
    await withUnreadable(folder.at('a.log'), async allow => {
      const following = await folder.follow()
      await following.expectLines('two')
      expect(following.failed).toContain(`${folder.at('a.log')}: EACCES`)
      allow()
      await following.expectLines('one', 'two')
      await following.stop()
    })
  })
})

describe('startAt end', () => {
  test('passes over what is there at the first start, and nothing that comes later', async () => {
    const folder = createFolder()
    folder.append('a.log', 'old\n')
    const following = await folder.follow({ startAt: 'end' })
    folder.append('a.log', 'one\n')
    folder.append('b.log', 'two\n')
    await following.expectLines('one', 'two')
  })

  test('passes over nothing at a later start', async () => {
    const folder = createFolder()
    folder.append('a.log', 'old\n')
    const first = await folder.follow({ startAt: 'end' })
    await first.stop()
    folder.append('a.log', 'one\n')
    folder.append('b.log', 'two\n')
    await (await folder.follow({ startAt: 'end' })).expectLines('one', 'two')
  })
})

test('readAll reads what is there and ends', async () => {
  const folder = createFolder()
  folder.append('a.log', 'one\ntwo')
  folder.append('b.log', 'three\n')
  const following = folder.create()
  await following.source.readAll()
  expect(following.lines.toSorted()).toEqual(['one', 'three', 'two'])
  expect(following.ended.map(({ reason }) => reason)).toEqual(['read', 'read'])
})

test.runIf(process.platform === 'linux')('stopping closes every file', async () => {
  const folder = createFolder()
  for (const name of ['a.log', 'b.log', 'c.log']) writeFileSync(folder.at(name), 'one\n')
  const following = await folder.follow()
  await following.expectLines('one', 'one', 'one')
  folder.rename('a.log', 'a.old')
  folder.remove('b.log')
  expect(openBelow(folder.at(''))).not.toEqual([])
  await following.stop()
  await vi.waitFor(() => expect(openBelow(folder.at(''))).toEqual([]))
})
