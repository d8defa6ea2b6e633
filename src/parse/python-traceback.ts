// What Python writes behind a message of an exception and of the stack: where it begins, and what of it is the exception
// itself. See "Formatter.format" of Python's logging and TracebackException of its traceback module.

import { type Traces, writeError } from './traces.ts'

/** The exception that a traceback ends with. */
export interface PythonError {
  /** Qualified by its module, as Python writes it, where that is not `builtins`. */
  readonly type: string
  /** Without the type; undefined where the exception says nothing. */
  readonly message: string | undefined
}

const HEADER = 'Traceback (most recent call last):\n'
/** What nobody catches in a thread, or where no one could. */
const UNCAUGHT = /^Exception (?:in thread|ignored in:?) [^\n]*\nTraceback \(most recent call last\):\n {2}/
const STACK = 'Stack (most recent call last):\n'
const GROUP = '  + Exception Group Traceback (most recent call last):\n'

/** What may stand before the first header: an exception that was never raised, or came from another process. */
const EARLIER =
  '(?:[^\\n]+\\n\\n(?:The above exception was the direct cause of the following exception|During handling of the above exception, another exception occurred):\\n\\n|[^\\n]*RemoteTraceback: *\\n"""\\n)'
/** Loguru points at the frame that caught it, and its frames may stand apart from each other. */
const RAISED = 'Traceback \\(most recent call last\\):\\n(?: {2}|> File |\\n(?:> | {2})File )'
/** It begins a line, or stands in that of the message where a format of Loguru has `{message} {exception}`. */
const BEGIN = new RegExp(
  `(?<=\\S) ${RAISED}|\\n(?:${EARLIER}?${RAISED}|${EARLIER}? {2}\\+ Exception Group Traceback \\(most recent call last\\):\\n|Stack \\(most recent call last\\):\\n {2})`,
  'g'
)

export const pythonTraces: Traces = {
  at: tracebackAt,
  is: isTraceback,
  write: (values, traceback) => writeError(values, traceback, pythonError(traceback) ?? {})
}

/** Whether a text is a traceback, as an application logs it that formats its exceptions itself. */
function isTraceback(text: string): boolean {
  return (
    ['  ', '> File ', '\n'].some(next => text.startsWith(HEADER + next)) ||
    text.startsWith(GROUP) ||
    UNCAUGHT.test(text)
  )
}

/** Where the newline stands that parts a text from the traceback or stack behind it; -1 where there is none. */
export function tracebackAt(text: string): number {
  BEGIN.lastIndex = 0
  return BEGIN.exec(text)?.index ?? -1
}

/** The last exception of a traceback: the one that was not handled. Undefined for a mere stack, or where it is cut off. */
export function pythonError(traceback: string): PythonError | undefined {
  const stack = traceback.startsWith(STACK) ? 0 : traceback.indexOf(`\n${STACK}`)
  const text = stack === -1 ? traceback : traceback.slice(0, stack)
  const [plain, group] = [lastLine(text, HEADER), lastLine(text, GROUP)]
  if (group > plain) return fromGroup(text.slice(group + GROUP.length))
  return plain === -1 ? undefined : fromPlain(text.slice(plain + HEADER.length))
}

/** Where a header last stands at the beginning of a line. */
function lastLine(text: string, header: string): number {
  const at = text.lastIndexOf(`\n${header}`)
  return at === -1 ? (text.startsWith(header) ? 0 : -1) : at + 1
}

/**
 * Frames are indented, but for the one that Loguru points at, and the exception is not; its message may go on over lines,
 * and notes behind it count to it.
 */
function fromPlain(text: string): PythonError | undefined {
  const line = /^(?!> File )\S/m.exec(text)
  return line === null ? undefined : errorOf(text.slice(line.index))
}

/** As a plain one, but in a box that begins each line with `  | `; what is drawn below are the exceptions of the group. */
function fromGroup(text: string): PythonError | undefined {
  const line = /^ {2}\| \S.*(?:\n {2}\| .*)*/m.exec(text)
  return line === null ? undefined : errorOf(line[0].replace(/^ {2}\| /gm, ''))
}

/** `module.Type: message`, or the type alone, with notes below. */
function errorOf(text: string): PythonError | undefined {
  const parts = /^([^\s:]+)(?::[ \n]?|\n|$)([\s\S]*)$/.exec(text.trimEnd())
  return parts?.[1] === undefined ? undefined : { type: parts[1], message: parts[2] || undefined }
}
