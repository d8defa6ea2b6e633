// Where the file system tells nothing, as some network file systems do, looking at all files now and then is enough.

import { expect, test, vi } from 'vitest'
import { createFolder } from './follow.ts'

vi.mock('chokidar', () => {
  const watcher = { on: () => watcher, close: async () => {} }
  return { watch: () => watcher }
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
