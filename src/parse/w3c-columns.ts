// The fields of the Extended Log File Format and of IIS: where ECS, and Elastic's integration of IIS, have a place for them.

import type { Mismatch } from '#pattern'
import type { Fields, FieldTypes } from '#record'
import { iso8601, timestamps } from '#time'
import { address, type Capture, elapsed, number, text } from './capture.ts'
import { hostAndPort, protocolVersion, requestTarget, withOutcome } from './http.ts'
import { setter, type Values } from './values.ts'

/** Writes the values of a line and returns undefined, or says where it is no line of these columns, with nothing written. */
export type Columns = (line: string, values: Values | undefined, date: string | undefined) => Mismatch | undefined

const other = (name: string): string => `iis.access.${name}`

/** By name in lower case; `cs(…)` are headers of the request. */
const CAPTURES = new Map<string, Capture>(
  Object.entries({
    's-ip': address('destination')(''),
    's-port': number('long', 'destination.port')(other('server_port')),
    'c-ip': address('source')(''),
    'c-port': number('long', 'source.port')(other('client_port')),
    'cs-username': text('user.name')(''),
    'cs-method': text('http.request.method')(''),
    'cs-version': protocolVersion(''),
    'cs-host': hostAndPort(''),
    'cs(host)': hostAndPort(''),
    'cs(user-agent)': userAgent(),
    'cs(referer)': text('http.request.referrer')(''),
    'cs(cookie)': text(other('cookie'))(''),
    'cs-bytes': number('long', 'http.request.body.bytes')(other('request_bytes')),
    'sc-bytes': number('long', 'http.response.body.bytes')(other('response_bytes')),
    'sc-status': withOutcome(number('long', 'http.response.status_code')(other('status'))),
    'sc-substatus': number('long', other('sub_status'))(other('sub_status_text')),
    'sc-win32-status': number('long', other('win32_status'))(other('win32_status_text')),
    's-sitename': text(other('site_name'))(''),
    's-computername': text(other('server_name'))(''),
    's-reason': text('iis.error.reason_phrase')(''),
    's-queuename': text('iis.error.queue_name')(''),
    'time-taken': elapsed('event.duration', 1_000_000)(other('time_taken'))
  })
)
const WHOLE = new Set([
  's-port',
  'c-port',
  'cs-bytes',
  'sc-bytes',
  'sc-status',
  'sc-substatus',
  'sc-win32-status',
  'time-taken'
])
const target = requestTarget('')
const setTimestamp = setter('@timestamp')
const setQuery = setter('url.query')
const setOther = setter('w3c.fields')

export const w3cTypes: FieldTypes = Object.assign(
  { '@timestamp': 'date', 'w3c.fields': 'flattened' },
  target.writes,
  ...[...CAPTURES.values()].map(({ writes }) => writes)
)

/** Blanks are written as `+`. */
function userAgent(): Capture {
  const set = setter('user_agent.original')
  return {
    writes: { 'user_agent.original': 'keyword' },
    write: (values, value) => set(values, value.replaceAll('+', ' '))
  }
}

/** Compiles what stands behind `#Fields: `. */
export function columnsOf(fields: string): Columns {
  const names = fields.trim().split(/[ \t]+/)
  const lower = names.map(name => name.toLowerCase())
  const captures = lower.map(name => CAPTURES.get(name))
  const [dateAt, timeAt, stemAt, queryAt, uriAt] = ['date', 'time', 'cs-uri-stem', 'cs-uri-query', 'cs-uri'].map(name =>
    lower.indexOf(name)
  )
  const special = new Set([dateAt, timeAt, stemAt, queryAt, uriAt])
  const timestamp = timestamps(iso8601)
  return (line, values, headerDate) => {
    const found = split(line)
    if (found.length !== names.length)
      return { column: line.length, expected: `${names.length} values, not ${found.length}` }
    const odd = lower.findIndex((name, at) => WHOLE.has(name) && !/^(?:\d+|-)$/.test(found[at] ?? ''))
    if (odd !== -1) return { column: columnAt(line, found, odd), expected: `${names[odd]}, a whole number or -` }
    const date = found[dateAt ?? -1] ?? headerDate
    const clock = found[timeAt ?? -1]
    const at = date === undefined || clock === undefined ? undefined : timestamp(`${date}T${clock}Z`)
    if (at === undefined && date !== undefined && clock !== undefined) {
      return {
        column: columnAt(line, found, Math.max(dateAt ?? 0, 0)),
        expected: 'a day and a time such as 2026-11-20 14:11:52'
      }
    }
    if (values === undefined) return undefined
    if (at !== undefined) setTimestamp(values, at)
    writeTarget(values, found[uriAt ?? -1] ?? found[stemAt ?? -1] ?? '-', found[queryAt ?? -1] ?? '-')
    let rest: Fields | undefined
    for (const [index, value] of found.entries()) {
      if (value === '-' || value === '' || special.has(index)) continue
      const capture = captures[index]
      if (capture !== undefined) capture.write(values, value)
      else {
        rest ??= {}
        rest[names[index] ?? ''] = value
      }
    }
    if (rest !== undefined) setOther(values, rest)
    return undefined
  }
}

function writeTarget(values: Values, stem: string, query: string): void {
  if (stem !== '-') target.write(values, query === '-' ? stem : `${stem}?${query}`)
  else if (query !== '-') setQuery(values, query)
}

/** Values stand between tabs or blanks; one in quotes may hold both, and quotes that stand twice. */
function split(line: string): string[] {
  const separator = line.includes('\t') ? '\t' : ' '
  if (!line.includes('"')) return line.trimEnd().split(separator)
  const pattern =
    separator === '\t' ? /"((?:[^"]|"")*)"(?=\t|$)|([^\t]*)(?=\t|$)/y : /"((?:[^"]|"")*)"(?= |$)|([^ ]*)(?= |$)/y
  const found: string[] = []
  for (let at = 0; at <= line.length; at = pattern.lastIndex + 1) {
    pattern.lastIndex = at
    const value = pattern.exec(line)
    if (value === null) break
    found.push(value[1]?.replaceAll('""', '"') ?? value[2] ?? '')
  }
  return found
}

/** Where a value stands, as far as none before it was in quotes. */
function columnAt(line: string, found: readonly string[], index: number): number {
  const before = found.slice(0, index).reduce((sum, value) => sum + value.length + 1, 0)
  return Math.min(before, line.length)
}
