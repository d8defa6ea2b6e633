// A process that is wanted until it is told to end. Should it end before, that is a failure, which says its last words.

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Child {
  readonly process: ChildProcess
  /** Asks it to end, in whatever way, and waits until it is gone and all it said was read. */
  end(ask: (process: ChildProcess) => void): Promise<void>
}

export interface ChildOptions extends Omit<SpawnOptions, 'detached'> {
  /** What a person may call it. */
  readonly name: string
  /** It ended by itself. */
  readonly onFailure: (error: Error) => void
}

/** Starts a program. Ctrl-C in a terminal is for the command alone, which then ends it in good order. */
export function startChild(
  [command, ...args]: readonly [string, ...string[]],
  { name, onFailure, ...options }: ChildOptions
): Child {
  const child = spawn(command, args, { ...options, detached: true })
  let isWanted = true
  const fail = (how: string) => {
    if (isWanted) onFailure(new Error(`${name} ended by itself: ${how}`))
  }
  child.once('error', error => fail(error.message))
  child.once('exit', (code, signal) => fail(signal ?? `exit code ${code}`))
  const closed = once(child, 'close').catch(() => {})
  return {
    process: child,
    async end(ask) {
      isWanted = false
      ask(child)
      await closed
    }
  }
}
