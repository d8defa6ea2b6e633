// What happens to files while no source runs: the next one goes on from what was acknowledged, and proves that it may.

import { mkdirSync, renameSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createFolder, type Folder, type FollowOptions } from './follow.ts'

/** Reads and acknowledges what is there, and stops. */
async function readAndStop(folder: Folder, options: FollowOptions, ...lines: string[]): Promise<void> {
  const following = await folder.follow(options)
  await following.expectLines(...lines)
  await following.stop()
}

const globs = [
  { where: 'within the glob', paths: ['app.log*'] },
  { where: 'out of the glob', paths: ['app.log'] }
]

describe.each(globs)('rotated while stopped, $where', ({ paths }) => {
  test('the rest of the old file is read, and the new one', async () => {
    const folder = createFolder()
    folder.append('app.log', 'one\n')
    await readAndStop(folder, { paths }, 'one')
    folder.append('app.log', 'two\n')
    folder.rename('app.log', 'app.log.1')
    folder.append('app.log', 'three\n')
    await readAndStop(folder, { paths }, 'two', 'three')
    await readAndStop(folder, { paths })
  })

  test('its writer may go on in the old file after the start', async () => {
    const folder = createFolder()
    folder.append('app.log', 'one\n')
    await readAndStop(folder, { paths }, 'one')
    folder.rename('app.log', 'app.log.1')
    folder.append('app.log', 'new\n')
    const following = await folder.follow({ paths })
    await following.expectLines('new')
    folder.append('app.log.1', 'late\n')
    await following.expectLines('new', 'late')
  })

  test('several times, the file that was being read is found', async () => {
    const folder = createFolder()
    folder.append('app.log', 'one\n')
    await readAndStop(folder, { paths }, 'one')
    folder.append('app.log', 'two\n')
    folder.rename('app.log', 'app.log.3')
    folder.append('app.log', 'three\n')
    folder.rename('app.log', 'app.log.2')
    folder.append('app.log', 'four\n')
    // What was made and moved while nobody looked is only found where it matches.
    const unseen = paths[0] === 'app.log' ? [] : ['three']
    await readAndStop(folder, { paths }, 'two', 'four', ...unseen)
  })
})

test('a file that left its folder is ended, and what was not read of it counts as lost', async () => {
  const folder = createFolder()
  mkdirSync(folder.at('archive'))
  folder.append('a.log', 'one\n')
  const first = await folder.follow({ isAcking: false })
  await first.expectLines('one')
  first.acknowledge()
  folder.append('a.log', 'two\n')
  await first.expectLines('one', 'two')
  first.acknowledge()
  await first.stop()
  renameSync(folder.at('a.log'), folder.at('archive/a.log'))
  const second = await folder.follow()
  expect(second.ended).toEqual([{ path: folder.at('a.log'), reason: 'deleted', lostBytes: 0 }])
})

test('a deleted file is ended with the bytes that were seen and never acknowledged', async () => {
  const folder = createFolder()
  folder.append('a.log', 'one\n')
  const first = await folder.follow({ isAcking: false })
  await first.expectLines('one')
  first.acknowledge()
  folder.append('a.log', 'two\nth')
  await first.expectLines('one', 'two')
  first.acknowledge()
  await first.stop()
  folder.remove('a.log')
  const second = await folder.follow()
  expect(second.ended).toEqual([{ path: folder.at('a.log'), reason: 'deleted', lostBytes: 2 }])
  await second.stop()
  const third = await folder.follow()
  expect(third.ended).toEqual([])
})

describe('cut while stopped', () => {
  test('and shorter, the file begins anew', async () => {
    const folder = createFolder()
    folder.append('a.log', 'one\ntwo\n')
    await readAndStop(folder, {}, 'one', 'two')
    folder.rewrite('a.log', 'new\n')
    await readAndStop(folder, {}, 'new')
    await readAndStop(folder, {})
  })

  test('and grown past where reading stopped, the file begins anew', async () => {
    const folder = createFolder()
    folder.append('a.log', 'one\ntwo\n')
    await readAndStop(folder, {}, 'one', 'two')
    folder.rewrite('a.log', 'three\nfour\nfive\n')
    await readAndStop(folder, {}, 'three', 'four', 'five')
  })

  test('and grown past it with the same first kilobyte, the file begins anew', async () => {
    const folder = createFolder()
    const head = `${'#'.repeat(2_000)}\n`
    folder.append('a.log', `${head}one\n`)
    await readAndStop(folder, {}, head.trim(), 'one')
    folder.rewrite('a.log', `${head}two\nthree\n`)
    await readAndStop(folder, {}, head.trim(), 'two', 'three')
  })
})

test('cut while nothing of it was acknowledged, the file begins anew, under ids of its own', async () => {
  const folder = createFolder()
  folder.append('a.log', 'one\n')
  const first = await folder.follow({ isAcking: false })
  await first.expectLines('one')
  await first.stop()
  folder.rewrite('a.log', 'two\n')
  await readAndStop(folder, {}, 'two')
  expect([...folder.documents.values()]).toEqual(['one', 'two'])
})

test('a new file of an old name is another, even where it begins alike', async () => {
  const folder = createFolder()
  folder.append('a.log', 'same\none\n')
  await readAndStop(folder, {}, 'same', 'one')
  folder.remove('a.log')
  folder.append('a.log', 'same\none\ntwo\n')
  await readAndStop(folder, {}, 'same', 'one', 'two')
})

test('a file that was ended and comes back goes on where it stood', async () => {
  const folder = createFolder()
  mkdirSync(folder.at('away'))
  folder.append('a.log', 'one\n')
  await readAndStop(folder, {}, 'one')
  renameSync(folder.at('a.log'), folder.at('away/a.log'))
  await readAndStop(folder, {})
  folder.append('away/a.log', 'two\n')
  renameSync(folder.at('away/a.log'), folder.at('b.log'))
  await readAndStop(folder, {}, 'two')
})
