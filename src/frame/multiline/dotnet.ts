// Exceptions as .NET prints them, by themselves, below a log line or within the records of its console logger, whose
// messages are indented. Frames follow an exception's message, so a message goes on until they come.

import { isLogLine } from './log-line.ts'
import type { Machine } from './machine.ts'

type State =
  /** A log line. */
  | 'plain'
  /** Within a record of the console logger. */
  | 'console'
  /** After the first line of an exception, before its frames. */
  | 'message'
  | 'frames'
  /** After an inner exception of an AggregateException, which ends in `<---` and a blank line. */
  | 'inner'

/**
 * .NET: a log line with the exception that it ends in or that follows it, an exception alone, or a record of the console
 * logger of Microsoft.Extensions.Logging (`fail: Category[0]`) with its indented lines. Joined are frames in any
 * language, `--->`, `--- End of inner exception stack trace ---`, `--- End of stack trace from previous location ---` and
 * the inner exceptions of an AggregateException.
 *
 * What follows an exception's first line belongs to its message until frames come or a line looks like a log line.
 * `Unhandled exception` begins a group.
 *
 * Blank lines join within a message, within a record of the console logger and after `<---`, and nowhere else.
 *
 * Source: `Exception.ToString`, `AggregateException.ToString`, `SimpleConsoleFormatter`.
 */
export const dotnet: Machine<State> = {
  begin(text) {
    if (isFrame(text)) return 'frames'
    if (isConsole(text)) return 'console'
    return UNHANDLED.test(text) || isException(text) || text.includes('Exception: ') ? 'message' : 'plain'
  },
  next(state, text, first) {
    if (isFrame(text)) return text.endsWith('<---') ? 'inner' : 'frames'
    if (isInner(text)) return 'message'
    switch (state) {
      case 'plain':
        return isException(text) ? 'message' : undefined
      case 'console':
        return text === '' || text.startsWith('      ') ? 'console' : isException(text) ? 'message' : undefined
      case 'message':
        return UNHANDLED.test(text) || isLogLine(text, first) ? undefined : 'message'
      case 'inner':
        return text === '' ? 'inner' : undefined
      default:
        return isConsole(first) && text.startsWith('      ') ? 'frames' : undefined
    }
  }
}

const UNHANDLED = /^(?:Unhandled exception[.:]|Unhandled Exception: |Process terminated\.)/

/** `System.InvalidOperationException: text`. */
const isException = (text: string): boolean =>
  /^(?:[\w`+\u0080-\uffff]+\.)+[\w`+\u0080-\uffff]*(?:Exception|Error)(?: \(0x[0-9A-F]+\))?(?::|$)/.test(text)

/** `info: Shop.Orders[14]`, with or without a time in front. */
const isConsole = (text: string): boolean => text.endsWith(']') && CONSOLE.test(text)
const CONSOLE = /(?:^|[\s\]])(?:trce|dbug|info|warn|fail|crit): \S+\[\d+\]$/

/** `   at Shop.Price(Int32 id) in …:line 5`, with another word for `at` in other languages, and the rules between stacks. */
const isFrame = (text: string): boolean =>
  text.startsWith(' ') ? FRAME.test(text) : text.startsWith('--- ') && text.endsWith(' ---')
const FRAME = /^ +(?:at |--- .+ ---$|(?<=^(?: {6})? {3})\p{L}+:? [\p{L}_<][^\s(]*\(.*\))/u

const isInner = (text: string): boolean => text.startsWith(' ') && /^ +---> /.test(text)
