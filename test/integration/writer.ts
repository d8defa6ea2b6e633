// Plays nginx and logrotate: lines of the combined format with serials, written in pieces that end anywhere within a line,
// into a file that is renamed and made anew while the old one is still written to.

import { closeSync, openSync, renameSync, writeSync } from 'node:fs'

/** The line with this serial, without a newline. Its user is `-` where none is given. */
export const lineOf = (serial: number, user = '-'): string =>
  `192.0.2.${serial % 250} - ${user} [20/Nov/2026:23:11:52 +0900] "GET /items/${serial} HTTP/1.1" 200 ${serial % 9_973} "-" "curl/8.16.0"`

export interface Writer {
  /** Lines so far; their serials are 0 and up where nobody else writes. */
  readonly lines: number
  readonly bytes: number
  readonly rotations: number
  /** Writes more lines; the last piece may end within one. */
  write(count: number): void
  /** Ends the line in progress. */
  finish(): void
  /** Renames `access.log` to `access.log.1`, that to `access.log.2` and so on, and goes on in a new one. */
  rotate(): void
}

/** A writer of `access.log` in a folder; `random` gives numbers from 0 to 1, `next` the serials where others write too. */
export function createWriter(folder: string, random: () => number, next?: () => number): Writer {
  const file = `${folder}/access.log`
  let descriptor = openSync(file, 'a')
  let held = ''
  const writer = { lines: 0, bytes: 0, rotations: 0, write, finish: () => put(held.length), rotate }

  function write(count: number): void {
    for (let i = 0; i < count; i += 1) {
      held += `${lineOf(next?.() ?? writer.lines)}\n`
      writer.lines += 1
    }
    put(Math.floor(held.length * (1 - random() / 10)))
  }

  function put(length: number): void {
    writer.bytes += writeSync(descriptor, held.slice(0, length))
    held = held.slice(length)
  }

  function rotate(): void {
    for (let i = writer.rotations; i > 0; i -= 1) renameSync(`${file}.${i}`, `${file}.${i + 1}`)
    renameSync(file, `${file}.1`)
    writer.rotations += 1
    const anew = openSync(file, 'a')
    // nginx writes on into the renamed file until it is told.
    write(Math.ceil(random() * 50))
    put(held.length)
    closeSync(descriptor)
    descriptor = anew
  }

  return writer
}
