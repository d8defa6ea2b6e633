// The checkpoint follows receipts, in whatever order they come.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLedger } from '#ack'
import { type Fate, type GenerationId, offset, type Settled } from '#record'

function run(start: number, end: number, fate: Fate = 'acked'): Settled {
  const shares = [{ fate, reason: '', bytes: end - start, lines: 1, documents: fate === 'acked' ? 1 : 0 }]
  return { generation: 'g' as GenerationId, start: offset(start), end: offset(end), shares, isMidCut: false }
}

test('the checkpoint waits for a gap to close', () => {
  const ledger = createLedger(offset(0))
  ledger.settle(run(10, 20))
  expect(ledger.checkpoint).toBe(0)
  expect(ledger.take()).toBeUndefined()
  ledger.settle(run(0, 10))
  expect(ledger.checkpoint).toBe(20)
})

test('what was taken once is not counted again', () => {
  const ledger = createLedger(offset(5))
  ledger.settle(run(5, 8))
  expect(ledger.take()).toMatchObject({ checkpoint: 8, shares: [{ fate: 'acked', bytes: 3 }] })
  expect(ledger.take()).toBeUndefined()
  ledger.settle(run(8, 9, 'dropped'))
  expect(ledger.take()).toMatchObject({ checkpoint: 9, shares: [{ fate: 'dropped', bytes: 1 }] })
})

test('in any order, shares add up to the bytes below the checkpoint and never to more', () => {
  const fates = fc.constantFrom<Fate>('acked', 'deadLettered', 'dropped', 'skipped', 'lost')
  const lengths = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fates), { maxLength: 30 })
  fc.assert(
    fc.property(lengths, fc.infiniteStream(fc.nat()), (parts, picks) => {
      const runs: Settled[] = []
      let end = 0
      for (const [length, fate] of parts) {
        runs.push(run(end, end + length, fate))
        end += length
      }
      const ledger = createLedger(offset(0))
      let counted = 0
      while (runs.length > 0) {
        const [picked] = runs.splice((picks.next().value as number) % runs.length, 1)
        if (picked !== undefined) ledger.settle(picked)
        for (const { bytes } of ledger.take()?.shares ?? []) counted += bytes
        expect(counted).toBe(ledger.checkpoint)
        expect(ledger.checkpoint).toBeLessThanOrEqual(Math.min(end, ...runs.map(({ start }) => start)))
      }
      expect(ledger.checkpoint).toBe(end)
    })
  )
})
