// What the Go runtime prints when a program dies, and the stacks that programs print themselves. A message goes on until
// the first goroutine; of goroutines there may be many, with blank lines between them.

import { isLogLine } from './log-line.ts'
import type { Machine } from './machine.ts'

type State =
  /** A log line. */
  | 'plain'
  /** After the first line of a panic or a fatal error, before its goroutines. */
  | 'panic'
  /** Within a goroutine. */
  | 'frames'
  /** A blank line after a goroutine. */
  | 'gap'
  | 'registers'
  /** Within a stack as zap and pkg/errors write it: functions without arguments. */
  | 'stack'
  /** After `exit status 2`. */
  | 'end'

/**
 * Go: a panic, a fatal error or a signal with its goroutines, registers and `exit status`; a log line with the goroutine
 * that follows it (`http: panic serving …`, `debug.Stack`), or with the stack of an error that zap or pkg/errors wrote.
 *
 * What follows `panic: …` or `fatal error: …` joins as its message until a goroutine comes or a line looks like a log
 * line; panics in the course of a panic are indented. A `panic:` at the beginning of a line begins a group, also after a
 * log line, since the program dies of it and not the record.
 *
 * Blank lines join after a message and after each goroutine, because another may follow; after a log line they do not.
 *
 * Source: `runtime/panic.go` and `runtime/traceback.go`.
 */
export const go: Machine<State> = {
  begin(text) {
    if (PANIC.test(text)) return 'panic'
    if (GOROUTINE.test(text) || isCall(text)) return 'frames'
    return isPlace(text) ? 'frames' : 'plain'
  },
  next(state, text, first) {
    if (state === 'end' || text.startsWith('panic: ')) return undefined
    if (GOROUTINE.test(text)) return 'frames'
    switch (state) {
      case 'plain':
        return isFunction(text) && isLogLine(first) ? 'stack' : undefined
      case 'panic':
        return isLogLine(text, first) && !SIGNAL.test(text) ? undefined : 'panic'
      case 'frames':
        return text === '' ? 'gap' : inGoroutine(text)
      case 'stack':
        return isPlace(text) || (text !== '' && !isLogLine(text, first)) ? 'stack' : undefined
      default:
        if (REGISTER.test(text)) return 'registers'
        return EXIT.test(text) ? 'end' : undefined
    }
  }
}

function inGoroutine(text: string): State | undefined {
  if (isPlace(text) || isCall(text) || ELIDED.test(text)) return 'frames'
  return EXIT.test(text) ? 'end' : undefined
}

const PANIC = /^(?:panic: |fatal error: |runtime: |unexpected fault address |SIG[A-Z0-9]+: |\[signal SIG)/
const SIGNAL = /^(?:\[signal SIG|fatal error: )/
const GOROUTINE = /^(?:goroutine \d+ (?:gp=\S+ .*)?\[|runtime stack:$)/

/** `main.price(0x28?)`, `net/http.(*conn).serve(…)`, `created by main.main in goroutine 1`. */
function isCall(text: string): boolean {
  if (!text.endsWith(')')) return text.startsWith('created by ')
  const name = text.slice(0, text.indexOf('('))
  return text.startsWith('created by ') || name === 'panic' || (name.includes('.') && !name.includes(' '))
}

/** `main.price`, `net/http.(*conn).serve`, `main.main.func1`; longer ones are none, and would take long to tell. */
const isFunction = (text: string): boolean =>
  text.length < 500 && /^[\w./~%-]+\.(?:\(\*?\w+(?:\[\.\.\.\])?\)\.)?[\w.]+(?:\[\.\.\.\])?$/.test(text)

/** The line below a function: its file, or why its goroutine shows none. */
const isPlace = (text: string): boolean => text.startsWith('\t')

const ELIDED = /^\.\.\.(?:\d+|additional) frames elided\.\.\.$/
const REGISTER = /^[a-z0-9]{2,6} +0x[0-9a-f]+$/
const EXIT = /^exit status \d+$/
