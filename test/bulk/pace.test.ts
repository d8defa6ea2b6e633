// How requests become fewer and smaller where Elasticsearch cannot keep up, and more and larger again.

import { describe, expect, test } from 'vitest'
import { createPace, type Pace } from '#bulk'
import type { Answer } from '../../src/bulk/request.ts'

const MB = 1_048_576
const took = (tookMs: number): Answer => ({ kind: 'delivered', tookMs })
const whole = (status: number, verdict: 'retry' | 'tooLarge'): Answer => {
  return { kind: 'whole', verdict, status, reason: '', isInDoubt: false, type: '', isTimeout: false, retryAfterMs: 0 }
}
const [busy, tooLarge] = [whole(429, 'retry'), whole(413, 'tooLarge')]

/** A pace with a clock that goes on with every answer. */
function paced(maxInFlight: number) {
  let nowMs = 0
  const pace = createPace(maxInFlight, () => nowMs)
  const learn = (times: number, answer: Answer, bytes = MB) => {
    for (let i = 0; i < times; i += 1) {
      nowMs += 1
      pace.learn({ bytes, answer, sentMs: nowMs })
    }
  }
  return { pace, learn }
}

/** Keeps so many requests waiting that one is always queued. */
function crowd(pace: Pace): void {
  for (let i = 0; i < 100; i += 1) void pace.run(() => new Promise(() => {}))
}

describe('requests at once', () => {
  test('grow one by one up to the bound, while others wait', () => {
    const { pace, learn } = paced(4)
    crowd(pace)
    learn(100, took(300))
    expect(pace.inFlight).toBe(4)
  })

  test('do not grow where nobody waits', () => {
    const { pace, learn } = paced(4)
    learn(100, took(300))
    expect(pace.inFlight).toBe(2)
  })

  test('are halved where the server is busy, down to one', () => {
    const { pace, learn } = paced(8)
    crowd(pace)
    learn(200, took(300))
    learn(1, busy)
    expect(pace.inFlight).toBe(4)
    learn(5, busy)
    expect(pace.inFlight).toBe(1)
  })

  test('are halved once for all that were sent before', () => {
    const pace = createPace(8, () => 100)
    crowd(pace)
    for (let i = 0; i < 200; i += 1) pace.learn({ bytes: MB, answer: took(300), sentMs: 1 })
    for (let i = 0; i < 8; i += 1) pace.learn({ bytes: MB, answer: busy, sentMs: 50 })
    expect(pace.inFlight).toBe(4)
  })

  test('are fewer where the server takes much longer than it did', () => {
    const { pace, learn } = paced(8)
    crowd(pace)
    learn(200, took(300))
    learn(3, took(3_000))
    expect(pace.inFlight).toBe(1)
  })

  test('are as many as before where one answer alone was slow', () => {
    const { pace, learn } = paced(8)
    crowd(pace)
    learn(200, took(300))
    learn(1, took(1_500))
    learn(10, took(300))
    expect(pace.inFlight).toBe(8)
  })

  test('are as many as before where all is quick, or nobody can be reached', () => {
    const { pace, learn } = paced(8)
    crowd(pace)
    learn(200, took(300))
    learn(50, took(0))
    learn(50, took(200), MB / 10)
    learn(50, whole(0, 'retry'))
    expect(pace.inFlight).toBe(8)
    learn(3, took(3_000))
    expect(pace.inFlight).toBe(1)
  })

  test('are never more than allowed', async () => {
    const pace = createPace(1, () => 0)
    const under: number[] = []
    let running = 0
    await Promise.all(
      Array.from({ length: 10 }, () =>
        pace.run(async () => {
          running += 1
          under.push(running)
          await Promise.resolve()
          running -= 1
        })
      )
    )
    expect(Math.max(...under)).toBe(1)
  })
})

describe('the size of a request', () => {
  test('is halved where even one at a time is too much, and grows back', () => {
    const { pace, learn } = paced(1)
    learn(1, busy, 4 * MB)
    expect(pace.requestBytes).toBe(2 * MB)
    learn(1, busy, 2 * MB)
    expect(pace.requestBytes).toBe(MB)
    learn(16, took(300), MB)
    expect(pace.requestBytes).toBe(2 * MB)
  })

  test('is not halved further by what is small already', () => {
    const { pace, learn } = paced(1)
    learn(1, busy, MB)
    learn(50, busy, 1_000)
    expect(pace.requestBytes).toBe(MB / 2)
  })

  test('stays as it was while nobody can be reached', () => {
    const { pace, learn } = paced(4)
    const before = [pace.requestBytes, pace.inFlight]
    learn(50, whole(0, 'retry'))
    expect([pace.requestBytes, pace.inFlight]).toEqual(before)
  })

  test('stays below what the server did not take', () => {
    const { pace, learn } = paced(1)
    learn(1, took(300), 3 * MB)
    learn(1, tooLarge, 4 * MB)
    expect(pace.requestBytes).toBe(3 * MB)
    learn(1, tooLarge, 3 * MB)
    expect(pace.requestBytes).toBe(1.5 * MB)
  })

  test('is tried a little larger after many that fitted, and less often after each that did not', () => {
    const { pace, learn } = paced(1)
    learn(1, tooLarge, 2 * MB)
    learn(99, took(300))
    expect(pace.requestBytes).toBe(MB)
    learn(1, took(300))
    expect(pace.requestBytes).toBe(Math.floor(1.1 * MB))
    learn(1, tooLarge, 1.1 * MB)
    expect(pace.requestBytes).toBe(MB)
    learn(199, took(300))
    expect(pace.requestBytes).toBe(MB)
  })
})
