// Plays nginx and logrotate: writes an access log at a steady rate, in pieces that end anywhere within a line, and rotates
// it by renaming and creating, while the old file is still written to for a moment.

import { closeSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { logLine } from './log-line.ts'

const TICK_MS = 20
/** How long nginx goes on with the renamed file until it opens the new one. */
const REOPEN_MS = 150

export interface Writer {
  readonly file: string
  /** Lines written so far; their serials are 0 and up. */
  readonly lines: number
  readonly bytes: number
  readonly rotations: number
  /** Writes until `pause`. */
  run(linesPerSecond: number): void
  /** Ends the line in progress and stops. */
  pause(): void
  /** Renames `access.log` to `access.log.1`, that to `access.log.2` and so on, and goes on in a new `access.log`. */
  rotate(): Promise<void>
  close(): void
}

/** A writer of `access.log` in `folder`, which is made. It writes nothing yet. */
export function createWriter(folder: string): Writer {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'access.log')
  let descriptor = openSync(file, 'a')
  let timer: NodeJS.Timeout | undefined
  let [lines, bytes, rotations] = [0, 0, 0]
  /** What nginx holds in its buffer: it begins with what the last piece has left of a line. */
  let held = ''

  function write(upTo: number): void {
    writeSync(descriptor, held.slice(0, upTo))
    held = held.slice(upTo)
  }

  function run(linesPerSecond: number): void {
    let doneMs = performance.now()
    timer = setInterval(() => {
      const due = Math.floor(((performance.now() - doneMs) * linesPerSecond) / 1000)
      doneMs += (due * 1000) / linesPerSecond
      const at = new Date()
      for (let i = 0; i < due; i += 1) {
        const line = logLine(lines, at)
        held += line
        bytes += line.length
        lines += 1
      }
      write(Math.floor(held.length * Math.random()))
    }, TICK_MS)
  }

  return {
    file,
    get lines() {
      return lines
    },
    get bytes() {
      return bytes
    },
    get rotations() {
      return rotations
    },
    run,
    pause() {
      clearInterval(timer)
      write(held.length)
    },
    async rotate() {
      for (let number = rotations; number > 0; number -= 1) renameSync(`${file}.${number}`, `${file}.${number + 1}`)
      renameSync(file, `${file}.1`)
      const next = openSync(file, 'a')
      rotations += 1
      await sleep(REOPEN_MS)
      write(held.length)
      closeSync(descriptor)
      descriptor = next
    },
    close() {
      clearInterval(timer)
      closeSync(descriptor)
    }
  }
}
