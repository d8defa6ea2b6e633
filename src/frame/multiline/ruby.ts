// Exceptions as Ruby, its Logger, Rails and Rake print them, with frames in either order. Only the frames have a shape of
// their own, so a message goes on until they come.

import { isLogLine } from './log-line.ts'
import type { Machine } from './machine.ts'

type State =
  /** A log line. */
  | 'plain'
  /** After the first line of an exception, before its frames. */
  | 'message'
  | 'frames'
  /** A blank line after frames. */
  | 'gap'
  /** Within frames in reverse order, before the exception. */
  | 'reversed'
  /** After the exception that frames in reverse order lead to. */
  | 'last'

/**
 * Ruby: an exception with its frames in either order and its causes, a log line with the exception that follows it, and
 * exceptions as Logger, Rails (with tags or without) and Rake write them.
 *
 * What follows an exception's first line, or a record of Logger that is an error, belongs to its message until frames
 * come or a line looks like a log line. Where frames come first (`Traceback (most recent call last):`), the message is
 * last, and joins only where it is indented or where the group began with a log line. An exception right after frames is
 * the cause of the one above: two exceptions in a row with no line between them are told apart by nothing.
 *
 * Blank lines join within a message and after frames, because a cause may follow; after a log line they do not.
 *
 * Source: `error.c` and `eval_error.c` of Ruby, `Logger::Formatter`, `ActionDispatch::DebugExceptions`.
 */
export const ruby: Machine<State> = {
  begin(line) {
    const text = untagged(line, line)
    if (text.startsWith(REVERSED) || isReversed(text)) return 'reversed'
    if (isFrame(text)) return 'frames'
    return isHead(text) || isError(text) || OPENING.test(text) ? 'message' : 'plain'
  },
  next(state, line, first) {
    const text = untagged(line, first)
    if (THREAD.test(text)) return undefined
    if (text.startsWith(REVERSED)) return state === 'plain' || state === 'message' ? 'reversed' : undefined
    if (isReversed(text)) return 'reversed'
    if (isFrame(text)) return 'frames'
    switch (state) {
      case 'plain':
        return isError(text) ? 'message' : undefined
      case 'message':
        return isLogLine(text, first) ? undefined : 'message'
      case 'frames':
      case 'gap':
        if (text === '') return state === 'frames' ? 'gap' : undefined
        if (isHead(text)) return state === 'frames' ? 'message' : undefined
        return CAUSE.test(text) ? 'message' : RAKE.test(text) ? 'frames' : undefined
      case 'reversed':
        return isHead(text) ? 'last' : undefined
      default:
        if (text === '' || isIndented(text)) return 'last'
        return isLogLine(first) && !isLogLine(text, first) ? 'last' : undefined
    }
  }
}

/** `shop.rb:8:in 'Shop.load': order 42 is broken (OrderError)`. */
const isHead = (text: string): boolean => text.includes(':in ') && /^\S.*:\d+:in [`'][^']+': /.test(text)

/** `\tfrom shop.rb:5:in 'load'`, and the same without `from`, as Logger writes it. */
const isFrame = (text: string): boolean => text.endsWith("'") && /^\s*(?:from )?\S.*:\d+:in [`'][^']+'$/.test(text)

const REVERSED = 'Traceback (most recent call last):'

/** `\t 2: from shop.rb:5:in 'load'`, and what stands for many of them. */
const isReversed = (text: string): boolean =>
  isIndented(text) && /^\s+(?:\d+: from |\.\.\. \d+ levels\.\.\.$)/.test(text)

/** `NoMethodError (undefined method):` of Rails; its message may go on. */
const isError = (text: string): boolean =>
  /^(?:[A-Z]\w*::)*[A-Z]\w*(?:Error|Exception) \(/.test(text) ||
  (text.endsWith('):') && /^(?:[A-Z]\w*::)*[A-Z]\w* \(/.test(text))

/** What a message comes after: a thread that died, Rake, an error of Logger. */
const OPENING = /^(?:#<Thread:.*terminated with exception|rake aborted!$|[EFA], \[\d{4}-)/
const THREAD = /^#<Thread:.*terminated with exception/

const CAUSE = /^(?:Caused by:|Causes:|Information for )/
const RAKE = /^(?:Tasks: TOP|\(See full trace by running task with --trace\))/

/** Rails puts its tags, such as a request's id, before every line of a message. */
function untagged(text: string, first: string): string {
  const tags = text.startsWith('[') ? TAGS.exec(text)?.[0] : undefined
  return tags !== undefined && first.includes(tags.trimEnd()) ? text.slice(tags.length).trimEnd() : text
}
const TAGS = /^(?:\[(?=[^\]]*[a-z\d])[\w.:-]+\] ?)+/

const isIndented = (text: string): boolean => text.startsWith(' ') || text.startsWith('\t')
