// Files and folders that others take the place of: editors, links that are switched, folders that come and go.

import { execFileSync } from 'node:child_process'
import { linkSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync, unlinkSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createFolder, type Folder } from './follow.ts'

/** How an editor saves: a new file is written beside the old one and renamed over it. */
function save(folder: Folder, text: string): void {
  folder.append('a.log.new', text)
  folder.rename('a.log.new', 'a.log')
}

describe.each([
  { when: 'while it is followed', isStopped: false },
  { when: 'while nothing runs', isStopped: true }
])('a file that is rewritten $when', ({ isStopped }) => {
  test.each([
    { how: 'by an editor, in place', change: (folder: Folder) => folder.rewrite('a.log', 'one\n2\nthree\n') },
    { how: 'by an editor that renames', change: (folder: Folder) => save(folder, 'one\n2\nthree\n') }
  ])('$how, is another and read from its beginning', async ({ change }) => {
    const folder = createFolder()
    folder.append('a.log', 'one\ntwo\nthree\n')
    const first = await folder.follow()
    await first.expectLines('one', 'two', 'three')
    if (isStopped) await first.stop()
    change(folder)
    const second = isStopped ? await folder.follow() : first
    await second.expectLines(...(isStopped ? [] : ['one', 'two', 'three']), 'one', '2', 'three')
  })

  test.skipIf(process.platform === 'win32')('by sed -i, is another and read from its beginning', async () => {
    const folder = createFolder()
    folder.append('a.log', 'one\ntwo\n')
    const first = await folder.follow()
    await first.expectLines('one', 'two')
    if (isStopped) await first.stop()
    execFileSync('sed', ['-i.bak', 's/two/2/', folder.at('a.log')])
    const second = isStopped ? await folder.follow() : first
    await second.expectLines(...(isStopped ? [] : ['one', 'two']), 'one', '2')
  })
})

test('a symlink that is led elsewhere is a new file, and the old one is read to its end', async () => {
  const folder = createFolder()
  folder.append('data/1', 'one\n')
  symlinkSync(folder.at('data/1'), folder.at('a.log'))
  const following = await folder.follow()
  await following.expectLines('one')
  folder.append('data/1', 'last of 1\n')
  folder.append('data/2', 'two\n')
  symlinkSync(folder.at('data/2'), folder.at('next'))
  folder.rename('next', 'a.log')
  await following.expectLines('one', 'last of 1', 'two')
  folder.append('data/1', 'late\n')
  folder.append('data/2', 'three\n')
  await following.expectLines('one', 'last of 1', 'two', 'late', 'three')
})

test('a symlink to a folder that is led elsewhere leads to new files', async () => {
  const folder = createFolder()
  folder.append('releases/1/a.log', 'one\n')
  symlinkSync(folder.at('releases/1'), folder.at('current'))
  const following = await folder.follow({ paths: ['current/*.log'] })
  await following.expectLines('one')
  folder.append('releases/2/a.log', 'two\n')
  unlinkSync(folder.at('current'))
  symlinkSync(folder.at('releases/2'), folder.at('current'))
  await following.expectLines('one', 'two')
})

test('a folder that vanishes and returns is followed again', async () => {
  const folder = createFolder()
  folder.append('app/a.log', 'one\n')
  const following = await folder.follow({ paths: ['app/*.log'] })
  await following.expectLines('one')
  rmSync(folder.at('app'), { recursive: true })
  mkdirSync(folder.at('app'))
  folder.append('app/a.log', 'two\n')
  await following.expectLines('one', 'two')
  renameSync(folder.at('app'), folder.at('gone'))
  folder.append('gone/a.log', 'three\n')
  renameSync(folder.at('gone'), folder.at('app'))
  await following.expectLines('one', 'two', 'three')
})

test('a file that gets the inode of a deleted one is another, while running and after', async () => {
  const folder = createFolder()
  folder.append('a.log', 'same\n')
  const first = await folder.follow()
  await first.expectLines('same')
  await first.stop()
  const { ino } = statSync(folder.at('a.log'))
  const reused: string[] = []
  // Which number a file gets is up to the file system: some try again, some never do.
  for (let i = 0; i < 20 && reused.length === 0; i += 1) {
    rmSync(folder.at('a.log'))
    folder.append('a.log', `same\nnew ${i}\n`)
    if (statSync(folder.at('a.log')).ino === ino) reused.push(`new ${i}`)
  }
  const last = reused[0] ?? 'new 19'
  await (await folder.follow()).expectLines('same', last)
})

test('a file of a single byte is read, and is itself when it grows', async () => {
  const folder = createFolder()
  folder.append('a.log', '\n')
  folder.append('b.log', '1')
  const first = await folder.follow()
  await first.expectLines('')
  await first.stop()
  folder.append('b.log', '2\n')
  folder.append('a.log', 'x\n')
  await (await folder.follow()).expectLines('12', 'x')
})

test('a name that is linked to another file and back is followed by what it is', async () => {
  const folder = createFolder()
  folder.append('a.log', 'one\n')
  const following = await folder.follow()
  await following.expectLines('one')
  linkSync(folder.at('a.log'), folder.at('kept'))
  folder.remove('a.log')
  folder.append('a.log', 'two\n')
  await following.expectLines('one', 'two')
  folder.append('kept', 'three\n')
  folder.rename('kept', 'a.log')
  await following.expectLines('one', 'two', 'three')
  expect(following.failed).toEqual([])
})
