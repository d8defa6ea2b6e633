// Takes a `log_line_prefix` of PostgreSQL apart, and tells how the values in it look. Values that a process does not have
// are written as nothing. See log_status_format of PostgreSQL's elog.c.

import { SluiceError } from '#errors'
import { type Layout, type Shape, type Slot, shape } from '#pattern'
import { strptime, utc } from '#time'
import { type LoggerShape, standing, time } from './logger-shapes.ts'
import type { Columns } from './postgresql-columns.ts'

/** A layout of whole lines, and the columns of its slots but for the message, which is the last. */
export interface Prefixed {
  readonly layout: Layout
  readonly names: readonly string[]
}

/** Text of clients that ends where the literal behind it first stands, before the severity where that follows. */
function client(example: string): Shape {
  return {
    description: `text such as ${example}`,
    example,
    holds: () => true,
    endBefore(literal, next) {
      if (literal === '') return undefined
      return (line, from) => {
        const unknown = from + UNKNOWN.length
        if (line.startsWith(UNKNOWN, from) && line.startsWith(literal, unknown)) return unknown
        let at = line.indexOf(literal, from)
        while (at !== -1 && next?.shape.recognize?.(line, at + literal.length) === -1)
          at = line.indexOf(literal, at + 1)
        return at
      }
    }
  }
}
/** What stands for the names of a client that has not said them yet. */
export const UNKNOWN = '[unknown]'

const orNothing = ({ fits, fitsAt, ...looks }: Shape): Shape => ({
  ...looks,
  fits: text => text === '' || fits?.(text) !== false
})
const signed = orNothing(shape.integer)
const digits = orNothing({
  description: 'a whole number',
  example: '200',
  holds: character => /\d/.test(character),
  fits: text => /^\d+$/.test(text)
})
const token: Shape = { ...shape.token, holds: character => /[^\s,;|=[\]()]/.test(character) }

/** `192.0.2.1(51234)`, `[local]`, or nothing; it shows by itself where it ends. */
function connection(): Shape {
  const look = /(?:\[local\]|[^\s()[\]]*\(\d+\))?/y
  const endOf = (line: string, from: number): number => {
    look.lastIndex = from
    return look.test(line) ? look.lastIndex : -1
  }
  return {
    ...token,
    example: '192.0.2.1(51234)',
    holds: character => /[^\s,;|=[\]]/.test(character),
    endBefore: literal => (literal === '' ? undefined : standing(endOf, literal))
  }
}

const moment = strptime('%Y-%m-%d %H:%M:%S.%f %Z', utc)
const second = strptime('%Y-%m-%d %H:%M:%S %Z', utc)
const timeOf = ({ example, end }: typeof moment): LoggerShape =>
  time(example, undefined, end, text => end(text, 0) === text.length)

const ESCAPES: ReadonlyMap<string, readonly [column: string, looks: Shape]> = new Map([
  ['a', ['application_name', client('psql')]],
  ['u', ['user', client('kim')]],
  ['d', ['dbname', client('shop')]],
  ['r', ['connection', connection()]],
  ['h', ['remote_host', client('192.0.2.1')]],
  ['L', ['local_host', token]],
  ['b', ['backend_type', client('client backend')]],
  ['p', ['pid', digits]],
  ['P', ['leader_pid', digits]],
  ['t', ['timestamp', timeOf(second)]],
  ['m', ['timestamp', timeOf(moment)]],
  ['n', ['timestamp', shape.decimal]],
  ['i', ['ps', client('SELECT')]],
  ['e', ['state_code', shape.word]],
  ['c', ['session_id', token]],
  ['l', ['line_num', digits]],
  ['s', ['session_start', timeOf(second)]],
  ['v', ['vxid', token]],
  ['x', ['txid', digits]],
  ['Q', ['query_id', signed]]
])

const SEVERITIES =
  /(?:DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|QUERY|CONTEXT|LOCATION|BACKTRACE|STATEMENT)(?=: {2}|$)/y

const endOfSeverity = (line: string, from: number): number => {
  SEVERITIES.lastIndex = from
  return SEVERITIES.test(line) ? SEVERITIES.lastIndex : -1
}
const severity: Shape = {
  description: 'a severity such as LOG or ERROR',
  example: 'LOG',
  holds: character => /[A-Z0-9]/.test(character),
  fits: text => endOfSeverity(text, 0) === text.length,
  recognize: endOfSeverity,
  endBefore: literal => standing(endOfSeverity, literal)
}
const message: Shape = { description: 'a message', example: 'ready', holds: () => true }

/**
 * The layouts of a prefix in the order in which they are tried: where there is a `%q`, that of processes without a session,
 * and that of sessions.
 * @throws SluiceError E_PARSE_PATTERN for what stands behind `%` and means nothing
 */
export function readPrefix(pattern: string, columns: Columns): Prefixed[] {
  const [outside = '', ...inside] = pattern.split(/(?<=(?:^|[^%])(?:%%)*)%q/)
  const whole = layoutOf(pattern, pattern, columns)
  return inside.length === 0 ? [whole] : [layoutOf(outside, pattern, columns), whole]
}

function layoutOf(prefix: string, pattern: string, columns: Columns): Prefixed {
  const literals = ['']
  const slots: Slot[] = []
  const names: string[] = []
  for (const { 0: written, index } of prefix.matchAll(/%-?\d*.?|[^%]+/gs)) {
    const letter = written.startsWith('%') ? written.slice(-1) : ''
    const known = ESCAPES.get(letter)
    if (known !== undefined) {
      const [name, looks] = known
      const { fits } = columns.get(name) ?? {}
      slots.push({
        name: written,
        column: index,
        shape: padded(name === 'timestamp' && fits ? { ...looks, fits } : looks, written)
      })
      names.push(name)
      literals.push('')
    } else if (letter === '' || written === '%%')
      literals.push((literals.pop() ?? '') + (written === '%%' ? '%' : written))
    else if (written !== '%q') throw noEscape(pattern, index)
  }
  slots.push({ name: 'the severity', column: prefix.length, shape: severity })
  slots.push({ name: 'the message', column: prefix.length, shape: message })
  names.push('error_severity')
  return { layout: { pattern, literals: [...literals, ':  ', ''], slots }, names }
}

/** A value that is filled with blanks is read with them. */
function padded(looks: Shape, written: string): Shape {
  if (!/\d/.test(written)) return looks
  const { fits, fitsAt, ...rest } = looks
  return {
    ...rest,
    holds: character => looks.holds(character) || character === ' ',
    fits: text => fits?.(text.trim()) ?? true
  }
}

function noEscape(pattern: string, column: number): SluiceError {
  const found = JSON.stringify(pattern.slice(column, column + 5))
  const allowed = `${[...ESCAPES.keys()].map(letter => `%${letter}`).join(' ')} %q %%`
  return new SluiceError(
    'E_PARSE_PATTERN',
    `column ${column + 1}: ${found} is no escape of log_line_prefix; allowed: ${allowed}`,
    {
      context: { pattern, column }
    }
  )
}
