// Rotation while the source runs: whatever a file is called and wherever it goes, its lines come once.

import { copyFileSync, mkdirSync, renameSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { createFolder, openBelow } from './follow.ts'

/** Rotated files match too, or they do not. */
const globs = [
  { where: 'within the glob', paths: ['app.log*'] },
  { where: 'out of the glob', paths: ['app.log'] }
]

describe.each(globs)('rotation by renaming $where', ({ paths }) => {
  test('loses and doubles nothing when a new file takes the name', async () => {
    const folder = createFolder()
    folder.append('app.log', 'one\n')
    const following = await folder.follow({ paths })
    await following.expectLines('one')
    folder.append('app.log', 'two\n')
    folder.rename('app.log', 'app.log.1')
    folder.append('app.log', 'three\n')
    await following.expectLines('one', 'two', 'three')
  })

  test('reads on in the renamed file that its writer still holds', async () => {
    const folder = createFolder()
    folder.append('app.log', 'one\n')
    const following = await folder.follow({ paths })
    await following.expectLines('one')
    folder.rename('app.log', 'app.log.1')
    folder.append('app.log', 'new\n')
    await following.expectLines('one', 'new')
    folder.append('app.log.1', 'late\n')
    await following.expectLines('one', 'new', 'late')
  })

  test('joins a line that was begun before and ended after', async () => {
    const folder = createFolder()
    folder.append('app.log', 'ha')
    const following = await folder.follow({ paths })
    await vi.waitFor(() => expect(following.source.status()).toMatchObject([{ position: 2 }]))
    folder.rename('app.log', 'app.log.1')
    folder.append('app.log', 'new\n')
    await following.expectLines('new')
    folder.append('app.log.1', 'lf\n')
    await following.expectLines('new', 'half')
  })

  test('finds the file that was not open when it was renamed', async () => {
    const folder = createFolder()
    folder.append('app.log', 'one\n')
    const first = await folder.follow({ paths })
    await first.expectLines('one')
    await first.stop()
    // All of it is read, so it is not opened again before something is there to read.
    const second = await folder.follow({ paths })
    folder.append('app.log', 'two\n')
    folder.rename('app.log', 'app.log.1')
    folder.append('app.log', 'three\n')
    await second.expectLines('two', 'three')
  })

  test('follows every file of a chain that moves on at once', async () => {
    const folder = createFolder()
    folder.append('app.log', 'one\n')
    const following = await folder.follow({ paths })
    await following.expectLines('one')
    const expected = ['one']
    for (const turn of [1, 2, 3, 4]) {
      for (let i = turn; i > 1; i -= 1) folder.rename(`app.log.${i - 1}`, `app.log.${i}`)
      folder.append('app.log', `last of ${turn}\n`)
      folder.rename('app.log', 'app.log.1')
      folder.append('app.log', `first after ${turn}\n`)
      expected.push(`last of ${turn}`, `first after ${turn}`)
      // Out of the glob no file can be known that was made and moved between two looks.
      await following.expectLines(...expected)
    }
  })

  test('reads the rest of a file that leaves its folder', async () => {
    const folder = createFolder()
    mkdirSync(folder.at('archive'))
    folder.append('app.log', 'one\n')
    const following = await folder.follow({ paths })
    await following.expectLines('one')
    folder.append('app.log', 'two\n')
    renameSync(folder.at('app.log'), folder.at('archive/1'))
    folder.append('app.log', 'three\n')
    await following.expectLines('one', 'two', 'three')
  })
})

test('several rotations between two looks are all read', async () => {
  const folder = createFolder()
  folder.append('app.log', '0\n')
  const following = await folder.follow({ paths: ['app.log*'] })
  await following.expectLines('0')
  for (const turn of [1, 2, 3]) {
    for (let i = turn; i > 1; i -= 1) folder.rename(`app.log.${i - 1}`, `app.log.${i}`)
    folder.rename('app.log', 'app.log.1')
    folder.append('app.log', `${turn}\n`)
  }
  await following.expectLines('0', '1', '2', '3')
})

test('a file that was given up and comes back is not read again', async () => {
  const folder = createFolder()
  folder.append('app.log', 'one\n')
  const following = await folder.follow({ paths: ['app.log'], closeInactiveMs: 50 })
  await following.expectLines('one')
  folder.rename('app.log', 'elsewhere')
  await vi.waitFor(() => expect(following.ended).toMatchObject([{ reason: 'rotated away', lostBytes: 0 }]), 5_000)
  expect(following.source.status()).toEqual([])
  folder.append('elsewhere', 'two\n')
  folder.rename('elsewhere', 'app.log')
  await following.expectLines('one', 'two')
})

test.runIf(process.platform === 'linux')('a file that is quiet is closed, and read on when it grows', async () => {
  const folder = createFolder()
  folder.append('a.log', 'one\n')
  const following = await folder.follow({ closeInactiveMs: 50 })
  await following.expectLines('one')
  await vi.waitFor(() => expect(openBelow(folder.at(''))).toEqual([]), 5_000)
  folder.append('a.log', 'two\n')
  await following.expectLines('one', 'two')
})

describe('a deleted file', () => {
  test('is read to its end through what is open of it', async () => {
    const folder = createFolder()
    const line = `${'x'.repeat(99)}\n`
    folder.append('a.log', line.repeat(10_000))
    const following = await folder.follow({ maxReadAheadBytes: 200_000, isAcking: false })
    await vi.waitFor(() => expect(following.lines).not.toEqual([]))
    folder.remove('a.log')
    await vi.waitFor(() => {
      following.acknowledge()
      expect(following.lines).toHaveLength(10_000)
    }, 5_000)
    expect(following.ended).toEqual([])
  })

  test('ends, and a new one of its name is another', async () => {
    const folder = createFolder()
    folder.append('a.log', 'same\n')
    const following = await folder.follow()
    await following.expectLines('same')
    for (const count of [2, 3, 4]) {
      folder.remove('a.log')
      folder.append('a.log', 'same\n')
      await following.expectLines(...Array(count).fill('same'))
    }
  })

  test('is let go of when it has been quiet for long', async () => {
    const folder = createFolder()
    folder.append('a.log', 'one\n')
    const following = await folder.follow({ closeInactiveMs: 50 })
    await following.expectLines('one')
    folder.remove('a.log')
    await vi.waitFor(() => expect(following.ended).toHaveLength(1), 5_000)
    expect(following.ended).toMatchObject([{ lostBytes: 0 }])
    expect(following.source.status()).toEqual([])
  })
})

test('copying and cutting, with all read before, loses and doubles nothing', async () => {
  const folder = createFolder()
  folder.append('app.log', 'one\n')
  const following = await folder.follow({ paths: ['app.log'] })
  await following.expectLines('one')
  copyFileSync(folder.at('app.log'), folder.at('app.log.1'))
  folder.rewrite('app.log', '')
  folder.append('app.log', 'two\n')
  await following.expectLines('one', 'two')
})
