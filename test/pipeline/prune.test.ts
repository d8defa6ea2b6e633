// Files that ended long ago are forgotten, but for their sums and those that are still there.

import { mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type GenerationId, offset, type Position } from '#record'
import { openState, readState, type State } from '#state'
import { createLog } from '#telemetry'
import { pruneState } from '../../src/pipeline/prune.ts'

const DAY_MS = 86_400_000
const log = createLog('silent', false)

let folder: string
let state: State
let clock = new Date()
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-prune-'))
  clock = new Date(Date.now() - 40 * DAY_MS)
  state = openState(join(folder, 'state'), () => clock)
})
afterEach(() => {
  state.close()
  rmSync(folder, { recursive: true })
})

/** A file of 10 bytes of which so many are acknowledged, and which has ended. */
function ended(name: string, checkpoint = 10): Position {
  const path = join(folder, name)
  writeFileSync(path, 'x'.repeat(10))
  const { dev, ino } = statSync(path, { bigint: true })
  const position: Position = {
    generation: { id: name.padEnd(16, 'a') as GenerationId, path, inode: String(ino), deviceId: String(dev) },
    ...{ path, birthMs: 0, head: { bytes: 0, hash: '' }, size: 10, checkpoint: offset(0), isMidCut: false },
    ...{ proof: Buffer.alloc(0), waymarks: [], isEnded: false }
  }
  state.begin('web', [position])
  const shares = [{ fate: 'acked' as const, reason: '', bytes: checkpoint, lines: 1, documents: 1 }]
  state.advance(
    'web',
    [{ ...position, generation: position.generation.id, checkpoint: offset(checkpoint), shares }],
    []
  )
  state.setEnded([position.generation.id], true)
  return position
}

const known = () =>
  state
    .known('web')
    .all()
    .map(({ generation }) => generation.id.replaceAll('a', ''))

test('what ended long ago, is settled and gone is forgotten, and its sums are kept', () => {
  for (const name of ['gone1', 'gone2', 'renmed', 'there']) ended(name)
  ended('pending', 5)
  for (const name of ['gone1', 'gone2', 'pending']) rmSync(join(folder, name))
  renameSync(join(folder, 'renmed'), join(folder, 'renmed.1'))
  pruneState(state, 41 * DAY_MS, log)
  expect(known()).toHaveLength(5)
  pruneState(state, 30 * DAY_MS, log)
  expect(known().sort()).toEqual(['pending', 'renmed', 'there'])
  ended('gone3')
  rmSync(join(folder, 'gone3'))
  pruneState(state, 30 * DAY_MS, log)
  const reader = readState(join(folder, 'state'))
  expect(reader.pruned('web')).toEqual([
    {
      pipeline: 'web',
      generations: 3,
      bytes: 30,
      shares: [{ fate: 'acked', reason: '', bytes: 30, lines: 3, documents: 3 }]
    }
  ])
  expect(reader.pruned('other')).toEqual([])
  reader.close()
})
