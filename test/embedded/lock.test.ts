// A lock is held by one at a time, and by nobody who is dead.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { withLock } from '../../src/embedded/lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-lock-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Another process that holds the lock until it is killed. */
async function holder(file: string) {
  const lock = pathToFileURL(join(import.meta.dirname, '../../src/embedded/lock.ts')).href
  const program = `
    import { withLock } from ${JSON.stringify(lock)}
    await withLock(${JSON.stringify(file)}, {}, async () => {
      console.log('held')
      await new Promise(resolve => setTimeout(resolve, 600_000))
    })`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  await once(child.stdout, 'data')
  return child
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
