// The shipper as a process of its own, `sluice run`, so that it can be killed. Its log goes to a file; should it end when
// nobody asked it to, that is a failure, which says its last words.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'

const LAST_LINES = 12

export interface Shipper {
  /** Starts it and returns its pid. */
  start(): number
  /** kill -9: no chance to say or save anything. */
  kill(): Promise<void>
  /** SIGTERM: it drains and ends. */
  stop(): Promise<void>
  /** The last lines of its log. */
  lastWords(): string
}

interface ShipperOptions {
  readonly settingsFile: string
  readonly logFile: string
  readonly env: NodeJS.ProcessEnv
  /** It ended by itself. */
  readonly onFailure: (error: Error) => void
}

/** A shipper that does not run yet. It ends with this process, even where that is killed. */
export function createShipper({ settingsFile, logFile, env, onFailure }: ShipperOptions): Shipper {
  let child: ChildProcess | undefined
  let isWanted = false

  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    isWanted = false
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }

  return {
    start() {
      const log = openSync(logFile, 'a')
      const started = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', 'run', '-c', settingsFile], {
        env,
        // Ctrl-C in a terminal is for the demo alone, which then ends it in good order; the channel tells it when the demo
        // is gone without a word.
        detached: true,
        stdio: ['ignore', log, log, 'ipc']
      })
      closeSync(log)
      child = started
      isWanted = true
      started.once('exit', (code, signal) => {
        if (isWanted) onFailure(new Error(`the shipper ended by itself: ${signal ?? `exit code ${code}`}`))
      })
      return started.pid ?? 0
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    lastWords: () => readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LAST_LINES).join('\n')
  }
}
