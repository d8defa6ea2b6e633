// Traces of Go: what the runtime prints when a program dies, and below a log line the goroutine of `debug.Stack` and of
// net/http, or the stack that zap and pkg/errors write.

import { type Traces, writeError } from './traces.ts'

/** What the program died of; of several the first. */
const DEATH = /^(?<type>panic|fatal error): /m
const BARE =
  /^(?:panic: |fatal error: |runtime: |unexpected fault address |SIG[A-Z0-9]+: |goroutine \d+ [^\n]*\[|runtime stack:\n)/
/** Where a stack begins: a goroutine, or a function with its file below. */
const STACK = /\n(?:goroutine \d+ [^\n]*\[|(?=\S*\.)\S+\n\t\S+:\d+)/
const MESSAGE_END = /\n(?:\n?(?:goroutine \d+ |runtime stack:)|\[signal )/

export const goTraces: Traces = {
  at: text => text.search(STACK),
  is: text => BARE.test(text),
  write(values, text) {
    const trace = text.trim()
    const end = trace.search(MESSAGE_END)
    const said = end === -1 ? trace : trace.slice(0, end)
    const death = BARE.test(trace) ? DEATH.exec(said) : null
    if (death === null) return writeError(values, trace, {})
    const message = said.slice(death.index + death[0].length).trimEnd()
    writeError(values, trace, { type: death.groups?.type, message })
  }
}
