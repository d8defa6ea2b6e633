// Reading stops at its bounds and goes on when there is room: the budget of all, and what one file may be read ahead.

import { expect, test, vi } from 'vitest'
import { createFolder } from './follow.ts'

const LINE = `${'x'.repeat(99)}\n`
const MEGABYTE = 1_048_576

test('a file is read no further ahead of its acknowledgements than it may', async () => {
  const folder = createFolder()
  folder.append('a.log', LINE.repeat(50_000))
  folder.append('b.log', 'short\n')
  const following = await folder.follow({ maxReadAheadBytes: MEGABYTE, isAcking: false })
  const ahead = () => Math.max(...following.source.status().map(({ position, checkpoint }) => position - checkpoint))
  await vi.waitFor(() => expect(ahead()).toBeGreaterThanOrEqual(MEGABYTE))
  // The other file is not held up by the first.
  await vi.waitFor(() => expect(following.lines).toContain('short'))
  while (following.lines.length < 50_001) {
    const before = following.lines.length
    expect(ahead()).toBeLessThan(MEGABYTE + 262_144 + 1)
    following.acknowledge()
    await vi.waitFor(() => expect(following.lines.length).toBeGreaterThan(before), 5_000)
  }
})

test('without room in the budget nothing is read, and with it reading goes on', async () => {
  const folder = createFolder()
  const following = await folder.follow()
  following.hasRoom = false
  folder.append('a.log', 'one\n')
  await vi.waitFor(() => expect(following.source.status()).toMatchObject([{ size: 4, position: 0 }]), 5_000)
  folder.append('a.log', 'two\n')
  await vi.waitFor(() => expect(following.source.status()).toMatchObject([{ size: 8, position: 0 }]), 5_000)
  expect(following.lines).toEqual([])
  following.hasRoom = true
  following.source.resume()
  await following.expectLines('one', 'two')
})

test('files take turns, so that a long one does not keep the others waiting', async () => {
  const folder = createFolder()
  folder.append('a.log', LINE.repeat(100_000))
  folder.append('b.log', 'b\n')
  folder.append('c.log', 'c\n')
  const following = await folder.follow()
  await vi.waitFor(() => expect(following.lines).toHaveLength(100_002), 8_000)
  for (const line of ['b', 'c']) expect(following.lines.indexOf(line)).toBeLessThan(10_000)
})

test('stopping does not wait for room', async () => {
  const folder = createFolder()
  folder.append('a.log', 'one\n')
  const following = folder.create()
  following.hasRoom = false
  await following.source.start()
  await following.stop()
  expect(following.lines).toEqual([])
})
