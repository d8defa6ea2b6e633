// A full store of dead letters: what was refused waits, the log and health say why, and it goes on by itself.

import { expect, test } from 'vitest'
import { type DeadLetter, type GenerationId, type Item, offset } from '#record'
import { createLetterRoom, withSpanFates } from '../../src/pipeline/letter-room.ts'

test('letters wait until there is room, and it is said once', async () => {
  let bytes = 100
  const said: string[] = []
  const told: string[] = []
  const log = {
    error: (_: unknown, text: string) => said.push(text),
    info: (_: unknown, text: string) => said.push(text)
  }
  const signal = new AbortController().signal
  const room = createLetterRoom({
    state: { keptLetters: () => ({ bytes, of: new Map() }) },
    maxBytes: 100,
    log: log as never,
    signal
  })
  const storeFull = ({ reason }: { reason: string }) => {
    told.push(reason)
    if (told.length === 2) bytes = 99
  }
  await room(3, { storeFull })
  expect(said).toEqual(['refused documents held, the store of dead letters is full', 'room for dead letters again'])
  expect(told).toEqual(Array(2).fill('dead letters take 100 bytes, and deadLetters.maxBytes is 100'))
})

test('letters wait no longer than the process', async () => {
  const stopping = new AbortController()
  const room = createLetterRoom({
    state: { keptLetters: () => ({ bytes: 100, of: new Map() }) },
    maxBytes: 100,
    log: { error() {}, info() {} } as never,
    signal: stopping.signal
  })
  const waiting = room(1, { storeFull() {} })
  stopping.abort()
  await expect(waiting).rejects.toThrow(/abort/)
})

test('a letter knows whether another document of its span was taken', () => {
  const item = (start: number, ordinal: number): Item => {
    const id = `${start}.${ordinal}`
    return {
      generation: 'g' as GenerationId,
      id,
      ordinal,
      start: offset(start),
      end: offset(start + 5),
      raw: '',
      source: ''
    }
  }
  const items = [item(0, 0), item(5, 0), item(5, 1), item(5, 2), item(10, 0), item(10, 1)]
  const letters = [item(0, 0), item(5, 1), item(5, 2), item(10, 0), item(10, 1)].map(
    (one): DeadLetter => ({ item: one, index: '', status: 400, type: '', reason: '' })
  )
  const told = withSpanFates(letters, items).map(({ item: { id }, isSpanAcked }) => [id, isSpanAcked])
  expect(told).toEqual([
    ['0.0', false],
    ['5.1', true],
    ['5.2', true],
    ['10.0', false],
    ['10.1', false]
  ])
})
