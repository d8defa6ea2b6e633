// What a source takes is bounded: open files by their number, deleted files by time, and old files are left alone.

import { closeSync, existsSync, linkSync, mkdirSync, openSync, symlinkSync, utimesSync, writeSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { createFolder, openBelow } from './follow.ts'

const LINE = `${'x'.repeat(99)}\n`
const names = Array.from({ length: 50 }, (_, i) => `${i}.log`)

describe('open files', () => {
  test('are never more than they may be, and all are read', async () => {
    const folder = createFolder()
    for (const name of names) folder.append(name, LINE.repeat(5_000))
    const following = await folder.follow({ maxOpenFiles: 4 })
    while (following.lines.length < 250_000) {
      expect(openBelow(folder.at('')).length).toBeLessThanOrEqual(4)
      await new Promise(setImmediate)
    }
    for (const name of names) folder.append(name, `${name}\n`)
    await vi.waitFor(() => expect(following.lines.slice(-50).toSorted()).toEqual(names.toSorted()), 8_000)
    expect(openBelow(folder.at('')).length).toBeLessThanOrEqual(4)
    expect(following.ended).toEqual([])
  })

  test('a deleted file with unread bytes keeps its handle while others are parked', async () => {
    const folder = createFolder()
    folder.append('gone.log', 'one\n')
    const following = await folder.follow({ maxOpenFiles: 1 })
    await following.expectLines('one')
    following.hasRoom = false
    folder.append('gone.log', 'two\n')
    await vi.waitFor(() => expect(following.source.status()).toMatchObject([{ size: 8, position: 4 }]), 8_000)
    folder.remove('gone.log')
    folder.append('a.log', 'a\n')
    folder.append('b.log', 'b\n')
    await vi.waitFor(() => expect(following.source.status()).toHaveLength(3), 8_000)
    following.hasRoom = true
    following.source.resume()
    await following.expectLines('one', 'two', 'a', 'b')
  })
})

test('a deleted file that cannot be read is released in the end, and what was not read is lost', async () => {
  const folder = createFolder()
  folder.append('a.log', 'one\n')
  const following = await folder.follow({ releaseDeletedMs: 1 })
  await following.expectLines('one')
  following.hasRoom = false
  folder.append('a.log', 'two\n')
  await vi.waitFor(() => expect(following.source.status()).toMatchObject([{ size: 8, position: 4 }]), 8_000)
  folder.remove('a.log')
  await vi.waitFor(() => expect(following.ended).toMatchObject([{ reason: 'released', lostBytes: 4 }]), 8_000)
  expect(openBelow(folder.at(''))).toEqual([])
})

describe('a file that is older than ignoreOlderMs', () => {
  const old = new Date(Date.now() - 7_200_000)

  test('is left alone, and what is written to it later is read', async () => {
    const folder = createFolder()
    folder.append('old.log', 'before\n')
    folder.append('new.log', 'new\n')
    utimesSync(folder.at('old.log'), old, old)
    const following = await folder.follow({ ignoreOlderMs: 3_600_000 })
    await following.expectLines('new')
    expect(following.skipped).toEqual([{ path: folder.at('old.log'), reason: 'ignoreOlder', bytes: 7 }])
    folder.append('old.log', 'after\n')
    await following.expectLines('new', 'after')
  })

  test('goes on where it was when it is known, however old', async () => {
    const folder = createFolder()
    folder.append('a.log', 'one\n')
    const first = await folder.follow()
    await first.expectLines('one')
    await first.stop()
    folder.append('a.log', 'two\n')
    utimesSync(folder.at('a.log'), old, old)
    await (await folder.follow({ ignoreOlderMs: 3_600_000 })).expectLines('two')
  })
})

describe('a file that is removed when it is done with', () => {
  test('goes once all of it is acknowledged, and not before', async () => {
    const folder = createFolder()
    folder.append('a.log', 'one\n')
    const following = await folder.follow({ removeAfterMs: 1, isAcking: false })
    await following.expectLines('one')
    folder.append('b.log', 'two\n')
    await following.expectLines('one', 'two')
    expect(following.removed).toEqual([])
    following.acknowledge()
    await vi.waitFor(() => expect(following.removed).toHaveLength(2), 8_000)
    expect(existsSync(folder.at('a.log'))).toBe(false)
    expect(following.ended.filter(({ lostBytes }) => lostBytes > 0)).toEqual([])
  })

  test('stays while a process holds it open to write to it, and what is written late is read', async () => {
    const folder = createFolder()
    folder.append('a.log', 'one\n')
    folder.append('b.log', 'b\n')
    const writer = openSync(folder.at('a.log'), 'a')
    const following = await folder.follow({ removeAfterMs: 1 })
    await vi.waitFor(() => expect(following.removed).toEqual([folder.at('b.log')]), 8_000)
    writeSync(writer, 'two\n')
    await following.expectLines('one', 'two', 'b')
    expect(following.removed).toEqual([folder.at('b.log')])
    closeSync(writer)
    await vi.waitFor(() => expect(existsSync(folder.at('a.log'))).toBe(false), 8_000)
  })

  test('stays where its path is a link', async () => {
    const folder = createFolder()
    folder.append('kept/a.log', 'one\n')
    symlinkSync(folder.at('kept/a.log'), folder.at('a.log'))
    folder.append('b.log', 'two\n')
    const following = await folder.follow({ removeAfterMs: 1 })
    await vi.waitFor(() => expect(following.removed).toEqual([folder.at('b.log')]), 8_000)
    await following.expectLines('one', 'two')
    expect(existsSync(folder.at('kept/a.log'))).toBe(true)
    expect(existsSync(folder.at('a.log'))).toBe(true)
  })
})

describe('links', () => {
  test('a folder that links to itself is read once', async () => {
    const folder = createFolder()
    folder.append('logs/a.log', 'one\n')
    symlinkSync(folder.at('logs'), folder.at('logs/loop'))
    const following = await folder.follow({ paths: ['logs/**/*.log'] })
    await following.expectLines('one')
    folder.append('logs/a.log', 'two\n')
    await following.expectLines('one', 'two')
  })

  test('a hard link in another folder that goes away takes nothing with it', async () => {
    const folder = createFolder()
    folder.append('a.log', 'one\n')
    mkdirSync(folder.at('b'))
    linkSync(folder.at('a.log'), folder.at('b/b.log'))
    const following = await folder.follow({ paths: ['**/*.log'] })
    await following.expectLines('one')
    folder.remove('a.log')
    folder.append('b/b.log', 'two\n')
    await following.expectLines('one', 'two')
    expect(following.ended).toEqual([])
  })
})

test('a process that has no more descriptors reads on when it has some again', async () => {
  const folder = createFolder()
  const following = folder.create()
  following.hasRoom = false
  for (const name of names) folder.append(name, `${name}\n`)
  const spent = spendDescriptors()
  try {
    await following.source.start()
    expect(following.failed.some(what => what.endsWith('.log: EMFILE'))).toBe(true)
  } finally {
    following.hasRoom = true
    for (const descriptor of spent) closeSync(descriptor)
  }
  await following.expectLines(...names)
  expect(following.ended).toEqual([])
})

/** Opens files until there are but two descriptors left: one lists folders, and soon there is none for files. */
function spendDescriptors(): number[] {
  const spent: number[] = []
  try {
    for (;;) spent.push(openSync('/dev/null', 'r'))
  } catch (error) {
    expect(error).toMatchObject({ code: 'EMFILE' })
  }
  for (const descriptor of spent.splice(-2)) closeSync(descriptor)
  return spent
}
