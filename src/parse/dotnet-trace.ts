// Exceptions of .NET as `Exception.ToString` has them, by themselves, at the end of a log line, below it, or indented within
// a record of the console logger.

import { beginOf, type Framed, newlineBefore, type Traces, writeError } from './traces.ts'

const EXCEPTION = String.raw`(?<type>(?:[\w${'`'}+\u0080-\uffff]+\.)+[\w${'`'}+\u0080-\uffff]*(?:Exception|Error))(?: \(0x[0-9A-F]+\))?(?:: |:?$)`

const framed: Framed = {
  // The word for "at" is in the language of the system.
  frame: /\n {3,}\p{L}+:? [\p{L}_<][^\s(]*\([^\n]*\)/u,
  header: new RegExp(`^ *(?:Unhandled [Ee]xception[.:] )?${EXCEPTION}`),
  inline: new RegExp(`(?<= )${EXCEPTION}`, 'm')
}
const HEADER = new RegExp(framed.header.source, 'm')
const MESSAGE_END = /(?:\n *| )---> |\n {3,}\p{L}+:? [\p{L}_<][^\s(]*\([^\n]*\)/u

export const dotnetTraces: Traces = {
  at: text => newlineBefore(text, framed),
  is: text => beginOf(text, framed) === 0,
  write(values, text) {
    const trace = text.trim()
    const found = HEADER.exec(trace)
    if (found === null || found.index > 0) return writeError(values, trace, {})
    const rest = trace.slice(found[0].length)
    const end = rest.search(MESSAGE_END)
    writeError(values, trace, { type: found.groups?.type, message: end === -1 ? rest : rest.slice(0, end) })
  }
}
