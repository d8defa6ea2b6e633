// Traces of Rust: panics as the standard library prints them, and errors with their causes and backtraces as anyhow and
// eyre do, by themselves or below a log line.

import { type Traces, writeError } from './traces.ts'

/** Until Rust 1.72 the message stood in quotes before the place. */
const PANIC =
  /^thread (?:'[^\n]{0,200}'|<unnamed>)(?: \(\d+\))? (?:(?<type>panic)ked at (?:'(?<quoted>[\s\S]*)', )?[^\n']*:\d+:\d+(?::?\n|$)|has overflowed its stack\n)/
const MAIN = 'Error: '
const STACK = /\n(?:\n?(?:Caused by:|[Ss]tack backtrace:)\n| {2,}\d+: \S)/
const MESSAGE_END = /\n\n?(?:note: |[Ss]tack backtrace:|Caused by:|Location:)/

export const rustTraces: Traces = {
  at(text) {
    const found = STACK.exec(text)
    return found === null ? -1 : found.index
  },
  is(text) {
    const trace = text.trimStart()
    return PANIC.test(trace) || (trace.startsWith(MAIN) && MESSAGE_END.test(trace))
  },
  write(values, text) {
    const trace = text.trim()
    const panic = PANIC.exec(trace)
    const begin = panic?.[0].length ?? (trace.startsWith(MAIN) ? MAIN.length : -1)
    if (begin === -1) return writeError(values, trace, {})
    const end = trace.search(MESSAGE_END)
    const message = panic?.groups?.quoted ?? trace.slice(begin, end === -1 ? undefined : end)
    writeError(values, trace, { type: panic?.groups?.type, message: message.trimEnd() })
  }
}
