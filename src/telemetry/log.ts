// Sluice's own log: one JSON object a line on standard error, or readable lines where that is a terminal. A log that
// cannot be written stops nothing else.

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
    serializers: { error: describeError }
  }
  // Without a listener a full disk beneath the log would end the process. pino's own destination, once full, neither lets
  // go of what it could not write nor tries again.
  process.stderr.on('error', ignore)
  return pino(options, isTerminal ? readable(process.stderr) : process.stderr)
}

function ignore(): void {}

/**
 * An error as the fields `error.*` of ECS, causes in its message, without a stack. Other values stay as they are.
 */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { code } = error as { code?: unknown }
  return { type: error.name, ...(code !== undefined && { code }), message: messageOf(error) }
}

/** Failed attempts at several addresses make one error without a message: then its code says more. */
function messageOf(error: Error): string {
  const { message, cause, name } = error
  const own = message || String((error as { code?: unknown }).code ?? name)
  if (!(cause instanceof Error)) return own
  const inner = messageOf(cause)
  return own.includes(inner) ? own : `${own}: ${inner}`
}
