// A layout of log4j as the producer of random records: what PatternLayout of log4j2 writes, by its manual.

import { compileParser } from '#parse'
import { AHEAD_MS, type Case, type Part, type Producer, TIMEZONE } from './logger-records.ts'

const two = (value: number): string => String(value).padStart(2, '0')
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

/** What each pattern of a time makes of a date of which the UTC fields are the local ones. */
const TIMES: Readonly<Record<string, (at: Date) => string>> = {
  '': at => `${at.toISOString().slice(0, 10)} ${at.toISOString().slice(11, 23).replace('.', ',')}`,
  ISO8601: at => at.toISOString().slice(0, 23).replace('.', ','),
  "yyyy-MM-dd'T'HH:mm:ss.SSSXXX": at => `${at.toISOString().slice(0, 23)}+09:00`,
  'yyyy/MM/dd HH:mm:ss': at => at.toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' '),
  'd MMM yy h:mm:ss a': at => {
    const hour = at.getUTCHours()
    const clock = `${hour % 12 || 12}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} ${hour < 12 ? 'AM' : 'PM'}`
    return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${two(at.getUTCFullYear() % 100)} ${clock}`
  },
  UNIX_MILLIS: at => String(at.getTime() - AHEAD_MS)
}
const UNITS: Readonly<Record<string, number>> = { 'yyyy/MM/dd HH:mm:ss': 1000, 'd MMM yy h:mm:ss a': 1000 }

export const log4j: Producer = {
  attributes: {
    d: { field: '', kind: 'time', values: [0] },
    p: { field: 'log.level', kind: 'level', values: ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] },
    t: {
      field: 'process.thread.name',
      kind: 'text',
      values: ['main', 'pool-1-thread-2', 'http-nio-8080-exec-1', 'Timer 7']
    },
    c: { field: 'log.logger', kind: 'text', values: ['com.acme.Shop', 'o.a.c.Core', 'Main$Inner', 'root'] },
    C: { field: 'log4j.class', kind: 'text', values: ['com.acme.Shop', 'Main$1'] },
    F: { field: 'log.origin.file.name', kind: 'text', values: ['Shop.java', 'Main.kt'] },
    M: { field: 'log.origin.function', kind: 'text', values: ['main', '<init>', 'lambda$run$0'] },
    L: { field: 'log.origin.file.line', kind: 'integer', values: [1, 42, 9999] },
    r: { field: 'log4j.relative', kind: 'integer', values: [0, 1042] },
    pid: { field: 'process.pid', kind: 'integer', values: [1, 4711] },
    'X{user}': { field: 'labels.user', kind: 'text', values: ['kim', 'a1b2', '김'] },
    message: { field: 'message', kind: 'message', values: [] }
  },
  times: Object.keys(TIMES).map(pattern => ({ pattern, unitMs: UNITS[pattern] ?? 1 })),
  exceptions: [
    { type: 'com.acme.OutOfStock', message: 'kimchi: 9 wanted' },
    { type: 'java.lang.IllegalStateException', message: 'a\nb' }
  ],
  write({ attribute, width, isLeft, isCut, time }) {
    if (attribute === 'd') return time.pattern === '' ? '%d' : `%d{${time.pattern}}`
    const modifiers = width === 0 ? '' : `${isLeft ? '-' : ''}${width}${isCut ? `.-${width}` : ''}`
    // An empty option ends the word, so that no letter behind it counts to it.
    return `%${modifiers}${attribute === 'message' ? 'm' : attribute}${attribute.endsWith('}') ? '' : '{}'}`
  },
  escape: text => text.replaceAll('%', '%%'),
  format: cases => cases.map(lineOf),
  compile: pattern => compileParser({ format: 'log4j', pattern: `${pattern}%n`, timezone: TIMEZONE })
}

function lineOf({ parts, literals, record, ms, exception }: Case): string {
  const line = literals.map((literal, i) => literal + written(parts[i], record, ms)).join('')
  if (exception === undefined) return line
  return `${line}\n${exception.type}: ${exception.message}\n\tat com.acme.Shop.main(Shop.java:12)`
}

function written(part: Part | undefined, record: Case['record'], ms: number): string {
  if (part === undefined) return ''
  const { attribute, width, isLeft, isCut, time } = part
  if (attribute === 'd') return TIMES[time.pattern]?.(new Date(ms + AHEAD_MS)) ?? ''
  const whole = String(record[attribute])
  const value = isCut && width > 0 ? whole.slice(0, width) : whole
  return isLeft ? value.padEnd(width) : value.padStart(width)
}
