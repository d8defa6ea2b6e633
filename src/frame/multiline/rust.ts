// What Rust's standard library prints when a thread panics, the errors with their causes that anyhow and eyre print, and the
// places below the lines of tracing. A panic's message goes on until a note or a backtrace, and there may be neither.

import { isLogLine } from './log-line.ts'
import type { Machine } from './machine.ts'

type State =
  /** A log line. */
  | 'plain'
  /** After the first line of a panic or of an error that ended the program. */
  | 'message'
  /** Within a backtrace, or the notes behind it. */
  | 'frames'
  /** Within the causes of an error. */
  | 'causes'
  /** A blank line before causes or a backtrace, or within a message. */
  | 'gap'

/**
 * Rust: a panic with its message, notes and backtrace; an error that `main` returned, with its causes and backtrace as
 * anyhow and eyre print them; a log line with the backtrace, the causes or the place and spans that follow it.
 *
 * What follows `thread '…' panicked at …` or `Error: …` joins as its message until a line looks like a log line. A panic
 * begins a group, also within another one.
 *
 * Blank lines join within a panic's message and after an error, because a backtrace or causes may follow: an error is
 * what begins with `Error: `, or a log line of that level. After a backtrace they join only where causes may follow it.
 *
 * Source: `library/std/src/panicking.rs` and `sys/backtrace.rs` of Rust, `anyhow/src/fmt.rs`, tracing's `format/pretty.rs`.
 */
export const rust: Machine<State> = {
  begin(text) {
    if (PANIC.test(text) || text.startsWith(ERROR)) return 'message'
    if (PART.test(text)) return 'causes'
    return isFrame(text) ? 'frames' : 'plain'
  },
  next(state, text, first) {
    if (PANIC.test(text)) return undefined
    if (BACKTRACE.test(text) || isFrame(text) || (state !== 'plain' && NOTE.test(text))) return 'frames'
    if (text === '') return canGoOn(state, first) ? 'gap' : undefined
    switch (state) {
      case 'message':
        return isLogLine(text, first) ? undefined : PART.test(text) ? 'causes' : 'message'
      case 'frames':
      case 'causes':
        return isIndented(text) || PART.test(text) ? state : undefined
      case 'gap':
        return PART.test(text) ? 'causes' : DIFF.test(text) ? 'message' : undefined
      default:
        return PART.test(text) && LEVEL.test(first) ? 'causes' : undefined
    }
  }
}

/** Whether more may follow a blank line. */
function canGoOn(state: State, first: string): boolean {
  if (PANIC.test(first)) return state === 'message' || state === 'gap'
  return state !== 'gap' && (first.startsWith(ERROR) || LEVEL.test(first))
}

const PANIC = /^thread (?:'[^\n]{0,200}'|<unnamed>)(?: \(\d+\))? (?:panicked at |has overflowed its stack$)/
const ERROR = 'Error: '
/** The level of a log line that may show an error with its causes. */
const LEVEL = /^\W{0,12}\d[^\n]{0,60}\b(?:ERROR|WARN)\b/

/** What begins a part of an error: its causes, where it was made. */
const PART = /^(?:Caused by:|Location:|Suggestion: |Backtrace omitted\.|Run with (?:RUST_|COLORBT_)| +━━)/
const BACKTRACE = /^[Ss]tack backtrace:$/
const NOTE =
  /^(?:note: |fatal runtime error: |thread (?:panicked while |caused non-unwinding panic)|panic in a destructor )/
/** How pretty_assertions begins what differs. */
const DIFF = /^Diff < left/

/** `   0: core::panicking::panic_fmt`, and the file below it; `    at src/main.rs:7` and `    in shop::order` below a log line. */
const isFrame = (text: string): boolean => isIndented(text) && /^\s+(?:\d+: |at \S+:\d|in \S+(?: with |$))/.test(text)

const isIndented = (text: string): boolean =>
  (text.startsWith(' ') || text.startsWith('\t')) && !/^\s+\d{4}-\d/.test(text)
