// Stack traces of Java as Throwable.printStackTrace, log4j2 and logback write them behind a message: where one begins, and
// what of it is the exception itself.

import { type Traces, writeError } from './traces.ts'

/** What ends the message of an exception. */
const MESSAGE_END = /\n(?:[\t ]+(?:at [^\s(]+\(|\.\.\. \d)|(?:Caused|Wrapped) by: )/
const FRAME = /\n[\t ]+at [^\s(]+\([^\n]*\)/g
/** The type of an exception: qualified, or a class whose name says what it is. */
const HEADER =
  /^(?<circle>\[CIRCULAR REFERENCE: ?)?(?<type>(?:[\p{L}_$][\p{L}\p{N}_$]*\.)+[\p{L}_$][\p{L}\p{N}_$]*|[\p{L}_$][\p{L}\p{N}_$]*(?:Exception|Error|Throwable))(?=: |:?$)/u

/** How the JVM begins the report of an exception that nobody catches. */
const UNCAUGHT = /^Exception in thread "[^\n]{0,200}" (?=[\p{L}_$])/u

/** A trace that begins in the line of the message, as log4j2 writes it where no line end stands before it in the layout. */
const INLINE = /(?<= )(?:[\p{L}_$][\p{L}\p{N}_$]*\.)+[\p{L}_$][\p{L}\p{N}_$]*(?:Exception|Error|Throwable)(?=: |\n)/u

export const javaTraces: Traces = {
  at(text) {
    const begin = beginOf(text)
    if (begin <= 0) return -1
    let newline = begin - 1
    if (text[newline] === ' ') return newline
    // Spring Boot leaves a line free.
    while (newline > 0 && text[newline - 1] === '\n') newline--
    return newline
  },
  is: text => beginOf(text) === 0 || UNCAUGHT.test(text),
  write(values, text) {
    const trace = text.trim()
    const said = trace.replace(UNCAUGHT, '')
    const found = HEADER.exec(lineAt(said, 0).trimStart())
    if (found === null) return writeError(values, trace, {})
    const { type, circle } = found.groups ?? {}
    const end = said.search(MESSAGE_END)
    const message = said.slice(found[0].length, end === -1 ? undefined : end).replace(/^: ?/, '')
    // That is how an exception without a message is written.
    const told = message === 'null' ? undefined : circle === undefined ? message : message.slice(0, -1)
    writeError(values, trace, { type, message: told })
  }
}

/** An exception that has no frames, as those of Kafka's clients: a line that holds nothing else. */
const FRAMELESS = /^(?:[\p{L}_$][\p{L}\p{N}_$]*\.)+[\p{L}_$][\p{L}\p{N}_$]*(?:Exception|Error|Throwable)(?:: |$)/u

/**
 * Where the trace begins to which the first frame of a text belongs, or where its last line is an exception without
 * frames; -1 where there is none.
 */
function beginOf(text: string): number {
  FRAME.lastIndex = 0
  const frame = FRAME.exec(text)
  if (frame === null) {
    const last = text.lastIndexOf('\n') + 1
    return last > 0 && FRAMELESS.test(lineAt(text, last)) ? last : -1
  }
  // What an exception says may go on over lines.
  for (let end = frame.index; end > 0; ) {
    const begin = text.lastIndexOf('\n', end - 1) + 1
    if (HEADER.test(lineAt(text, begin).replace(/^\t/, ''))) return begin
    end = begin - 1
  }
  return text.slice(0, frame.index + 1).search(INLINE)
}

function lineAt(text: string, begin: number): string {
  const end = text.indexOf('\n', begin)
  return text.slice(begin, end === -1 ? undefined : end)
}
