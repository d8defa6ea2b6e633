// Tracebacks of CPython, from 2.7 to today's with carets and exception groups, and of Loguru. The exception line is the last
// of a traceback, so what its message has beyond that line joins only as far as it can be told from what follows.

import { isLogLine } from './log-line.ts'
import type { Machine } from './machine.ts'

type State =
  /** A log line, or what stands between it and its traceback. */
  | 'plain'
  /** Within a traceback, before its exception line. */
  | 'frames'
  /** Within a printed stack, which no exception line ends. */
  | 'stack'
  /** Within the tree of an exception group, and after a line that may be its last. */
  | 'tree'
  | 'treeEnd'
  /** Within another process's traceback, quoted in a message. */
  | 'quoted'
  /** After an exception line. */
  | 'message'
  /** A blank line after an exception line. */
  | 'gap'
  /** After the sentence between two exceptions of a chain. */
  | 'linked'
  /** Within what faulthandler writes when the interpreter dies. */
  | 'fatal'

/**
 * Python: a log line with the traceback, the stack or the exception group that follows it; or these alone. Joined are
 * chains (`During handling of …`, `The above exception was …`), notes, `SyntaxError`s, repeated frames, tracebacks of
 * worker processes, `stack_info`, `--- Logging error ---` and the values that Loguru draws below the code.
 *
 * Lines after the exception line belong to its message or notes. They join where they are indented, or where the group
 * began with a log line and they do not look like another one. A traceback that begins after an exception line, with no
 * sentence between, begins a group.
 *
 * Blank lines join within a traceback (Loguru writes them) and around the sentences of a chain, and so after every
 * exception line, because a chain may go on behind it; after a log line they do not.
 *
 * Source: `traceback` and `logging` of CPython, `loguru/_better_exceptions.py`.
 */
export const python: Machine<State> = {
  begin(text) {
    if (text.endsWith('Traceback (most recent call last):')) return opening(text) ?? 'frames'
    if (isTree(text)) return opening(text) ?? 'treeEnd'
    return opening(text) ?? (FATAL.test(text) ? 'fatal' : 'plain')
  },
  // Indented lines are all that most of a traceback is.
  stays: (state, byte) => state === 'frames' && (byte === BLANK || byte === TAB),
  next(state, text, first) {
    switch (state) {
      case 'plain':
        return opening(text) ?? (ASYNCIO.test(text) ? 'plain' : undefined)
      case 'fatal':
        return text === '' || isIndented(text) || FATAL_PART.test(text) ? 'fatal' : undefined
      case 'frames':
      case 'stack':
        return inFrames(state, text)
      case 'quoted':
        return text === '"""' ? 'message' : isLogLine(text) ? undefined : 'quoted'
      case 'linked':
        if (text === '') return 'linked'
        return opening(text) ?? (isException(text) ? 'message' : undefined)
      case 'tree':
      case 'treeEnd':
        return inTree(state, text) ?? (state === 'treeEnd' ? afterException('message', text, first) : undefined)
      default:
        return afterException(state, text, first)
    }
  }
}

const BLANK = 0x20
const TAB = 0x09

/** The state after the first line of a traceback, or after a line from the middle of one. */
function opening(text: string): State | undefined {
  if (isTraceLine(text)) return 'frames'
  if (text.startsWith(TREE)) return 'tree'
  if (isRemote(text)) return 'message'
  if (text === 'Traceback (most recent call last):') return 'frames'
  return text.startsWith('Stack (most recent call last)') || text === 'Call stack:' ? 'stack' : undefined
}

function inFrames(state: 'frames' | 'stack', text: string): State | undefined {
  if (isIndented(text) || isTraceLine(text)) return state
  if (text === '') return state === 'frames' ? state : undefined
  if (state === 'stack') return /^(?:Message|Arguments): /.test(text) ? state : undefined
  return isException(text) ? 'message' : undefined
}

/** Before 3.12 the further lines of a message stand in a tree as they are. */
function inTree(state: 'tree' | 'treeEnd', text: string): State | undefined {
  if (text.startsWith(TREE)) return undefined
  if (TREE_END.test(text)) return 'treeEnd'
  if (state === 'tree') return isTree(text) || !isLogLine(text) ? 'tree' : undefined
  return TREE_BRANCH.test(text) ? 'tree' : isTree(text) ? 'treeEnd' : undefined
}
const TREE = '  + Exception Group Traceback (most recent call last):'
const TREE_BRANCH = /^ {2,}\+-(?:\+-)?-+ (?:\d+|\.\.\.) -+$/
const TREE_END = /^ {4,}\+-+$/

function afterException(state: 'message' | 'gap', text: string, first: string): State | undefined {
  if (text === '') return 'gap'
  if (ALONE.test(text)) return undefined
  if (LINK.test(text)) return 'linked'
  if (text === '"""') return 'quoted'
  const opened = opening(text)
  if (opened !== undefined) return opened === 'stack' ? opened : undefined
  if (state === 'message' && (isIndented(text) || DETAIL.test(text))) return 'message'
  return isLogLine(first) && !isLogLine(text, first) ? 'message' : undefined
}

const LINK = /^(?:During handling of the above exception|The above exception was the direct cause)/

/** What begins a group even where the rest of a message could stand. */
const ALONE = /^(?:--- Logging error ---$|Exception (?:in thread |ignored in)|Fatal Python error: )/

/** Lines that SQLAlchemy puts after an exception line. */
const DETAIL = /^(?:\[(?:SQL|parameters|cached since|generated in)\b|\(Background on this error at: )/

/** `ValueError: text`, `KeyboardInterrupt`; a level in capitals is none. */
const isException = (text: string): boolean => /^[\p{L}_][\p{L}\p{N}_.<>]*(?::|$)/u.test(text) && !isLogLine(text)

/** A frame; Loguru marks the one that caught the exception with `>`. */
const isTraceLine = (text: string): boolean =>
  (text.startsWith('  File "') || text.startsWith('> File "')) && FRAME.test(text)
const FRAME = /", line \d+/

const isTree = (text: string): boolean => text.startsWith('  ') && /^ {2,}[|+]/.test(text)
const isRemote = (text: string): boolean => text.trimEnd().endsWith('RemoteTraceback:')
const isIndented = (text: string): boolean => text.startsWith(' ') || text.startsWith('\t')

/** What asyncio names between its message and the traceback of a task, as `future: <Task finished …>`. */
const ASYNCIO = /^(?:future|task|handle|protocol|transport|socket|server|asyncgen): ?</

const FATAL = /^(?:Fatal Python error: |Timeout \(\d)/
const FATAL_PART =
  /^(?:(?:Current t|T)hread 0x|Current thread's C stack|Python runtime state|Extension modules|<no Python)/
