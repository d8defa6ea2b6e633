// A lock is held by one at a time, and by nobody who is dead.
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { withLock } from '../../src/embedded/lock.ts'
import { startElsewhere } from './starter.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-lock-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Another process that holds the lock until it is killed. */
async function holder(file: string): Promise<ChildProcess> {
  const hold = `new Promise(held => room.withLock(${JSON.stringify(file)}, {}, () => new Promise(() => held('held'))))`
  return (await startElsewhere('lock.ts', hold))[0]
}

test('a second holder in the same process waits for the first', async () => {
  const file = join(folder, 'same')
  const order: string[] = []
  const first = withLock(file, {}, async () => {
    order.push('first begins')
    await new Promise(resolve => setTimeout(resolve, 50))
    order.push('first ends')
  })
  await Promise.all([
    first,
    withLock(file, { onWait: () => order.push('second waits') }, async () => order.push('second'))
  ])
  expect(order).toEqual(['first begins', 'second waits', 'first ends', 'second'])
})

test('the lock of another process is waited for, and ends with kill -9 of it', async () => {
  const file = join(folder, 'other')
  const other = await holder(file)
  let waits = 0
  const work = withLock(
    file,
    {
      onWait: () => {
        waits++
        other.kill('SIGKILL')
      }
    },
    async () => 'done'
  )
  expect(await work).toBe('done')
  expect(waits).toBe(1)
})

test('waiting ends when it is called off', async () => {
  const file = join(folder, 'called-off')
  const other = await holder(file)
  const off = new AbortController()
  const work = withLock(file, { onWait: () => off.abort(), signal: off.signal }, async () => 'done')
  await expect(work).rejects.toThrow('aborted')
  other.kill('SIGKILL')
})

test('a lock is free again after its holder failed', async () => {
  const file = join(folder, 'failed')
  const failing = withLock(file, {}, () => Promise.reject(new Error('no')))
  await expect(failing).rejects.toThrow('no')
  expect(await withLock(file, {}, async () => 'done')).toBe('done')
})
