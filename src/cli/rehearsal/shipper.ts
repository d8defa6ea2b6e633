// The shipper as a process of its own, `sluice run`, so that it can be killed. Its log goes to a file.

import { closeSync, openSync, readFileSync } from 'node:fs'
import { type Child, startChild } from './child.ts'

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
  /** It ended by itself; its last words are in the message. */
  readonly onFailure: (error: Error) => void
}

/** A shipper that does not run yet. It ends with this process, even where that is killed. */
export function createShipper({ settingsFile, logFile, env, onFailure }: ShipperOptions): Shipper {
  let child: Child | undefined
  const lastWords = () => readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LAST_LINES).join('\n')

  return {
    start() {
      const log = openSync(logFile, 'a')
      child = startChild([process.execPath, ...process.execArgv, process.argv[1] ?? '', 'run', '-c', settingsFile], {
        name: 'the shipper',
        onFailure: ({ message }) => onFailure(new Error(`${message}; the end of its log:\n${lastWords()}`)),
        env,
        // The channel tells it when the command is gone without a word.
        stdio: ['ignore', log, log, 'ipc']
      })
      closeSync(log)
      return child.process.pid ?? 0
    },
    kill: async () => child?.end(process => process.kill('SIGKILL')),
    stop: async () => child?.end(process => process.kill('SIGTERM')),
    lastWords
  }
}
