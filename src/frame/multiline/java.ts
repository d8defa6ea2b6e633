// Traces of the JVM: Java, Kotlin, Scala and what runs beside them, printed by themselves or by java.util.logging, log4j,
// logback and Spring Boot. Frames follow an exception's message, so a message goes on until they come.

import { isLogLine } from './log-line.ts'
import type { Machine } from './machine.ts'

type State =
  /** A log line. */
  | 'plain'
  /** The first line of a record of java.util.logging, which has its level and message on the next. */
  | 'dated'
  /** After the first line of an exception, before its frames. */
  | 'message'
  | 'frames'
  /** A log line of Spring Boot, which puts a blank line between it and an exception. */
  | 'spring'
  | 'gap'
  /** Within a message that Spring Boot begins on the next line, such as its report of why it did not start. */
  | 'report'
  /** Within the last paragraphs of that report, and a blank line in them. */
  | 'action'
  | 'actionGap'

/**
 * Java, Kotlin and Scala: a log line with the exception that follows it, or an exception alone. Joined are frames
 * (`at …`, `... 3 more`, `... 5 common frames omitted`), `Caused by:`, `Suppressed:` and `Wrapped by:` at any depth, the
 * second line of java.util.logging's records, and messages that Spring Boot begins on the next line, such as `APPLICATION
 * FAILED TO START`.
 *
 * What follows an exception's first line belongs to its message until frames come or a line looks like a log line.
 * `Exception in thread …`, and an exception right after frames, begin a group.
 *
 * Blank lines join within a message, between a log line of Spring Boot and its exception and within Spring Boot's report,
 * up to two in a row behind `Action:`. After frames they do not; java.util.logging and Spring Boot write one there.
 *
 * Source: `Throwable.printStackTrace`, `ThrowableProxyUtil` of logback, `ThrowableProxyRenderer` of log4j.
 */
export const java: Machine<State> = {
  begin(text) {
    if (isFrame(text)) return 'frames'
    if (text.startsWith(UNCAUGHT) || isException(text) || isCause(text)) return 'message'
    if (JUL_DATE.test(text)) return 'dated'
    if (!SPRING.test(text)) return 'plain'
    return text.trimEnd().endsWith(' :') ? 'report' : 'spring'
  },
  next(state, text, first) {
    switch (state) {
      case 'dated':
        return JUL_LEVEL.test(text) ? 'plain' : isFrame(text) ? 'frames' : undefined
      case 'report':
      case 'action':
      case 'actionGap':
        return inReport(state, text)
      default:
        if (isFrame(text)) return 'frames'
        if (isCause(text)) return 'message'
    }
    if (state === 'frames' || text.startsWith(UNCAUGHT)) return undefined
    if (state === 'message') return isLogLine(text, first) ? undefined : 'message'
    if (isException(text) || isTabbed(text)) return 'message'
    return text === '' && state === 'spring' ? 'gap' : undefined
  }
}

function inReport(state: 'report' | 'action' | 'actionGap', text: string): State | undefined {
  if (text === 'Action:') return 'action'
  if (text === '' && state !== 'report') return state === 'action' ? 'actionGap' : undefined
  return isLogLine(text) ? undefined : state === 'report' ? 'report' : 'action'
}

const UNCAUGHT = 'Exception in thread "'

/** `java.lang.IllegalStateException: text`, with any package or none, and the hash that logback may put in front. */
const isException = (text: string): boolean =>
  /^(?:<#[0-9a-f]{8}> )?(?:[\w$\u0080-\uffff]+\.)*[\w$\u0080-\uffff]*(?:Exception|Error|Throwable|ExceptionInfo)(?::|$)/.test(
    text
  )

/** Tomcat indents all of a trace. */
const isTabbed = (text: string): boolean => text.startsWith('\t') && isException(text.slice(1))

/** Also what locks a thread holds, what log4j and logback write for frames that they leave out, and for circles. */
const isFrame = (text: string): boolean =>
  isIndented(text)
    ? /^\s+(?:(?:<#[0-9a-f]{8}> )?at |\.\.\. |- (?:locked|waiting|parking)|\[CIRCULAR REFERENCE)/.test(text)
    : CIRCLE.test(text)
const CIRCLE = /^(?:(?:Caused|Wrapped) by: )?\[CIRCULAR REFERENCE/

const isCause = (text: string): boolean =>
  (isIndented(text) || text.startsWith('Caused by: ') || text.startsWith('Wrapped by: ')) &&
  /^\s*(?:Caused by|Wrapped by|Suppressed): /.test(text)

/** `Nov 20, 2026 11:11:52 PM com.example.Main main`, in any language. */
const JUL_DATE = /^\S{1,9} \d{1,2}, \d{4},? \d{1,2}:\d\d:\d\d/
/** `SEVERE: text`, in any language. */
const JUL_LEVEL = /^[\p{L}-]{2,16}: /u

/** `2026-11-20T23:11:52.915Z ERROR 7 --- [shop] [main] o.s.boot.SpringApplication   : text`. */
const SPRING = /^\d\S+ +(?:\S+ +)?[A-Z]{4,5} +\d+ +--- \[.*\] +\S+ +:/

const isIndented = (text: string): boolean => text.startsWith('\t') || text.startsWith(' ')
