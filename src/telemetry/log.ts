// Sluice's own log: one JSON object a line on standard error, or readable lines where that is a terminal.

import { type Logger, pino } from 'pino'
import { readable } from './readable.ts'

export type Log = Logger

/** A log of the given level; `isTerminal` makes it readable for people. */
export function createLog(level: string, isTerminal: boolean): Log {
  const options = {
    level,
    base: {},
    timestamp: () => `,"@timestamp":"${new Date().toISOString()}"`,
    messageKey: 'message',
    formatters: { level: (label: string) => ({ 'log.level': label }) },
    serializers: { error: (error: unknown) => (error instanceof Error ? error.message : error) }
  }
  return isTerminal ? pino(options, readable(process.stderr)) : pino(options, pino.destination({ fd: 2, sync: true }))
}
