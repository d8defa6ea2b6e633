// Uncaught exceptions of PHP, exceptions that programs log, and those of Monolog and Laravel. A message goes on until its
// trace begins, and a trace ends in `{main}`, after which an exception that was caused by this one may follow.

import { isLogLine } from './log-line.ts'
import type { Machine } from './machine.ts'

type State =
  /** A log line. */
  | 'plain'
  /** After the first line of an exception, before its trace. */
  | 'message'
  | 'frames'
  /** A blank line after a trace. */
  | 'gap'
  /** After the line that ends a trace for good. */
  | 'end'

/**
 * PHP: `PHP Fatal error:  Uncaught …` with its trace, a log line with the exception or the trace that follows it, an
 * exception that Monolog (Laravel's logger) wrote into a record. Joined are `Stack trace:`, `#0 …`,
 * `Next …`, `  thrown in …`, `[stacktrace]`, `[previous exception]` and the rest of Monolog's record.
 *
 * What follows an exception's first line, or a record of Monolog that is an error, belongs to its message until the trace
 * comes or a line looks like a log line. `PHP Fatal error:` begins a group.
 *
 * Blank lines join within a message and after a trace, because `Next …` may follow; after `thrown in` they do not.
 *
 * Source: `Zend/zend_exceptions.c`, `main/main.c`, `Monolog\Formatter\LineFormatter`.
 */
export const php: Machine<State> = {
  begin(text) {
    if (FRAME.test(text)) return 'frames'
    return hasException(text) || MONOLOG.test(text) ? 'message' : 'plain'
  },
  next(state, text, first) {
    if (state === 'end') return undefined
    if (FRAME.test(text)) return 'frames'
    switch (state) {
      case 'message':
        if (CAUSE.test(text)) return 'message'
        return UNCAUGHT.test(text) || isLogLine(text, first) ? undefined : 'message'
      case 'frames':
      case 'gap':
        if (text === '') return state === 'frames' ? 'gap' : undefined
        if (CAUSE.test(text)) return 'message'
        return END.test(text) ? 'end' : undefined
      default:
        return undefined
    }
  }
}

const UNCAUGHT = /^(?:PHP )?Fatal error: +Uncaught /

/** An exception as text, wherever in a line: `RuntimeException: order 42 is broken`, and how Monolog quotes it. */
const hasException = (text: string): boolean =>
  text.includes('Exception: ') || text.includes('Error: ') || text.includes('"exception":"[object] (')

/** `[2026-11-20 23:11:52] shop.ERROR: text`. */
const MONOLOG = /^\[[^\]]+\] [\w-]+\.(?:ERROR|CRITICAL|ALERT|EMERGENCY): /

const FRAME = /^(?:#\d+ |Stack trace:$|\[stacktrace\]$)/
const CAUSE = /^(?:Next |\[previous exception\] )/

/** `  thrown in … on line 3`, and what closes a record of Monolog. */
const END = /^(?: {2}thrown in |")/
