// Errors of Node.js as `console` prints them and as their `stack` has them, and the report of an uncaught one, which begins
// with the place and its source line.

import { beginOf, type Framed, firstLine, newlineBefore, type Traces, writeError } from './traces.ts'

const ERROR = String.raw`(?<type>[\w$.\u0080-\uffff]*(?:Error|Exception))(?: \[\w+\])?`

const framed: Framed = {
  frame: /\n[\t ]+at \S/,
  header: new RegExp(`^(?:Uncaught )?${ERROR}(?:: |:?$)`),
  inline: new RegExp(`(?<= )${ERROR}(?:: |:?$)`, 'm')
}

/** `/srv/app.js:12`, its source line and the caret below. */
const REPORT = /^(?:file:\/\/|\/|[A-Z]:\\|node:|\[eval\]|<anonymous_script>)[^\n]*:\d+\n[^\n]*\n[\t ]*\^+\n/
const UNCAUGHT = /^(?:Uncaught )?(?<type>[\w$.\u0080-\uffff]*(?:Error|Exception))(?: \[\w+\])?(?:: |:?$)/m

export const nodeTraces: Traces = {
  at: text => newlineBefore(text, framed),
  is: text => REPORT.test(text) || beginOf(text, framed) === 0,
  write(values, text) {
    const trace = text.trim()
    const report = REPORT.exec(trace)?.[0] ?? ''
    const found = UNCAUGHT.exec(trace.slice(report.length))
    if (found === null || (report === '' && found.index > 0)) return writeError(values, trace, {})
    const rest = trace.slice(report.length + found.index + found[0].length)
    const end = rest.search(framed.frame)
    const message = end === -1 ? firstLine(rest) : rest.slice(0, end)
    writeError(values, trace, { type: found.groups?.type, message })
  }
}
