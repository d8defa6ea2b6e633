// Dead letters leave the store together with their share of the ledger: whatever becomes of them, and whoever settles them,
// the sums add up to the checkpoint and a span counts once, by the worst that its documents met.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DeadLetter, type GenerationId, offset, type Position } from '#record'
import { type LetterFate, type Letters, openLetters, openState, readState, type State } from '#state'

const generation = 'aaaabbbbccccdddd' as GenerationId
const origin = { id: generation, path: '/var/log/a.log', inode: '7', deviceId: '9' }
const position: Position = {
  ...{ generation: origin, path: '/var/log/a.log', birthMs: 0, head: { bytes: 3, hash: 'abc' }, size: 30 },
  ...{ checkpoint: offset(0), isMidCut: false, proof: Buffer.alloc(0), waymarks: [], isEnded: false }
}

/** A letter of the span of ten bytes from `start`. */
function letter(start: number, ordinal: number, isSpanAcked: boolean, type = 'document_parsing_exception'): DeadLetter {
  const id = `${generation}${start}.${ordinal}`
  const item = { generation, id, ordinal, start: offset(start), end: offset(start + 10), raw: 'línea', source: '{}' }
  return { item, index: 'logs-a-default', status: 400, type, reason: `because of ${start}`, isSpanAcked }
}

let folder: string
let clock = new Date('2026-01-02T03:04:05Z')
let state: State
let letters: Letters
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-letters-'))
  clock = new Date('2026-01-02T03:04:05Z')
  state = openState(folder, () => clock)
  state.begin('web', [position])
  letters = openLetters(folder, () => clock)
})
afterEach(() => {
  letters.close()
  state.close()
  rmSync(folder, { recursive: true })
})

/** Settles a first span of ten bytes as its dead letters and delivered documents say. */
function refuse(all: readonly DeadLetter[], acked: number): void {
  const shares = [{ fate: 'deadLettered' as const, reason: '', bytes: 10, lines: 1, documents: all.length }]
  const delivered = { fate: 'acked' as const, reason: '', bytes: 0, lines: 0, documents: acked }
  const { path, head, size, isMidCut, proof } = position
  const advance = { generation, path, head, size, isMidCut, proof, waymarks: [], checkpoint: offset(10) }
  state.advance('web', [{ ...advance, shares: [...shares, delivered] }], all)
}

/** What the ledger has, without what is empty. */
function ledger(): Record<string, [bytes: number, lines: number, documents: number]> {
  const database = new DatabaseSync(join(folder, 'state.sqlite'), { readOnly: true })
  const rows = database.prepare('SELECT * FROM ledger').all()
  database.close()
  const shares = rows.map(({ fate, reason, bytes, lines, documents }) => {
    const name = reason === '' ? `${fate}` : `${fate}: ${reason}`
    return [name, [Number(bytes), Number(lines), Number(documents)] as [number, number, number]] as const
  })
  return Object.fromEntries(shares.filter(([, sums]) => sums.some(sum => sum !== 0)))
}

describe('a letter that is settled', () => {
  const one = [letter(0, 0, false)]
  const two = [letter(0, 0, false), letter(0, 1, false)]
  test.each([
    { what: 'delivered', all: one, acked: 0, fates: ['acked'], left: { acked: [10, 1, 1] } },
    { what: 'dropped by a rule', all: one, acked: 0, fates: ['dropped'], left: { 'dropped: drop': [10, 1, 0] } },
    { what: 'discarded', all: one, acked: 0, fates: ['discarded'], left: { 'deadLettered: discarded': [10, 1, 1] } },
    {
      what: 'delivered, the other not yet',
      ...{ all: two, acked: 0, fates: ['acked'], left: { acked: [0, 0, 1], deadLettered: [10, 1, 1] } }
    },
    { what: 'both delivered', all: two, acked: 0, fates: ['acked', 'acked'], left: { acked: [10, 1, 2] } },
    {
      what: 'one delivered, then one dropped',
      ...{ all: two, acked: 0, fates: ['acked', 'dropped'], left: { acked: [10, 1, 1] } }
    },
    {
      what: 'one dropped, then one delivered',
      ...{ all: two, acked: 0, fates: ['dropped', 'acked'], left: { acked: [10, 1, 1] } }
    },
    {
      what: 'one discarded, then one delivered',
      ...{ all: two, acked: 0, fates: ['discarded', 'acked'] },
      left: { acked: [0, 0, 1], 'deadLettered: discarded': [10, 1, 1] }
    },
    {
      what: 'dropped, where another document of its span was delivered from the first',
      ...{ all: [letter(0, 1, true)], acked: 1, fates: ['dropped'], left: { acked: [10, 1, 1] } }
    }
  ] as const)('$what', ({ all, acked, fates, left }) => {
    refuse(all, acked)
    for (const [i, fate] of (fates as readonly LetterFate[]).entries()) {
      expect(letters.settle([String(all[i]?.item.id)], fate)).toBe(1)
      const sum = Object.values(ledger()).reduce((bytes, share) => bytes + share[0], 0)
      expect(sum).toBe(10)
    }
    expect(ledger()).toEqual(left)
    expect(state.keptLetters().of.get('web')?.[0]?.count ?? 0).toBe(all.length - fates.length)
  })

  test('twice, by two who do it at once, is counted once', () => {
    refuse([letter(0, 0, false)], 0)
    const id = `${generation}0.0`
    const other = openLetters(folder, () => clock)
    expect([letters.settle([id], 'acked'), other.settle([id], 'discarded')]).toEqual([1, 0])
    other.close()
    expect(ledger()).toEqual({ acked: [10, 1, 1] })
  })
})

test('a letter that is refused again stays with the new reason and time', () => {
  refuse([letter(0, 0, false)], 0)
  clock = new Date('2026-03-01T00:00:00Z')
  const id = `${generation}0.0`
  letters.refuse([{ id, index: 'logs-b-default', source: '{"a":1}', status: 400, type: 'other', reason: 'still' }])
  const changed = { index: 'logs-b-default', source: '{"a":1}', type: 'other', reason: 'still', raw: 'línea' }
  expect(letters.get([id])).toMatchObject([{ ...changed, at: '2026-03-01T00:00:00.000Z' }])
  expect(state.keptLetters()).toMatchObject({ bytes: 6 + 7 })
  expect(ledger()).toEqual({ deadLettered: [10, 1, 1] })
})

test('letters are chosen by pipeline, type, reason, time and id', () => {
  refuse([letter(0, 0, false), letter(0, 1, false, 'content_too_large')], 0)
  const [first, second] = [`${generation}0.0`, `${generation}0.1`]
  const chosen = (filter: Parameters<Letters['ids']>[0]) => letters.ids(filter)
  expect(chosen({})).toEqual([first, second])
  expect(chosen({ pipeline: 'other' })).toEqual([])
  expect(chosen({ type: 'too_large' })).toEqual([second])
  expect(chosen({ reason: 'because of 0', ids: [first] })).toEqual([first])
  expect(chosen({ reason: '%' })).toEqual([])
  expect(chosen({ since: clock })).toEqual([first, second])
  expect(chosen({ until: clock })).toEqual([])
  const reader = readState(folder)
  expect(reader.deadLetters({ type: 'too_large' }, 10)).toMatchObject([{ id: second }])
  reader.close()
})

test('a letter that the checkpoint has not passed is not settled: its bytes may still meet another fate', () => {
  state.advance('web', [], [letter(0, 0, false)])
  expect(letters.ids({})).toEqual([])
})

test('the owner sees which letters there are, also after another process has settled some', () => {
  expect(state.keptLetters()).toMatchObject({ bytes: 0 })
  const sinceMs = clock.getTime()
  refuse([letter(0, 0, false), letter(0, 1, false), letter(0, 2, false, 'content_too_large')], 0)
  const [mapping, large] = ['document_parsing_exception', 'content_too_large'].map(type => ({
    type,
    count: 1,
    sinceMs
  }))
  expect(state.keptLetters()).toMatchObject({
    bytes: 3 * (6 + 2),
    of: new Map([['web', [{ ...mapping, count: 2 }, large]]])
  })
  letters.settle([`${generation}0.0`], 'acked')
  expect(state.keptLetters()).toMatchObject({ bytes: 2 * (6 + 2), of: new Map([['web', [large, mapping]]]) })
  clock = new Date('2026-03-01T00:00:00Z')
  letters.refuse([{ ...letter(0, 1, false), id: `${generation}0.1`, source: '{}', type: 'content_too_large' }])
  expect(state.keptLetters().of).toEqual(new Map([['web', [{ ...large, count: 2 }]]]))
  letters.settle([`${generation}0.1`, `${generation}0.2`], 'discarded')
  expect(state.keptLetters()).toMatchObject({ bytes: 0, of: new Map() })
})

test('who settles letters last leaves a store that its next owner takes for sound', () => {
  refuse([letter(0, 0, false)], 0)
  state.close()
  letters.settle([`${generation}0.0`], 'acked')
  letters.close()
  state = openState(folder, () => clock)
  expect(state.setAside).toBeUndefined()
  expect(state.known('web').all()).toMatchObject([{ checkpoint: 10 }])
  letters = openLetters(folder, () => clock)
})
