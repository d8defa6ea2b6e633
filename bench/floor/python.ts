// `%(asctime)s - %(name)s - %(levelname)s - %(message)s` of Python's logging in Korea's time, found by its separators, and
// the traceback behind it.

import { quote, type Rest } from './document.ts'
import type { Format, Render } from './format.ts'

const HEADER = 'Traceback (most recent call last):\n'
const ZONE = '+09:00'

/** A record begins with the digits of its year. */
export const python: Format = { continues: byte => byte < 0x30 || byte > 0x39, render }

function render(dataset: string, rest: Rest): Render {
  const timestamp = timestamps()
  const event = `"event":{"dataset":"${dataset}"},"message":`
  return (record, start, end) => {
    const loggerAt = 26
    const levelAt = record.indexOf(' - ', loggerAt) + 3
    const messageAt = record.indexOf(' - ', levelAt) + 3
    const traceAt = record.indexOf(`\n${HEADER}`, messageAt)
    const level = record.slice(levelAt, messageAt - 3).toLowerCase()
    const logged = `"level":"${level}","logger":${quote(record.slice(loggerAt, levelAt - 3))},`
    const message = quote(traceAt === -1 ? record.slice(messageAt) : record.slice(messageAt, traceAt))
    const error = traceAt === -1 ? '' : errorOf(record.slice(traceAt + 1))
    return `{"@timestamp":"${timestamp(record)}",${event}${message}${error}${rest(start, end, logged)}`
  }
}

/** The traceback, and what its last exception says: the first line that is not indented. */
function errorOf(trace: string): string {
  const frames = trace.lastIndexOf(HEADER) + HEADER.length
  const exception = trace.slice(trace.slice(frames).search(/^\S/m) + frames)
  const colon = exception.indexOf(': ')
  const type = colon === -1 ? exception : exception.slice(0, colon)
  const message = colon === -1 ? '' : `,"message":${quote(exception.slice(colon + 2))}`
  return `,"error":{"type":${quote(type)}${message},"stack_trace":${quote(trace)}}`
}

/** `asctime` in UTC; records of one minute stand together. */
function timestamps(): (record: string) => string {
  let lastMinute = ''
  let last = ''
  return record => {
    const minute = record.slice(0, 16)
    if (minute !== lastMinute) {
      lastMinute = minute
      last = new Date(minute.replace(' ', 'T') + ZONE).toISOString().slice(0, 16)
    }
    return `${last}${record.slice(16, 19)}.${record.slice(20, 23)}Z`
  }
}
