// A disk that takes no writes makes the store wait, in order, and nothing of it is lost when it takes them again.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type GenerationId, offset, type Position } from '#record'
import { isPassing, openState } from '#state'
import { limitFiles } from '../full-disk.ts'

const now = () => new Date('2026-01-02T03:04:05Z')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-full-'))
})
afterEach(() => {
  limitFiles(process.pid, 'unlimited')
  rmSync(folder, { recursive: true })
})

function position(n: number): Position {
  const id = `generation${String(n).padStart(6, '0')}` as GenerationId
  return {
    generation: { id, path: `/var/log/${n}.log`, inode: String(n), deviceId: '1' },
    path: `/var/log/${n}.log`,
    birthMs: 0,
    head: { bytes: 0, hash: '' },
    size: 0,
    checkpoint: offset(0),
    isMidCut: false,
    proof: Buffer.alloc(0),
    waymarks: [],
    isEnded: false
  }
}

test('writes wait while there is no room, are told of once, and are stored in order when there is', async () => {
  const told: string[] = []
  const state = openState(folder, now, {
    waiting: error => told.push((error as Error).message),
    resumed: () => told.push('resumed')
  })
  const { id } = position(1).generation
  await state.stored()
  limitFiles(process.pid, 1_000)
  state.begin('web', [position(1)])
  state.reserve([{ generation: id, through: offset(500), since: undefined, head: position(1).head, size: 7 }])
  state.renew(id, 'aaaabbbbccccdddd')
  let isStored = false
  const stored = state.stored().then(() => {
    isStored = true
  })
  await new Promise(resolve => setTimeout(resolve, 600))
  expect(isStored).toBe(false)
  expect(state.known('web').all()).toEqual([])
  expect(told).toEqual([expect.stringMatching(/^cannot write the state store .*: disk I\/O error. Nothing is lost/)])
  limitFiles(process.pid, 'unlimited')
  await stored
  expect(told.at(-1)).toBe('resumed')
  expect(state.sent(id)).toMatchObject({ idPrefix: 'aaaabbbbccccdddd', through: 500 })
  state.begin('web', [position(2)])
  await state.stored()
  state.close()
  const again = openState(folder, now)
  expect(again.known('web').all()).toHaveLength(2)
  again.close()
})

test('what cannot be stored whatever room there is does not wait', async () => {
  const state = openState(folder, now)
  state.begin('web', [position(1)])
  expect(() => state.begin('web', [position(1)])).toThrow(/UNIQUE constraint failed/)
  limitFiles(process.pid, 1_000)
  state.begin('web', [position(2)])
  state.begin('web', [position(2)])
  limitFiles(process.pid, 'unlimited')
  await expect(state.stored()).rejects.toThrow(/UNIQUE constraint failed/)
  state.close()
})

test('a folder whose disk is full cannot be opened, says so, and can be as soon as there is room', () => {
  limitFiles(process.pid, 1_000)
  let error: unknown
  try {
    openState(folder, now)
  } catch (thrown) {
    error = thrown
  }
  limitFiles(process.pid, 'unlimited')
  expect(error).toMatchObject({ code: 'E_STATE_OPEN', message: expect.stringContaining(folder) })
  expect(isPassing(error)).toBe(true)
  const state = openState(folder, now)
  expect(state.setAside).toBeUndefined()
  state.close()
})
