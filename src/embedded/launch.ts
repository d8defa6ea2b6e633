// Starts a server under its guard and speaks with the guard. The server never outlives the process that called `launch`.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Ended, Orders, ToGuard } from './guard.ts'

/** A server that was told to run; whether it answers yet is not known here. */
export interface Launched {
  /** Why it ended, where it ended by itself. */
  readonly ended: () => string | undefined
  /** Ends it softly, by force after 15 s; resolves when it is gone and its folder removed. */
  stop(): Promise<void>
  /** Ends it as kill -9 would. */
  kill(): Promise<void>
}

/** Runs `orders` under a guard of its own. Until it is stopped or killed it keeps this process from ending by itself. */
export function launch(orders: Orders): Launched {
  // The guard is the neighbour of this file, as source or as built.
  const program = fileURLToPath(new URL(`./guard${extname(import.meta.filename)}`, import.meta.url))
  const guard = fork(program, { detached: true, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  let reason: string | undefined
  guard.on('message', (message: Ended) => {
    reason = message.reason
  })
  guard.once('error', error => {
    reason = error.message
  })
  send(guard, { type: 'start', orders })
  return {
    ended: () => reason ?? (hasExited(guard) ? 'its guard ended' : undefined),
    stop: () => dismiss(guard, 'stop'),
    kill: () => dismiss(guard, 'kill')
  }
}

const hasExited = (guard: ChildProcess) => guard.exitCode !== null || guard.signalCode !== null

async function dismiss(guard: ChildProcess, type: 'stop' | 'kill'): Promise<void> {
  if (hasExited(guard)) return
  const gone = once(guard, 'exit')
  send(guard, { type })
  await gone
}

function send(guard: ChildProcess, message: ToGuard): void {
  if (guard.connected) guard.send(message)
}
