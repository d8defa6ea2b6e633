// One log of the self-test: the process that writes it, and the files that it was rotated into.

import { closeSync, mkdirSync, openSync, readdirSync, renameSync } from 'node:fs'
import { basename, join } from 'node:path'
import { startPartner } from './talk.ts'
import type { WriterDeed, WrittenSoFar } from './writer-program.ts'

export interface Log {
  readonly name: string
  readonly folder: string
  /** Where its writer writes; the rotated ones are beside it, `….1` the youngest, some of them with `.gz`. */
  readonly file: string
  /** What it had written when it was asked last. */
  readonly written: WrittenSoFar
  /** Rotated files, the youngest first. */
  rotated(): string[]
  /** Has the writer do something; resolves when that is done. */
  ask(deed: WriterDeed): Promise<WrittenSoFar>
  /** Makes an empty file where the writer writes, where there is none. */
  create(): void
  /** Gives each rotated file the number after its own. */
  moveOn(): void
  kill(): Promise<void>
}

/** A log in a folder of its own, which is made; its writer waits for `go`. */
export function createLog(logs: string, name: string, rate: number, onFailure: (error: Error) => void): Log {
  const folder = join(logs, name)
  mkdirSync(folder)
  const file = join(folder, `${name}.log`)
  const writer = startPartner<WriterDeed, WrittenSoFar>('writer-program', [file, name, String(rate)], {
    name: `the writer of ${basename(file)}`,
    onFailure
  })
  let written: WrittenSoFar = { lines: 0, bytes: 0 }
  const numberOf = (path: string) => Number(/\.(\d+)(?:\.gz)?$/.exec(path)?.[1])
  const rotated = () =>
    readdirSync(folder)
      .filter(other => other.startsWith(`${name}.log.`))
      .sort((a, b) => numberOf(a) - numberOf(b))
      .map(other => join(folder, other))

  return {
    name,
    folder,
    file,
    get written() {
      return written
    },
    rotated,
    async ask(deed) {
      written = await writer.ask(deed)
      return written
    },
    create: () => closeSync(openSync(file, 'a')),
    moveOn() {
      for (const path of rotated().reverse()) {
        renameSync(
          path,
          path.replace(/\d+(?=(?:\.gz)?$)/, digits => String(Number(digits) + 1))
        )
      }
    },
    kill: writer.kill
  }
}
