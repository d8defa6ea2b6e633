// What lag means, in bytes and in time, in stories of one file.

import { describe, expect, test } from 'vitest'
import { createLag } from '../../src/telemetry/lag.ts'
import { file, SECOND } from './scene.ts'

describe('lag in bytes', () => {
  test.each([
    ['is nothing where all is settled', { size: 100 }, 0],
    ['counts what is not read yet', { size: 100, position: 40, framedTo: 40, checkpoint: 40 }, 60],
    ['counts what is read and not settled', { size: 100, checkpoint: 40 }, 60],
    ['does not count a last line without its newline', { size: 100, framedTo: 90, checkpoint: 90 }, 0],
    ['ends with the last whole line', { size: 100, framedTo: 90, checkpoint: 40 }, 50],
    [
      'counts a line in the making while more is to be read',
      { size: 200, position: 100, framedTo: 90, checkpoint: 90 },
      110
    ],
    ['is nothing for an empty file', { size: 0 }, 0]
  ])('%s', (_, standing, lagBytes) => {
    expect(createLag()([file('/a.log', standing)], 0)).toEqual([{ path: '/a.log', lagBytes, lagMs: 0 }])
  })
})

describe('lag in time', () => {
  /** The lag in seconds at each look at one file, given as [seconds, size, checkpoint]. */
  function story(looks: readonly (readonly [number, number, number])[]): number[] {
    const lag = createLag()
    return looks.map(([at, size, checkpoint]) => {
      const [measured] = lag([file('/a.log', { size, checkpoint })], at * SECOND)
      return (measured?.lagMs ?? 0) / SECOND
    })
  }

  test('grows while a byte waits', () => {
    expect(
      story([
        [0, 100, 100],
        [5, 150, 100],
        [10, 150, 100],
        [60, 150, 100]
      ])
    ).toEqual([0, 0, 5, 55])
  })

  test('is gone when all is settled, and begins anew', () => {
    expect(
      story([
        [0, 100, 0],
        [30, 100, 100],
        [40, 200, 100],
        [50, 200, 100]
      ])
    ).toEqual([0, 0, 0, 10])
  })

  test('stays small for a busy file that keeps up, though its checkpoint never stands at its end', () => {
    const looks = Array.from({ length: 100 }, (_, i) => [i * 5, (i + 1) * 1_000, i * 1_000] as const)
    expect(Math.max(...story(looks))).toBe(0)
    const late = Array.from({ length: 100 }, (_, i) => [i * 5, (i + 3) * 1_000, i * 1_000] as const)
    expect(Math.max(...story(late))).toBe(10)
  })

  test('is that of the oldest byte, not of the newest', () => {
    expect(
      story([
        [0, 100, 0],
        [10, 200, 0],
        [20, 300, 0],
        [30, 300, 100],
        [40, 300, 250]
      ])
    ).toEqual([0, 10, 20, 20, 20])
  })

  test('is never said to be smaller than it is, however long the story', () => {
    const lag = createLag()
    const look = (second: number, checkpoint: number) =>
      lag([file('/a.log', { size: (second + 1) * 10, checkpoint })], second * SECOND)[0]?.lagMs ?? 0
    for (let second = 0; second < 1_000; second += 1) look(second, 0)
    // The byte at 5000 was first seen at second 500.
    const measured = look(1_000, 5_000) / SECOND
    expect(measured).toBeGreaterThanOrEqual(500)
    expect(measured).toBeLessThan(565)
  })

  test('belongs to a generation: the successor of a rotated file starts afresh, and what has ended is forgotten', () => {
    const lag = createLag()
    const old = file('/a.log', { size: 100, checkpoint: 0 })
    const next = { ...file('/a.log', { size: 10, checkpoint: 0 }), id: file('new', { size: 0 }).id }
    lag([old], 0)
    expect(lag([old, next], 60 * SECOND).map(({ lagMs }) => lagMs)).toEqual([60 * SECOND, 0])
    lag([next], 70 * SECOND)
    expect(lag([old], 80 * SECOND).map(({ lagMs }) => lagMs)).toEqual([0])
  })

  test('is not negative when the clock is set back', () => {
    expect(
      story([
        [100, 100, 0],
        [50, 100, 0]
      ])
    ).toEqual([0, 0])
  })
})
