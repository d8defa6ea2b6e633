// The store keeps what it was told, in one transaction each, and lets one process in at a time.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DeadLetter, type GenerationId, offset, type Position } from '#record'
import { type Advance, openState } from '#state'

const now = () => new Date('2026-01-02T03:04:05Z')
const id = 'aaaabbbbccccdddd' as GenerationId

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-state-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const position: Position = {
  generation: { id, path: '/var/log/a.log', inode: '18446744073709551615', deviceId: '64769' },
  path: '/var/log/a.log',
  birthMs: 1_700_000_000_123.456,
  head: { bytes: 3, hash: 'abc' },
  size: 3,
  checkpoint: offset(0),
  isMidCut: false,
  proof: Buffer.alloc(0),
  waymarks: [],
  isEnded: false
}

const advance: Advance = {
  generation: id,
  path: '/var/log/a.log.1',
  head: { bytes: 10, hash: 'def' },
  size: 20,
  checkpoint: offset(10),
  isMidCut: true,
  proof: Buffer.from('0123456789'),
  waymarks: [{ at: offset(70), hash: '0123456789abcdef' }],
  shares: [
    { fate: 'acked', reason: '', bytes: 8, lines: 2, documents: 2 },
    { fate: 'skipped', reason: 'blank', bytes: 2, lines: 1, documents: 0 }
  ]
}

const letter: DeadLetter = {
  item: {
    generation: id,
    id: `${id}000000000000`,
    ordinal: 0,
    start: offset(0),
    end: offset(5),
    raw: 'raw',
    source: '{}'
  },
  index: 'logs-a-default',
  status: 400,
  type: 'document_parsing_exception',
  reason: 'bad'
}

function rows(sql: string): unknown[] {
  const database = new DatabaseSync(join(folder, 'state.sqlite'), { readOnly: true })
  const found = database.prepare(sql).all()
  database.close()
  return found.map(row => ({ ...row }))
}

describe('a store that is opened again', () => {
  test('has every generation as it was left', () => {
    const first = openState(folder, now)
    first.begin('web', [position])
    first.advance('web', [advance], [])
    first.close()
    const second = openState(folder, now)
    const { path, head, size, checkpoint, isMidCut } = advance
    const proof = new Uint8Array(advance.proof)
    const { waymarks } = advance
    expect(second.known('web').all()).toEqual([
      { ...position, path, head, size, checkpoint, isMidCut, proof, waymarks }
    ])
    expect(second.known('other').all()).toEqual([])
    second.close()
  })

  test('knows how far documents may have been sent, and under which ids', () => {
    const first = openState(folder, now)
    first.begin('web', [position])
    expect(first.sent(id)).toEqual({ idPrefix: id, through: 0, encoding: undefined })
    const head = { bytes: 9, hash: 'head' }
    first.reserve([{ generation: id, through: offset(1_000), since: undefined, head, size: 70 }])
    first.renew(id, 'eeeeffffgggghhhh')
    first.setEncoding(id, 'euc-kr')
    first.close()
    const second = openState(folder, now)
    expect(second.sent(id)).toEqual({ idPrefix: 'eeeeffffgggghhhh', through: 1_000, encoding: 'euc-kr' })
    expect(second.known('web').all()).toMatchObject([{ head, size: 70, checkpoint: position.checkpoint }])
    second.close()
  })

  test('knows where records were forced to end, until the checkpoint has passed them', () => {
    const first = openState(folder, now)
    first.begin('web', [position])
    first.forceEnds(new Map([[id, offset(30)]]))
    first.forceEnds(new Map([[id, offset(10)]]))
    first.forceEnds(new Map([[id, offset(30)]]))
    first.close()
    const second = openState(folder, now)
    expect(second.forcedEnds(id)).toEqual([10, 30])
    second.advance('web', [advance], [])
    expect(second.forcedEnds(id)).toEqual([30])
    second.close()
  })

  test('remembers what has ended and what goes on after all', () => {
    const state = openState(folder, now)
    state.begin('web', [position])
    state.setEnded([id], true)
    expect(state.known('web').all()[0]?.isEnded).toBe(true)
    state.setEnded([id], false)
    expect(state.known('web').all()[0]?.isEnded).toBe(false)
    state.close()
  })
})

describe('the ledger', () => {
  test('adds up to the checkpoint after every step', () => {
    const state = openState(folder, now)
    state.begin('web', [position])
    const sum = 'SELECT checkpoint, (SELECT sum(bytes) FROM ledger) AS bytes FROM generation'
    state.advance('web', [advance], [])
    expect(rows(sum)).toEqual([{ checkpoint: 10, bytes: 10 }])
    const shares = [{ fate: 'acked' as const, reason: '', bytes: 7, lines: 1, documents: 1 }]
    state.advance('web', [{ ...advance, checkpoint: offset(17), shares }], [])
    expect(rows(sum)).toEqual([{ checkpoint: 17, bytes: 17 }])
    expect(rows("SELECT bytes, documents FROM ledger WHERE fate = 'acked'")).toEqual([{ bytes: 15, documents: 3 }])
    state.close()
  })

  test('begins with what was passed over where reading starts at the end', () => {
    const state = openState(folder, now)
    state.begin('web', [{ ...position, checkpoint: offset(500) }])
    expect(rows('SELECT fate, reason, bytes FROM ledger')).toEqual([{ fate: 'skipped', reason: 'startAt', bytes: 500 }])
    state.close()
  })

  test('changes together with the dead letters, or not at all', () => {
    const state = openState(folder, now)
    state.begin('web', [position])
    const broken = { ...letter, item: { ...letter.item, generation: 'unknown' as GenerationId } }
    expect(() => state.advance('web', [advance], [letter, broken])).toThrow()
    expect(rows('SELECT checkpoint FROM generation')).toEqual([{ checkpoint: 0 }])
    expect(rows('SELECT id FROM dead_letter')).toEqual([])
    state.advance('web', [advance], [letter])
    state.advance('web', [], [letter])
    expect(rows('SELECT raw, status, reason, at FROM dead_letter')).toEqual([
      { raw: 'raw', status: 400, reason: 'bad', at: '2026-01-02T03:04:05.000Z' }
    ])
    state.close()
  })
})

describe('a state folder', () => {
  test('lets no second process in and names the first', () => {
    const state = openState(folder, now)
    expect(() => openState(folder, now)).toThrow(
      `the state folder ${folder} is in use by another sluice (pid ${process.pid}): stop it first, or give this one its own stateDir`
    )
    state.close()
    openState(folder, now).close()
  })

  test('is free again when its process was killed', async ({ onTestFinished }) => {
    const script = `import { openState } from '#state'; openState(${JSON.stringify(folder)}, () => new Date()); console.log('open'); setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit']
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    await once(child.stdout, 'data')
    expect(() => openState(folder, now)).toThrow(`(pid ${child.pid})`)
    child.kill('SIGKILL')
    await once(child, 'exit')
    openState(folder, now).close()
  })

  test('of a newer Sluice is refused and left as it is', () => {
    openState(folder, now).close()
    const database = new DatabaseSync(join(folder, 'state.sqlite'))
    database.exec('PRAGMA user_version = 99')
    database.close()
    expect(() => openState(folder, now)).toThrow(/state.sqlite was made by a newer Sluice: it has version 99/)
  })

  test('that cannot be made says so', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(() => openState(join(folder, 'file', 'state'), now)).toThrow(/cannot make the state folder/)
  })
})

describe('a pipeline that the store does not know', () => {
  const rebuilt = {
    position: { ...position, checkpoint: offset(700), size: 1_000, proof: Buffer.from('proof') },
    sent: { idPrefix: 'eeeeffffgggghhhh', through: offset(2_000), encoding: 'utf-16le' },
    documents: 9,
    forcedEnds: [offset(800)]
  }

  test('is known once it was rebuilt, with all that its documents told', () => {
    const first = openState(folder, now)
    expect(first.knows('web')).toBe(false)
    first.rebuild('web', [rebuilt])
    first.rebuild('other', [])
    first.close()
    const second = openState(folder, now)
    expect([second.knows('web'), second.knows('other'), second.knows('third')]).toEqual([true, true, false])
    expect(second.known('web').all()).toMatchObject([{ generation: { id }, checkpoint: 700, size: 1_000 }])
    expect(second.sent(id)).toEqual(rebuilt.sent)
    expect(second.forcedEnds(id)).toEqual([800])
    expect(rows('SELECT fate, reason, bytes, documents FROM ledger')).toEqual([
      { fate: 'acked', reason: 'rebuilt', bytes: 700, documents: 9 }
    ])
    second.close()
  })
})

test('a store of version 1 is brought up with all that is in it', () => {
  copyFileSync(join(import.meta.dirname, 'version-1.sqlite'), join(folder, 'state.sqlite'))
  const state = openState(folder, now)
  expect(state.setAside).toBeUndefined()
  expect(state.knows('web')).toBe(true)
  expect(state.known('web').all()).toMatchObject([{ generation: { id }, checkpoint: 10, isMidCut: true }])
  expect(state.sent(id).through).toBe(1_000)
  expect(rows('SELECT sum(bytes) AS bytes FROM ledger')).toEqual([{ bytes: 10 }])
  expect(rows('SELECT raw FROM dead_letter')).toEqual([{ raw: 'raw' }])
  state.advance('web', [{ ...advance, checkpoint: offset(20), shares: [] }], [])
  state.close()
})
