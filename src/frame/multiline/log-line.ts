// Tells lines that begin a log record, in whatever format, from lines that may be the rest of a message. Where it is in
// doubt it says log line: a message torn in two is shipped whole, but a record swallowed by another is hard to find.

import type { Line } from '#record'

/** `2026-11-20`, `20/Nov/2026`, `23:11:52`, `20 Nov 2026`, `1795183912.345`, `2026년`, `11월 20`, an address of an access log. */
const DATE = /^\[?(?:\d{1,4}[-/.:]\d|\d{6}|\d{1,2}[-/. ]?[A-Z][a-z]{2}\b|\d{4}년|\d{1,2}월)/

const LEVELS =
  'TRACE|DEBUG|VERBOSE|FINE|FINER|FINEST|CONFIG|INFO|INFORMATION|NOTICE|SUCCESS|WARN|WARNING|ERROR|ERR|SEVERE|CRIT|CRITICAL|ALERT|EMERG|EMERGENCY|FATAL|PANIC'

/** In their order: levels, levels of .NET and npm loggers, RFC 3164 and ctime dates, klog, Ruby's Logger, logfmt. */
const WORD = new RegExp(
  `^(?:(?:${LEVELS})\\b(?![.(])|` +
    '(?:trce|dbug|info|warn|fail|crit|silly|verbose|debug|http|error): |' +
    '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ /]+\\d|' +
    '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? |' +
    '[IWEF]\\d{4} |[DIWEFA], \\[|' +
    '(?:time|timestamp|ts|level|lvl|msg)=)'
)

const BRACKETED = new RegExp(`^\\[ ?(?:(?:${LEVELS})\\b|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )`, 'i')

/** Whether a line begins with a date, a time or an address, in a bracket or not, as the lines of most logs do. */
export function beginsWithDate(text: string): boolean {
  const code = text.charCodeAt(0)
  return isDigit(code === BRACKET ? text.charCodeAt(1) : code) && DATE.test(text)
}

/** Whether `beginsWithDate` would say so, where the first bytes of a line tell it: most dates are of digits. */
export function surelyBeginsWithDate({ bytes, from = 0, to = 0 }: Pick<Line, 'bytes' | 'from' | 'to'>): boolean {
  if (bytes === undefined || to - from < SHORTEST_DATE) return false
  const begin = bytes[from] === BRACKET ? from + 1 : from
  let at = begin
  while (at - begin < 6 && isDigit(bytes[at] as number)) at++
  const digits = at - begin
  return digits === 6 || (digits > 0 && digits < 5 && isMark(bytes[at] as number) && isDigit(bytes[at + 1] as number))
}

/** Of a shorter line its text is asked. */
const SHORTEST_DATE = 8
const isMark = (code: number): boolean => code === 0x2d || code === 0x2f || code === 0x2e || code === 0x3a

/**
 * Whether a line looks like the beginning of a log record: it begins with a date, a level, a bracket, a syslog priority
 * or is JSON.
 * @param first the line that began the group: behind a date, a bracket counts only with a date or a level in it
 */
export function isLogLine(text: string, first = ''): boolean {
  const code = text.charCodeAt(0)
  if (isDigit(code)) return DATE.test(text)
  if (code === BRACKET) return !beginsWithDate(first) || DATE.test(text) || BRACKETED.test(text)
  if (code === 0x3c) return isDigit(text.charCodeAt(1))
  if (code === 0x7b) return text.charCodeAt(1) === 0x22
  return isLetter(code) && WORD.test(text)
}

const BRACKET = 0x5b
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39
const isLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a
