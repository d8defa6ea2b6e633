// copytruncate: a log is copied and then cut. The copy is no new file: it holds what was read, and what was not.

import { copyFileSync, mkdirSync, statSync, truncateSync, utimesSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { createFolder, type Folder, type FollowOptions } from './follow.ts'

/** The copy matches too, or it does not. */
const globs = [
  { where: 'within the glob', paths: ['app.log*'] },
  { where: 'out of the glob', paths: ['app.log'] }
]

function copy(folder: Folder, to = 'app.log.1'): void {
  copyFileSync(folder.at('app.log'), folder.at(to))
}

const cut = (folder: Folder) => truncateSync(folder.at('app.log'))

/** Reads and acknowledges what is there, and stops. */
async function readAndStop(folder: Folder, options: FollowOptions, ...lines: string[]): Promise<void> {
  const following = await folder.follow(options)
  await following.expectLines(...lines)
  await following.stop()
}

const sizes = [
  { size: 'a few bytes', first: 'one' },
  { size: 'more than one read', first: `one ${'x'.repeat(400_000)}` }
]

describe.each(globs)('copied and cut $where', ({ paths }) => {
  describe.each(sizes)('with $size', ({ first }) => {
    test('the copy is not sent again, and what came between is read from it', async () => {
      const folder = createFolder()
      folder.append('app.log', `${first}\n`)
      const following = await folder.follow({ paths })
      await following.expectLines(first)
      following.hasRoom = false
      folder.append('app.log', 'between\n')
      copy(folder)
      cut(folder)
      folder.append('app.log', 'new\n')
      following.hasRoom = true
      following.source.resume()
      await following.expectLines(first, 'between', 'new')
      expect(following.ended).toEqual([])
      await following.stop()
      await readAndStop(folder, { paths })
      await readAndStop(folder, { paths: ['app.log*'] })
    })

    test('while stopped, the copy is not sent again, and the rest is read from it', async () => {
      const folder = createFolder()
      folder.append('app.log', `${first}\n`)
      await readAndStop(folder, { paths }, first)
      folder.append('app.log', 'rest\n')
      copy(folder)
      cut(folder)
      folder.append('app.log', 'new\n')
      await readAndStop(folder, { paths }, 'rest', 'new')
      await readAndStop(folder, { paths })
    })

    test('after a crash before anything was acknowledged, all is read from the copy under the same ids', async () => {
      const folder = createFolder()
      folder.append('app.log', `${first}\n`)
      const following = await folder.follow({ paths, isAcking: false })
      await following.expectLines(first)
      await following.stop()
      copy(folder)
      cut(folder)
      await readAndStop(folder, { paths }, first)
      expect([...folder.documents.values()]).toEqual([first])
    })
  })

  test('a line that was begun is ended in the copy', async () => {
    const folder = createFolder()
    folder.append('app.log', 'one\nha')
    const following = await folder.follow({ paths })
    await following.expectLines('one')
    following.hasRoom = false
    folder.append('app.log', 'lf\n')
    copy(folder)
    cut(folder)
    folder.append('app.log', 'new\n')
    following.hasRoom = true
    following.source.resume()
    await following.expectLines('one', 'half', 'new')
  })

  test('what was seen behind the end of the copy counts as lost', async () => {
    const folder = createFolder()
    folder.append('app.log', 'one\n')
    const following = await folder.follow({ paths })
    await following.expectLines('one')
    following.hasRoom = false
    folder.append('app.log', 'two\n')
    copy(folder)
    folder.append('app.log', 'three\n')
    await vi.waitFor(() => expect(following.source.status()[0]).toMatchObject({ size: 14 }), 5_000)
    cut(folder)
    following.hasRoom = true
    following.source.resume()
    await following.expectLines('one', 'two')
    await vi.waitFor(() => expect(following.ended).toMatchObject([{ reason: 'rewritten', lostBytes: 6 }]), 5_000)
    await following.stop()
    await readAndStop(folder, { paths })
    await readAndStop(folder, { paths: ['app.log*'] })
  })

  test('a copy that ends before what was read is not sent again', async () => {
    const folder = createFolder()
    folder.append('app.log', 'one\n')
    const following = await folder.follow({ paths })
    await following.expectLines('one')
    copy(folder)
    folder.append('app.log', 'two\n')
    await following.expectLines('one', 'two')
    cut(folder)
    folder.append('app.log', 'new\n')
    await following.expectLines('one', 'two', 'new')
    expect(following.ended).toMatchObject([{ lostBytes: 0 }])
    await following.stop()
    await readAndStop(folder, { paths: ['app.log*'] })
  })

  test('nor when the shipper was stopped before the cut', async () => {
    const folder = createFolder()
    folder.append('app.log', 'one\n')
    const following = await folder.follow({ paths })
    await following.expectLines('one')
    copy(folder)
    folder.append('app.log', 'two\n')
    await following.expectLines('one', 'two')
    await following.stop()
    cut(folder)
    folder.append('app.log', 'new\n')
    await readAndStop(folder, { paths }, 'new')
    await readAndStop(folder, { paths })
  })

  test('again and again with names that move on, nothing is lost or doubled', async () => {
    const folder = createFolder()
    folder.append('app.log', '0\n')
    const following = await folder.follow({ paths })
    const expected = ['0']
    await following.expectLines(...expected)
    for (const turn of [1, 2, 3, 4]) {
      for (let i = turn; i > 1; i -= 1) folder.rename(`app.log.${i - 1}`, `app.log.${i}`)
      folder.append('app.log', `last of ${turn}\n`)
      copy(folder)
      cut(folder)
      folder.append('app.log', `first after ${turn}\n`)
      expected.push(`last of ${turn}`, `first after ${turn}`)
      await following.expectLines(...expected)
    }
    await following.stop()
    await readAndStop(folder, { paths })
  })

  test('over an older copy, nothing is lost or doubled', async () => {
    const folder = createFolder()
    folder.append('app.log', '0\n')
    const following = await folder.follow({ paths })
    const expected = ['0']
    await following.expectLines(...expected)
    for (const turn of ['1', '2', '3 and longer than before']) {
      folder.append('app.log', `last of ${turn}\n`)
      copy(folder)
      cut(folder)
      folder.append('app.log', `first after ${turn}\n`)
      expected.push(`last of ${turn}`, `first after ${turn}`)
      await following.expectLines(...expected)
    }
    await following.stop()
    await readAndStop(folder, { paths })
  })
})

test('copied and cut several times while stopped, every copy is told from the others', async () => {
  const folder = createFolder()
  folder.append('app.log', 'one\n')
  await readAndStop(folder, { paths: ['app.log*'] }, 'one')
  folder.append('app.log', 'two\n')
  copy(folder)
  cut(folder)
  folder.append('app.log', 'three\n')
  folder.rename('app.log.1', 'app.log.2')
  copy(folder)
  cut(folder)
  folder.append('app.log', 'four\n')
  await readAndStop(folder, { paths: ['app.log*'] }, 'two', 'three', 'four')
})

describe('copied and cut while stopped, and the original', () => {
  const paths = ['app.log*']
  const long = 'x'.repeat(2_000)

  test('moves on while the first look is taken: the copy is not sent again', async () => {
    const folder = createFolder()
    folder.append('app.log', 'one\n')
    await readAndStop(folder, { paths }, 'one')
    folder.append('app.log', 'rest\n')
    copy(folder)
    cut(folder)
    folder.append('app.log', 'new\n')
    const expected = ['rest', 'new']
    let moves = 0
    const meanwhile = () => {
      if (moves === 2) return
      moves += 1
      for (let i = moves; i >= 1; i -= 1) folder.rename(`app.log.${i}`, `app.log.${i + 1}`)
      folder.rename('app.log', 'app.log.1')
      folder.append('app.log', `after ${moves}\n`)
      expected.push(`after ${moves}`)
    }
    const following = await folder.follow({ paths, meanwhile })
    await following.expectLines(...expected)
    expect(following.ended).toEqual([])
    await following.stop()
    await readAndStop(folder, { paths })
  })

  test('is gone: the copy is not sent again, and the rest is read from it', async () => {
    const folder = createFolder()
    folder.append('app.log', `one ${long}\n`)
    await readAndStop(folder, { paths }, `one ${long}`)
    folder.append('app.log', 'rest\n')
    copy(folder, 'app.log.2')
    folder.remove('app.log')
    folder.append('app.log', 'new\n')
    const following = await folder.follow({ paths })
    await following.expectLines('rest', 'new')
    expect(following.ended).toEqual([])
    await following.stop()
    await readAndStop(folder, { paths })
  })

  test('is gone: a copy that ends before what was read is not sent again', async () => {
    const folder = createFolder()
    folder.append('app.log', `one ${long}\n`)
    const following = await folder.follow({ paths })
    await following.expectLines(`one ${long}`)
    copy(folder, 'app.log.2')
    folder.append('app.log', 'two\n')
    await following.expectLines(`one ${long}`, 'two')
    await following.stop()
    folder.remove('app.log')
    folder.append('app.log', 'new\n')
    await readAndStop(folder, { paths }, 'new')
    await readAndStop(folder, { paths })
  })

  test('is gone: a file that only begins alike is another', async () => {
    const folder = createFolder()
    folder.append('app.log', `${long}\none\n`)
    await readAndStop(folder, { paths }, long, 'one')
    folder.remove('app.log')
    folder.append('app.log.1', `${long}\ntwo\nthree\n`)
    await readAndStop(folder, { paths }, long, 'two', 'three')
    await readAndStop(folder, { paths })
  })
})

test('a copy is found though its original has long grown past where it was read', async () => {
  const folder = createFolder()
  folder.append('app.log', 'one\n')
  const following = await folder.follow({ paths: ['app.log'] })
  await following.expectLines('one')
  following.hasRoom = false
  folder.append('app.log', 'two\n')
  copy(folder)
  const before = new Date(statSync(folder.at('app.log')).mtimeMs)
  cut(folder)
  folder.append('app.log', 'three, which is long enough\n')
  const later = new Date(Date.now() + 60_000)
  utimesSync(folder.at('app.log.1'), before, before)
  utimesSync(folder.at('app.log'), later, later)
  await vi.waitFor(() => expect(following.source.status()[0]).toMatchObject({ size: 28 }), 5_000)
  following.hasRoom = true
  following.source.resume()
  await following.expectLines('one', 'two', 'three, which is long enough')
})

test('what its original has grown to since the cut does not count as lost', async () => {
  const folder = createFolder()
  folder.append('app.log', 'one\n')
  const following = await folder.follow({ paths: ['app.log'], releaseDeletedMs: 100 })
  await following.expectLines('one')
  following.hasRoom = false
  folder.append('app.log', 'two\n')
  copy(folder)
  cut(folder)
  for (const [line, size] of [
    ['three, which is long enough', 28],
    ['four', 33],
    ['five', 38]
  ] as const) {
    folder.append('app.log', `${line}\n`)
    await vi.waitFor(() => expect(following.source.status()[0]).toMatchObject({ size }), 5_000)
  }
  following.hasRoom = true
  following.source.resume()
  await following.expectLines('one', 'two', 'three, which is long enough', 'four', 'five')
  folder.remove('app.log.1')
  await vi.waitFor(() => expect(following.ended).toHaveLength(1), 5_000)
  expect(following.ended).toMatchObject([{ lostBytes: 0 }])
})

test('a copy in another folder that matches is found', async () => {
  const folder = createFolder()
  mkdirSync(folder.at('old'))
  folder.append('app.log', 'one\n')
  const following = await folder.follow({ paths: ['*.log', 'old/*'] })
  await following.expectLines('one')
  folder.append('app.log', 'two\n')
  copy(folder, 'old/app.log.1')
  cut(folder)
  folder.append('app.log', 'three\n')
  await following.expectLines('one', 'two', 'three')
})

describe('a file that holds what another holds', () => {
  test('waits for a moment and is then a file of its own', async () => {
    const folder = createFolder()
    folder.append('app.log', 'one\ntwo\n')
    const following = await folder.follow({ paths: ['app.log*'], copyWaitMs: 300 })
    await following.expectLines('one', 'two')
    copy(folder)
    await following.expectLines('one', 'two', 'one', 'two')
    folder.append('app.log', 'three\n')
    folder.append('app.log.1', 'four\n')
    await following.expectLines('one', 'two', 'one', 'two', 'three', 'four')
  })

  test('is one at once when it goes another way', async () => {
    const folder = createFolder()
    folder.append('app.log', 'one\ntwo\n')
    const following = await folder.follow({ paths: ['app.log*'], copyWaitMs: 600_000 })
    await following.expectLines('one', 'two')
    copy(folder)
    folder.append('app.log.1', 'other\n')
    await following.expectLines('one', 'two', 'one', 'two', 'other')
  })

  test('is one in an import, each time', async () => {
    const folder = createFolder()
    const lines = { 'app.log': 'a', 'app.log.1': 'a', 'app.log.2': 'a' }
    let count = 0
    for (const [name, line] of Object.entries(lines)) {
      folder.append(name, `${line}\n`)
      const following = folder.create({ paths: ['app.log*'], copyWaitMs: 600_000 })
      await following.source.readAll()
      following.acknowledge()
      expect(following.lines).toEqual(['a'])
      await following.stop()
      count += 1
    }
    expect(folder.documents.size).toBe(count)
  })

  test('is one when the other is cut and was never read so far', async () => {
    const folder = createFolder()
    folder.append('app.log', 'same\n')
    const following = await folder.follow({ paths: ['app.log*'] })
    await following.expectLines('same')
    folder.append('app.log.1', 'same\nand more\n')
    folder.rewrite('app.log', 'n\n')
    // The first line is the one that was sent.
    await following.expectLines('same', 'and more', 'n')
  })
})

describe('killed before anything was read', () => {
  const first = 'x'.repeat(2_000)

  test('a file whose copy was taken for another one is not said to be lost', async () => {
    const folder = createFolder()
    folder.append('app.log', `${first}\n`)
    const killed = folder.create({ paths: ['app.log*'], isAcking: false, copyWaitMs: 0 })
    killed.hasRoom = false
    await killed.source.start()
    copy(folder)
    await vi.waitFor(() => expect(killed.source.status()).toHaveLength(2), 8_000)
    await killed.stop()
    cut(folder)
    folder.append('app.log', 'new\n')
    folder.rename('app.log', 'app.log.0')
    const following = await folder.follow({ paths: ['app.log*'] })
    await following.expectLines(first, 'new')
    expect(following.ended).toEqual([])
  })

  test('a copy of a short file of which nothing is settled is that file, though its original is gone', async () => {
    const folder = createFolder()
    folder.append('app.log', 'one\n')
    const killed = await folder.follow({ paths: ['app.log*'], isAcking: false })
    await killed.expectLines('one')
    await killed.stop()
    copy(folder)
    folder.remove('app.log')
    const following = await folder.follow({ paths: ['app.log*'] })
    await following.expectLines('one')
    expect(following.ended).toEqual([])
    expect([...folder.documents.values()]).toEqual(['one'])
  })
})
