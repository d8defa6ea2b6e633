// Errors as Node.js prints them, by `console` and when nobody catches them, and the objects that trail behind their frames.
// Nothing marks the lines of a message, so they join only where a log line or the report of an uncaught error frames them.

import { isLogLine } from './log-line.ts'
import type { Machine } from './machine.ts'

type State =
  /** A log line. */
  | 'plain'
  /** After the first line of an error, before its frames. */
  | 'message'
  | 'frames'
  /** Within an object that is open. */
  | 'object'
  /** After the place where an uncaught error was thrown: the source line comes next. */
  | 'place'
  /** After that source line: the caret comes next. */
  | 'source'
  /** After the caret, before the frames. */
  | 'uncaught'
  /** A blank line after the frames of an uncaught error. */
  | 'gap'
  /** After the version of Node.js, which ends the report. */
  | 'end'

/**
 * Node.js: a log line with the error that it ends in or that follows it, an error alone, or the report of an uncaught
 * error with its place, source line, caret and version. Joined are frames, `[cause]:`, `[errors]: [`, the properties in
 * braces and objects that a log line leaves open.
 *
 * What follows an error's first line joins as its message until frames come or a line looks like a log line, where the
 * group began with a log line or with the report of an uncaught error; of an error alone only where its first line ends
 * in a colon. Errors from other libraries begin with a word that ends in `Error` or `Exception`, or they are no errors.
 *
 * Blank lines join within a message under the same conditions, and anywhere in the report of an uncaught error.
 *
 * Source: `lib/internal/util/inspect.js` and `src/node_errors.cc` of Node.js.
 */
export const node: Machine<State> = {
  begin(text) {
    if (isFrame(text)) return afterFrame(text)
    if (isPlace(text)) return 'place'
    if (opensObject(text)) return 'object'
    return hasError(text) ? 'message' : 'plain'
  },
  next(state, text, first) {
    switch (state) {
      case 'place':
        return text === '' || (isLogLine(text, first) && !text.startsWith('{')) ? undefined : 'source'
      case 'source':
        return CARET.test(text) ? 'uncaught' : undefined
      case 'gap':
        return VERSION.test(text) ? 'end' : undefined
      case 'end':
        return undefined
      case 'object':
        return isIndented(text) ? 'object' : CLOSING.test(text) ? 'frames' : undefined
      default:
        if (isFrame(text)) return afterFrame(text)
        return state === 'frames' ? afterFrames(text, first) : beforeFrames(state, text, first)
    }
  }
}

function beforeFrames(state: 'plain' | 'message' | 'uncaught', text: string, first: string): State | undefined {
  if (state === 'plain') return isError(text) ? afterError(text) : HINT.test(text) ? 'plain' : undefined
  if (state === 'uncaught') {
    if (VERSION.test(text)) return 'end'
    if (opensObject(text) && !isIndented(text)) return 'object'
    return isLogLine(text, first) && !BARE.test(text) ? undefined : 'uncaught'
  }
  if (isPlace(text) || HINT.test(text)) return undefined
  const isTold = first.endsWith(':') || REQUIRED.test(text) || isLogLine(first)
  return isTold && !isLogLine(text, first) ? 'message' : undefined
}

function afterFrames(text: string, first: string): State | undefined {
  if (text === '') return isPlace(first) ? 'gap' : undefined
  return CAUSE.test(text) ? 'message' : undefined
}

const afterFrame = (text: string): State => (opensObject(text) ? 'object' : 'frames')
const afterError = (text: string): State => (opensObject(text) ? 'object' : 'message')
const opensObject = (text: string): boolean => text.endsWith('{') || text.endsWith('[')

/** `TypeError: text`, `AssertionError [ERR_ASSERTION]: text`, `[Error: text]`. */
const isError = (text: string): boolean =>
  /^(?:Uncaught )?\[?[\w$.\u0080-\uffff]*(?:Error|Exception)(?: \[\w+\])?(?::|\]|$)/.test(text)

/** Whether the first line of an error stands anywhere in a line. */
const hasError = (text: string): boolean =>
  (text.includes('Error') || text.includes('Exception')) && /(?:Error|Exception)(?: \[\w+\])?(?::|\]|$)/.test(text)
/** What else may be thrown: an error without a stack, a list. */
const BARE = /^\[(?:\w*(?:Error|Exception)\b| )/

const isFrame = (text: string): boolean =>
  isIndented(text) && /^\s+(?:at |\.\.\. \d+ lines matching|\[(?:cause|errors)\]: )/.test(text)

/** `/srv/app.js:12`, `file:///srv/app.mjs:3`, `node:fs:573`, alone or at the end of a log line. */
const isPlace = (text: string): boolean => isDigit(text.charCodeAt(text.length - 1)) && PLACE.test(text)
const PLACE = /(?:^|\s)(?:(?:file:\/\/|\/|[A-Z]:\\)\S*\.[cm]?[jt]sx?|node:\S+|<anonymous_script>|\[eval\]):\d+$/
const CARET = /^\s*\^+\s*$/
const VERSION = /^Node\.js v\d/
const CLOSING = /^[}\]]/
/** Lines that name a cause under frames, as those of verror and bluebird. */
const CAUSE = /^(?:[Cc]aused by: |From previous event:)/
/** What Node.js says below a warning. */
const HINT = /^\(Use `node --trace-/
/** The message of a module that is missing goes on with who required it. */
const REQUIRED = /^(?:Require stack:$|- \/)/

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39
const isIndented = (text: string): boolean => text.startsWith(' ') || text.startsWith('\t')
