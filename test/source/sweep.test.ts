// Where the file system tells nothing, as some network file systems do, looking at all files now and then is enough.

import { expect, test, vi } from 'vitest'
import { createFolder, openBelow } from './follow.ts'

const watches = vi.hoisted(() => ({ open: 0 }))

vi.mock('chokidar', () => {
  const close = async () => {
    watches.open -= 1
  }
  const watcher = { on: () => watcher, close }
  const watch = () => {
    watches.open += 1
    return watcher
  }
  return { watch }
})

test('appends, new files, rotations and cuts are seen without any event', async () => {
  const folder = createFolder()
  folder.append('app.log', 'one\n')
  const following = await folder.follow({ paths: ['app.log', 'other/*.log'] })
  await following.expectLines('one')
  folder.append('other/b.log', 'two\n')
  folder.append('app.log', 'three\n')
  folder.rename('app.log', 'app.log.1')
  folder.append('app.log', 'four\n')
  await following.expectLines('one', 'two', 'three', 'four')
  folder.rewrite('other/b.log', 'five\n')
  await following.expectLines('one', 'two', 'three', 'four', 'five')
  expect(following.ended).toMatchObject([{ reason: 'rewritten', lostBytes: 0 }])
})

test('a stop during the first look waits for it, and leaves nothing watched or open', async () => {
  const folder = createFolder()
  folder.append('app.log', 'one\n')
  const { source } = folder.create()
  const starting = source.start()
  await source.stop()
  expect(openBelow(folder.at(''))).toEqual([])
  await starting
  expect(watches.open).toBe(0)
})
