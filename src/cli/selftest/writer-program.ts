// A writer of the self-test: `writer-program FILE LOG RATE` appends lines to FILE, RATE a second, in pieces that end anywhere
// within a line, as buffers do. What is asked of it is in `WriterDeed`.

import { closeSync, openSync, writeSync } from 'node:fs'
import { lineOf } from './lines.ts'
import { answerQuestions } from './talk.ts'

/**
 * - reopen: ends its line and opens FILE anew, as a service does when logrotate tells it to.
 * - hold: ends its line and writes no more until `go`.
 * - burst: writes so many bytes at once.
 * - look: nothing.
 */
export type WriterDeed =
  | { readonly deed: 'reopen' | 'hold' | 'go' | 'look' }
  | { readonly deed: 'burst'; readonly bytes: number }

/** All that it has written, and may still hold a part of the last line of. */
export interface WrittenSoFar {
  readonly lines: number
  readonly bytes: number
}

const TICK_MS = 10

const [file = '', log = '', rate] = process.argv.slice(2)
let descriptor = openSync(file, 'a')
let held = Buffer.alloc(0)
let [lines, bytes, due] = [0, 0, 0]
let isHolding = true

function write(isDone: () => boolean): void {
  const texts: string[] = []
  for (; !isDone(); lines += 1) {
    const text = `${lineOf(log, lines)}\n`
    bytes += text.length
    texts.push(text)
  }
  held = Buffer.concat([held, Buffer.from(texts.join(''))])
}

function put(length: number): void {
  for (let at = 0; at < length; ) at += writeSync(descriptor, held, at, length - at)
  held = held.subarray(length)
}

setInterval(() => {
  if (isHolding) return
  due += (Number(rate) * TICK_MS) / 1000
  const until = lines + Math.floor(due)
  due -= Math.floor(due)
  write(() => lines >= until)
  put(Math.floor(held.length * Math.random()))
}, TICK_MS)

answerQuestions<WriterDeed, WrittenSoFar>(asked => {
  if (asked.deed === 'burst') {
    const until = bytes + asked.bytes
    write(() => bytes >= until)
  }
  if (asked.deed !== 'go' && asked.deed !== 'look') put(held.length)
  if (asked.deed === 'reopen') {
    closeSync(descriptor)
    descriptor = openSync(file, 'a')
  }
  if (asked.deed === 'hold') isHolding = true
  if (asked.deed === 'go') isHolding = false
  return { lines, bytes }
})
