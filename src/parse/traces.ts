// How traces are read: where one begins behind a log line, and what of it is the error itself. One file for each language
// knows how that writes them.

import type { FieldTypes } from '#record'
import { setter, type Values } from './values.ts'

/** What an error becomes, in whichever language. */
export const errorTypes: FieldTypes = {
  'error.type': 'keyword',
  'error.message': 'match_only_text',
  'error.stack_trace': 'wildcard'
}

/** How a language writes an error behind a record. */
export interface Traces {
  /** Where the newline, or within a line the blank or bracket, stands that parts a text from the trace behind it; -1 where there is none. */
  at(text: string): number
  /** Whether a text is a trace, as an application logs it that formats its errors itself, or as the language prints it. */
  is(text: string): boolean
  write(values: Values, trace: string): void
}

/** What a trace says of its error; both are undefined for a mere stack. */
export interface TracedError {
  readonly type?: string | undefined
  readonly message?: string | undefined
}

const setType = setter('error.type')
const setMessage = setter('error.message')
const setStackTrace = setter('error.stack_trace')

export function writeError(values: Values, trace: string, { type, message }: TracedError): void {
  setStackTrace(values, trace)
  if (type !== undefined) setType(values, type)
  if (message !== undefined && message !== '') setMessage(values, message)
}

/** A language whose frames follow a line that tells the error, which stands by itself or ends the line of the log. */
export interface Framed {
  /** The first frame, with the newline before it. */
  readonly frame: RegExp
  /** The error at the beginning of a line. */
  readonly header: RegExp
  /** The error within a line. */
  readonly inline: RegExp
}

/** Where the trace begins to which the first frame belongs: at its error, or without one at the frame. -1 without a frame. */
export function beginOf(text: string, { frame, header, inline }: Framed): number {
  const first = text.search(frame)
  // What an error says may go on over lines.
  for (let end = first; end > 0; ) {
    const begin = text.lastIndexOf('\n', end - 1) + 1
    if (header.test(text.slice(begin, end))) return begin
    end = begin - 1
  }
  if (first === -1) return -1
  const within = text.slice(0, first).search(inline)
  return within === -1 ? first + 1 : within
}

/** Where the newline stands before such a trace; -1 where a text has none, or is one. */
export function newlineBefore(text: string, framed: Framed): number {
  const begin = beginOf(text, framed)
  return begin <= 0 ? -1 : begin - 1
}

export function firstLine(text: string): string {
  const end = text.indexOf('\n')
  return end === -1 ? text : text.slice(0, end)
}
