// One service as a process of its own that logs to a file, and logrotate beside it: it renames the file, makes a new one,
// and a moment later has the service open that.

import { closeSync, createReadStream, mkdirSync, openSync, readdirSync, renameSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Child, startChild } from '../rehearsal/child.ts'
import type { Service } from './services.ts'

/** How long a service goes on with the renamed file. */
const REOPEN_MS = 150
const NEWLINE = 0x0a

export interface Writer {
  readonly service: Service
  readonly file: string
  /** Records written so far; their serials are 0 and up. */
  readonly records: number
  /** Writes, from where it stopped, until `stop`. */
  start(recordsPerSecond: number): void
  /** Renames its log to `….1`, that to `….2` and so on; it goes on in a new one. */
  rotate(): Promise<void>
  /** Ends it; every record that it began is written. */
  stop(): Promise<void>
  kill(): Promise<void>
}

/** A writer for a service, which logs into `folder`, which is made. It does not run yet. */
export function createWriter(service: Service, folder: string, onFailure: (error: Error) => void): Writer {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, service.file)
  const create = () => closeSync(openSync(file, 'a'))
  create()
  let child: Child | undefined
  let [records, renamed] = [0, 0]

  return {
    service,
    file,
    get records() {
      return records
    },
    start(recordsPerSecond) {
      child = startChild([...service.command, file, String(recordsPerSecond), String(records)], {
        name: `the service ${service.name}`,
        onFailure,
        stdio: ['pipe', 'pipe', 'inherit']
      })
      const { stdin, stdout } = child.process
      // Where it is gone, that is told by its end.
      stdin?.on('error', () => {})
      if (stdout) createInterface(stdout).on('line', line => (records = Number(line)))
    },
    async rotate() {
      for (let number = renamed; number > 0; number -= 1) renameSync(`${file}.${number}`, `${file}.${number + 1}`)
      renameSync(file, `${file}.1`)
      create()
      renamed += 1
      await sleep(REOPEN_MS)
      child?.process.stdin?.write('reopen\n')
    },
    stop: async () => child?.end(process => process.stdin?.end()),
    kill: async () => child?.end(process => process.kill('SIGKILL'))
  }
}

/** What stands in files. */
export interface Written {
  files: number
  lines: number
  bytes: number
}

/** Counts what stands in a writer's files, the rotated ones included. */
export async function measure({ file }: Writer): Promise<Written> {
  const written = { files: 0, lines: 0, bytes: 0 }
  for (const name of readdirSync(dirname(file))) {
    if (!name.startsWith(basename(file))) continue
    written.files += 1
    for await (const chunk of createReadStream(join(dirname(file), name)) as AsyncIterable<Buffer>) {
      written.bytes += chunk.length
      for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) written.lines += 1
    }
  }
  return written
}
