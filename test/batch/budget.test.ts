// How pipelines share the bytes that a process may hold.

import { expect, test, vi } from 'vitest'
import { type BudgetShare, createBudget } from '#batch'

function sharesOf(limitBytes: number) {
  const budget = createBudget(limitBytes, 2)
  const [first, second] = budget.shares as [BudgetShare, BudgetShare]
  return { budget, first, second }
}

test('one pipeline has all of it', () => {
  const [share] = createBudget(100, 1).shares as [BudgetShare]
  share.take(99)
  expect(share.hasRoom).toBe(true)
  share.take(1)
  expect(share.hasRoom).toBe(false)
})

test('one that takes all it can leaves the others their part', () => {
  const { budget, first, second } = sharesOf(100)
  first.take(75)
  expect(first.hasRoom).toBe(false)
  expect(second.hasRoom).toBe(true)
  second.take(25)
  expect(second.hasRoom).toBe(false)
  expect(budget.usedBytes).toBe(100)
})

test('what all have in common goes to whoever needs it', () => {
  const { first, second } = sharesOf(100)
  first.take(60)
  second.take(30)
  expect([first.hasRoom, second.hasRoom]).toEqual([true, true])
  second.take(10)
  expect([first.hasRoom, second.hasRoom]).toEqual([false, false])
  first.give(1)
  expect([first.hasRoom, second.hasRoom]).toEqual([true, true])
})

test('it is told once there is room again', () => {
  const budget = createBudget(100, 1)
  const [share] = budget.shares as [BudgetShare]
  const listener = vi.fn()
  budget.onRoom(listener)
  share.take(250)
  share.give(100)
  expect(listener).not.toHaveBeenCalled()
  share.give(100)
  share.give(50)
  expect(listener).toHaveBeenCalledOnce()
})
