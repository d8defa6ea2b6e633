// Exceptions of Ruby as it prints them when nobody rescues them, as `full_message` has them, and as Logger and Rails write
// them.

import { beginOf, type Framed, newlineBefore, type Traces, writeError } from './traces.ts'

const CLASS = String.raw`(?<type>[A-Z]\w*(?:::[A-Z]\w*)*)`
const LINE = String.raw`(?:<internal:|[A-Z]:)?[^\s:]+:\d+:in [\x60']`
const PLACE = String.raw`${LINE}[^\n']*': `
/** What Logger writes before a message. */
const LOGGER = String.raw`^[A-Z], \[[^\]\n]*\] +[A-Z]+ -- [^:\n]*: `

const framed: Framed = {
  frame: new RegExp(`\\n\\t?(?:\\d+: )?(?:from )?${LINE}`),
  header: new RegExp(`^(?:${PLACE}|[A-Z][\\w:]* \\()`),
  inline: new RegExp(`(?<=${LOGGER})(?=\\S)|(?<= )${PLACE}`, 'm')
}

/** A thread that dies of it says so in a line of its own. */
const THREAD = /^#<Thread:[^\n]*> terminated with exception [^\n]*:\n/
/** On terminals Rubies before 3.0 print the frames first, as `full_message` may. */
const REVERSED = /^Traceback \(most recent call last\):\n(?:\t[^\n]*\n)+/m
const BEGIN = new RegExp(`(?:^|(?<= ))${PLACE}`, 'm')
/** The class stands in parentheses at the end of a line of what the exception says. */
const NAMED = new RegExp(` \\(${CLASS}\\)$`, 'm')
/** Rails puts what the exception says into parentheses. */
const RAILS = new RegExp(`^(?!Traceback )${CLASS} \\((?<message>[\\s\\S]*)\\):\\s*$`)

export const rubyTraces: Traces = {
  at: text => newlineBefore(text, framed),
  is: text => THREAD.test(text) || beginOf(text, framed) === 0,
  write(values, text) {
    const trace = text.trim()
    const body = trace.replace(THREAD, '').replace(REVERSED, '')
    const end = body.search(framed.frame)
    const head = end === -1 ? body : body.slice(0, end)
    const rails = RAILS.exec(head)?.groups
    if (rails !== undefined) return writeError(values, trace, { type: rails.type, message: rails.message })
    const place = BEGIN.exec(head)
    const said = place === null ? head : head.slice(place.index + place[0].length)
    const found = NAMED.exec(said)
    if (found === null) return writeError(values, trace, {})
    const message = said.slice(0, found.index) + said.slice(found.index + found[0].length)
    writeError(values, trace, { type: found.groups?.type, message: message.trimEnd() })
  }
}
