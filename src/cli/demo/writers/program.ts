// What the Node.js programs of the demo have in common: `program FILE RATE FIRST` writes RATE records a second to FILE, the
// first with the serial FIRST, and prints how many there are by now. A line on standard input has it open FILE anew, as a
// signal does after logrotate has renamed it; it ends with standard input, and so with the demo, however that ends.

import { createInterface } from 'node:readline'

const TICK_MS = 20

/** How a program logs. */
export interface Log {
  /** Takes the record with this serial. */
  write(serial: number): void
  /** Called after some records. */
  flush?(): void
  reopen(): void
  /** Nothing is held back after it. */
  end(): void
}

/** Runs such a program. */
export function runProgram(open: (file: string) => Log): void {
  const [file = '', rate, first] = process.argv.slice(2)
  const log = open(file)
  const begunMs = performance.now()
  let serial = Number(first)
  const timer = setInterval(() => {
    const due = Number(first) + ((performance.now() - begunMs) * Number(rate)) / 1000
    for (; serial < Math.floor(due); serial += 1) log.write(serial)
    log.flush?.()
    process.stdout.write(`${serial}\n`)
  }, TICK_MS)
  createInterface(process.stdin)
    .on('line', () => log.reopen())
    .on('close', () => {
      clearInterval(timer)
      log.end()
    })
}

export function pick<T>(choices: readonly T[]): T {
  return choices[Math.floor(Math.random() * choices.length)] as T
}
