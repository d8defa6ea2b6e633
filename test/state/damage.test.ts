// A store that is damaged, or of which a part is gone, is set aside and never deleted; one that was merely left in the
// middle of things is not.

import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type GenerationId, offset, type Position } from '#record'
import { openState, type State } from '#state'

const now = () => new Date('2026-01-02T03:04:05Z')

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-damage-'))
  file = join(folder, 'state.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true }))

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

/** A page of SQLite's log, with its header. */
const FRAME_BYTES = 4_120

const positions = (count: number) => Array.from({ length: count }, (_, n) => position(n))
const advanceTo = (state: State, n: number, checkpoint: number) => {
  const { generation, path, head, proof } = position(n)
  state.advance(
    'web',
    [
      {
        generation: generation.id,
        path,
        head,
        size: checkpoint,
        checkpoint: offset(checkpoint),
        isMidCut: false,
        proof,
        waymarks: [],
        shares: []
      }
    ],
    []
  )
}

/** A folder as kill -9 leaves it: a copy of one whose store is open. */
function killed(work: (state: State, live: string) => void): void {
  const live = mkdtempSync(join(tmpdir(), 'sluice-live-'))
  const state = openState(live, now)
  work(state, live)
  for (const name of readdirSync(live)) copyFileSync(join(live, name), join(folder, name))
  state.close()
  rmSync(live, { recursive: true })
}

function closed(): void {
  const state = openState(folder, now)
  state.begin('web', positions(200))
  state.close()
}

/** Opens the folder and says how many generations it knows, and what was set aside. */
function reopen(): { known: number; setAside: State['setAside'] } {
  const state = openState(folder, now)
  const known = state.known('web').all().length
  state.close()
  return { known, setAside: state.setAside }
}

describe('a store is set aside under a dated name, and a new one takes its place', () => {
  test.each<[string, () => void, RegExp]>([
    ['that is no database', () => writeFileSync(file, 'x'.repeat(5_000)), /not a database/],
    [
      'that was cut',
      () => {
        closed()
        truncateSync(file, statSync(file).size >> 1)
      },
      /malformed|page/
    ],
    [
      'with half a page of something else',
      () => {
        closed()
        const bytes = readFileSync(file)
        bytes.fill(0xa5, bytes.length - 2_048 - 4_096, bytes.length - 4_096)
        writeFileSync(file, bytes)
      },
      /.+/
    ],
    [
      'whose log is gone',
      () => {
        killed(state => state.begin('web', positions(3)))
        rmSync(`${file}-wal`)
      },
      /was not closed, and its log state.sqlite-wal is empty or gone/
    ],
    [
      'that is empty though its log is not',
      () => {
        killed(state => state.begin('web', positions(3)))
        truncateSync(file, 0)
      },
      /it is empty or gone, and its log state.sqlite-wal is not/
    ]
  ])('%s', (_, damage, reason) => {
    damage()
    const before = existsSync(file) ? readFileSync(file) : undefined
    const { known, setAside } = reopen()
    expect(known).toBe(0)
    expect(setAside?.reason).toMatch(reason)
    expect(setAside?.file).toBe(`${file}.damaged-20260102T030405Z`)
    expect(readFileSync(setAside?.file ?? '')).toEqual(before)
    expect(reopen().setAside).toBeUndefined()
  })

  test('twice in one second', () => {
    for (const _ of [1, 2]) {
      writeFileSync(file, 'x'.repeat(5_000))
      reopen()
    }
    expect(readdirSync(folder).filter(name => name.includes('damaged'))).toHaveLength(2)
  })
})

describe('a store is kept', () => {
  test('that was closed', () => {
    closed()
    expect(reopen()).toEqual({ known: 200, setAside: undefined })
  })

  test('that was left by kill -9, however often', () => {
    killed(state => state.begin('web', positions(5)))
    for (const name of ['state.sqlite-wal', 'state.sqlite-open']) expect(existsSync(join(folder, name))).toBe(true)
    expect(reopen()).toEqual({ known: 5, setAside: undefined })
    expect(reopen()).toEqual({ known: 5, setAside: undefined })
  })

  test('that was left by kill -9 and looked at', () => {
    killed(state => state.begin('web', positions(5)))
    const database = new DatabaseSync(file, { readOnly: true })
    database.prepare('SELECT * FROM generation').all()
    database.close()
    expect(reopen()).toEqual({ known: 5, setAside: undefined })
  })
})

// What a power cut takes is the end of the log, behind the last write that was forced to the disk.
test('however much of the log a power cut takes, what was promised is there and the rest is of one moment', () => {
  let promised = 0
  killed((state, live) => {
    state.begin('web', positions(2))
    advanceTo(state, 0, 10)
    state.reserve([
      {
        generation: position(0).generation.id,
        through: offset(1_000),
        since: undefined,
        head: position(0).head,
        size: 0
      }
    ])
    promised = statSync(join(live, 'state.sqlite-wal')).size
    for (let checkpoint = 20; checkpoint <= 100; checkpoint += 10) advanceTo(state, 0, checkpoint)
  })
  const [database, log] = [readFileSync(file), readFileSync(`${file}-wal`)]
  expect(log.length).toBeGreaterThan(promised)
  const found = new Set<number>()
  for (let length = promised; length <= log.length; length += FRAME_BYTES / 8) {
    writeFileSync(file, database)
    writeFileSync(`${file}-wal`, log.subarray(0, length))
    writeFileSync(`${file}-open`, '')
    rmSync(`${file}-shm`, { force: true })
    const state = openState(folder, now)
    expect(state.setAside).toBeUndefined()
    expect(state.sent(position(0).generation.id).through).toBe(1_000)
    found.add(
      Number(
        state
          .known('web')
          .all()
          .find(({ path }) => path === position(0).path)?.checkpoint
      )
    )
    state.close()
  }
  expect([...found].sort((a, b) => a - b)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100])
})
