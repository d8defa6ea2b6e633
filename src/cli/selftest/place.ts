// Says in which file, and on which lines of it, serials stand that were lost or doubled.

import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { createGunzip } from 'node:zlib'
import split2 from 'split2'
import { readLine } from './lines.ts'
import type { Log } from './log.ts'
import type { SerialRange } from './tally.ts'

/** A run of lines of one file. */
interface Run {
  readonly file: string
  readonly firstLine: number
  lastLine: number
  lastSerial: number
}

/** Such as `web.log.3:120-140`, with line numbers; what is in no file any more was in one that is gone. */
export async function placesOf(ranges: readonly SerialRange[], logs: readonly Log[]): Promise<string[]> {
  const places: string[] = []
  for (const log of logs) {
    const own = ranges.filter(range => range.log === log.name)
    if (own.length === 0) continue
    const found: Run[][] = own.map(() => [])
    for (const path of [log.file, ...log.rotated()]) await search(path, own, found)
    for (const [i, { first, last }] of own.entries()) {
      const runs = found[i] ?? []
      const texts = runs.map(({ file, firstLine, lastLine }) => `${file}:${numbers(firstLine, lastLine)}`)
      const where = texts.length === 0 ? 'in a file that was truncated or deleted since' : texts.join(', ')
      places.push(`${where} (of all that was written to ${log.name}.log: ${numbers(first + 1, last + 1)})`)
    }
  }
  return places
}

const numbers = (first: number, last: number) => (first === last ? `${first}` : `${first}-${last}`)

/** Adds the runs of lines of this file that are in the ranges. */
async function search(path: string, ranges: readonly SerialRange[], found: readonly Run[][]): Promise<void> {
  const file = createReadStream(path)
  const lines = (path.endsWith('.gz') ? file.pipe(createGunzip()) : file).pipe(split2())
  let number = 0
  for await (const text of lines as AsyncIterable<string>) {
    number += 1
    const serial = readLine(text)?.serial
    if (serial === undefined) continue
    const i = ranges.findIndex(({ first, last }) => serial >= first && serial <= last)
    const runs = found[i]
    if (runs === undefined) continue
    const run = runs.at(-1)
    if (run?.file === basename(path) && run.lastSerial === serial - 1) {
      run.lastLine = number
      run.lastSerial = serial
    } else runs.push({ file: basename(path), firstLine: number, lastLine: number, lastSerial: serial })
  }
}
