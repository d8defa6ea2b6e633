// The program of the guard: a small process of its own that runs one server and ends it, softly and then by force, when it
// is told to or when the channel to the process that started it breaks, which even a kill -9 of that process does.
// It leads its own session, so that Ctrl-C in a terminal ends neither it nor the server before their owner has drained.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { rm } from 'node:fs/promises'

const GRACE_MS = 15_000

/** What to run. */
export interface Orders {
  readonly command: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
  /** Gets all that the server prints. */
  readonly logFile: string
  /** A folder to remove when the server has ended. */
  readonly removeDir?: string
}

export type ToGuard =
  | { readonly type: 'start'; readonly orders: Orders }
  | { readonly type: 'stop' }
  /** As kill -9 would: at once, all of the server's processes. */
  | { readonly type: 'kill' }

/** Sent when the server has ended by itself; the guard stays until it is told to stop. */
export interface Ended {
  readonly type: 'ended'
  readonly reason: string
}

let server: ChildProcess | undefined
let removeDir: string | undefined
let isEnding = false

function start(orders: Orders): void {
  removeDir = orders.removeDir
  const log = openSync(orders.logFile, 'a')
  server = spawn(orders.command, orders.args, {
    env: orders.env,
    cwd: orders.cwd,
    // A process group of its own, so that the launcher and the server that it starts can be killed together.
    detached: process.platform !== 'win32',
    stdio: ['ignore', log, log]
  })
  closeSync(log)
  server.once('error', error => tell(error.message))
  server.once('exit', (code, signal) => tell(signal === null ? `exit code ${code}` : `signal ${signal}`))
}

function tell(reason: string): void {
  if (!isEnding && process.connected) process.send?.({ type: 'ended', reason } satisfies Ended)
}

/** To the launcher alone, which stops the server in good order. */
function stopSoftly(): void {
  server?.kill('SIGTERM')
}

function killAll(): void {
  if (server?.pid === undefined) return
  try {
    if (process.platform === 'win32') server.kill('SIGKILL')
    else process.kill(-server.pid, 'SIGKILL')
  } catch {
    // Nobody is left in the group.
  }
}

const isRunning = () => server?.pid !== undefined && server.exitCode === null && server.signalCode === null

async function end(how: () => void): Promise<void> {
  how()
  if (isEnding) return
  isEnding = true
  const grace = setTimeout(killAll, GRACE_MS)
  if (server !== undefined && isRunning()) await once(server, 'exit')
  clearTimeout(grace)
  // The launcher is gone; a server that it failed to take along is not left behind.
  killAll()
  if (removeDir !== undefined) await rm(removeDir, { recursive: true, force: true, maxRetries: 10 })
  process.exit()
}

process.on('message', (message: ToGuard) => {
  if (message.type === 'start') start(message.orders)
  else void end(message.type === 'stop' ? stopSoftly : killAll)
})
process.once('disconnect', () => void end(stopSoftly))
process.once('SIGTERM', () => void end(stopSoftly))
