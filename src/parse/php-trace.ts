// Exceptions of PHP as it reports them when nobody catches them, and as Monolog writes them into the context of a line.

import { beginOf, type Framed, newlineBefore, type Traces, writeError } from './traces.ts'

const TYPE = String.raw`[A-Za-z_\u0080-\uffff][\w\\\u0080-\uffff]*(?:@anonymous)?`
/** One of which the name says what it is. */
const NAMED = String.raw`[A-Z\\][\w\\]*(?:Exception|Error)`

const framed: Framed = {
  frame: /\n(?:(?:Stack trace:|\[stacktrace\])\n#0 |#0 (?:\{main\}|[^\n]*\(\d+\): ))/,
  header: new RegExp(`^(?:(?:PHP )?Fatal error: +Uncaught ${TYPE}|${NAMED}): `),
  inline: new RegExp(`(?:(?<=Uncaught )${TYPE}|(?<= )${NAMED}): |(?<=\\[object\\] \\()${TYPE}\\(code: `)
}

const UNCAUGHT = new RegExp(`^(?:(?:PHP )?Fatal error: +Uncaught |Next )?(?<type>${TYPE})(?:\\(code: [^)\\n]*\\))?: `)
const NEXT = '\n\nNext '
const STACK = /\n(?:Stack trace:|\[stacktrace\])\n/
/** Behind what the exception says stands where it was made. */
const PLACE = /^ (?:in|at) [^\n]*:\d+\)?$/

export const phpTraces: Traces = {
  at: text => newlineBefore(text, framed),
  is: text => beginOf(text, framed) === 0,
  write(values, text) {
    const trace = text.trim()
    // What was thrown first is printed first, and nobody caught the last.
    const next = trace.lastIndexOf(NEXT)
    const last = trace.slice(next === -1 ? 0 : next + 2)
    const found = UNCAUGHT.exec(last)
    const end = last.search(STACK)
    if (found === null || end === -1) return writeError(values, trace, {})
    const said = last.slice(found[0].length, end)
    const place = Math.max(said.lastIndexOf(' in '), said.lastIndexOf(' at '))
    const message = place !== -1 && PLACE.test(said.slice(place)) ? said.slice(0, place) : said
    writeError(values, trace, { type: found.groups?.type, message: message.trimEnd() })
  }
}
