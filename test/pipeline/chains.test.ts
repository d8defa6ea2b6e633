// Which lane the files of a log go to.

import { expect, test } from 'vitest'
import type { Generation, GenerationId } from '#record'
import { createChains } from '../../src/pipeline/chains.ts'
import type { Lane } from '../../src/pipeline/halves.ts'

const lanes = ['first', 'second'].map(name => ({ name }) as unknown as Lane)
const [first, second] = lanes

/** A generation that was first seen at a path. */
function generation(id: string, path: string): Generation {
  return { id: id as GenerationId, path, inode: id, deviceId: '9' }
}

test('all files of a rotated log go to one lane, and a new log to the lane that has fewer', () => {
  const { laneOf } = createChains(lanes)
  expect(laneOf(generation('a1', '/a.log'))).toBe(first)
  expect(laneOf(generation('b1', '/b.log'))).toBe(second)
  expect(laneOf(generation('a2', '/a.log'))).toBe(first)
  expect(laneOf(generation('a3', '/a.log'))).toBe(first)
  expect(laneOf(generation('c1', '/c.log'))).toBe(first)
  expect(laneOf(generation('d1', '/d.log'))).toBe(second)
})

test('a log keeps its lane while one of its files is followed, and is forgotten with the last', () => {
  const { laneOf, leave } = createChains(lanes)
  const [a1, a2, b1] = [generation('a1', '/a.log'), generation('a2', '/a.log'), generation('b1', '/b.log')]
  laneOf(a1)
  laneOf(a2)
  laneOf(b1)
  leave(a1)
  expect(laneOf(generation('a3', '/a.log'))).toBe(first)
  leave(b1)
  leave(b1)
  for (const path of ['/c.log', '/d.log'])
    expect(laneOf(generation(path, path))).toBe(path === '/c.log' ? second : first)
})
