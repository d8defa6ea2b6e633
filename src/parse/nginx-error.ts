// The error log of nginx, whose form is fixed. What nginx says of the request behind the message stays in the message, as
// Elastic's integration has it, and becomes fields beside it.

import Type, { type Static } from 'typebox'
import type { FieldTypes } from '#record'
import { strptime, timestamps, timezoneDescription, zone } from '#time'
import { address } from './capture.ts'
import { hostAndPort, requestLine } from './http.ts'
import { closed, type Parser } from './parser.ts'
import { pieces } from './pieces.ts'
import { settersOf, type Values } from './values.ts'

export const schema = Type.Object(
  {
    format: Type.Literal('nginx-error', { description: 'The error log of nginx.' }),
    timezone: Type.Optional(Type.String({ description: timezoneDescription }))
  },
  { additionalProperties: false, description: 'Lines of an nginx error log, as `error_log` of nginx.conf writes them.' }
)
export type Options = Static<typeof schema>

const source = address('source')('')
const request = requestLine('')
const host = hostAndPort('')
const types = {
  '@timestamp': 'date',
  'event.category': 'keyword',
  'event.kind': 'keyword',
  'event.type': 'keyword',
  'http.request.referrer': 'keyword',
  'log.level': 'keyword',
  message: 'match_only_text',
  'nginx.error.connection_id': 'long',
  'nginx.error.server': 'keyword',
  'nginx.error.subrequest': 'keyword',
  'nginx.error.upstream': 'keyword',
  'process.pid': 'long',
  'process.thread.id': 'long'
} as const satisfies FieldTypes
const set = settersOf(types)

const line = pieces([
  ['a time such as 2026/11/20 23:11:52', '(?<time>\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d)'],
  ['a level in brackets', ' \\[(?<level>[a-z]+)\\]'],
  ['a process and a thread such as 1234#0:', ' (?<pid>\\d{1,15})#(?<tid>\\d{1,15}):'],
  ['a message', ' (?:\\*(?<connection>\\d{1,15}) )?(?<message>.*)']
])

/** What nginx says of a request, in its order; see ngx_http_log_error and ngx_stream_log_error. */
const CONTEXT: readonly [name: string, write: (values: Values, text: string) => void][] = [
  ['client', (values, text) => source.write(values, text)],
  ['server', set['nginx.error.server']],
  ['request', (values, text) => request.write(values, text)],
  ['subrequest', set['nginx.error.subrequest']],
  ['upstream', set['nginx.error.upstream']],
  ['host', (values, text) => host.write(values, text)],
  ['referrer', set['http.request.referrer']]
]

/**
 * A parser for the error log.
 * @throws SluiceError E_PARSE_OPTION for a wrong zone
 */
export function nginxError({ timezone }: Options): Parser {
  const timestamp = timestamps(strptime('%Y/%m/%d %H:%M:%S', zone(timezone)).read)
  return closed({
    format: 'nginx-error',
    writes: { ...types, ...source.writes, ...request.writes, ...host.writes },
    read(text, values) {
      const { time = '', level = '', pid, tid, connection, message = '' } = line.match(text) ?? {}
      const at = timestamp(time)
      if (at === undefined) return false
      set['@timestamp'](values, at)
      set['log.level'](values, level)
      set['process.pid'](values, Number(pid))
      set['process.thread.id'](values, Number(tid))
      if (connection !== undefined) set['nginx.error.connection_id'](values, Number(connection))
      set.message(values, message)
      set['event.kind'](values, 'event')
      set['event.category'](values, WEB)
      set['event.type'](values, FAILURES.has(level) ? ERROR : INFO)
      writeContext(values, message)
      return true
    },
    mismatch(text) {
      const isLine = line.match(text) !== undefined
      return isLine ? { column: 0, expected: 'a time that there is' } : line.mismatch(text)
    }
  })
}

const WEB = ['web']
const ERROR = ['error']
const INFO = ['info']
const FAILURES = new Set(['emerg', 'alert', 'crit', 'error'])

function writeContext(values: Values, message: string): void {
  const found: { readonly begin: number; readonly valueAt: number; readonly write: (typeof CONTEXT)[number][1] }[] = []
  let from = message.indexOf(', client: ')
  if (from === -1) return
  for (const [name, write] of CONTEXT) {
    const marker = `, ${name}: `
    const begin = message.indexOf(marker, from)
    if (begin === -1) continue
    from = begin + marker.length
    found.push({ begin, valueAt: from, write })
  }
  for (const [index, { valueAt, write }] of found.entries()) {
    const value = message.slice(valueAt, found[index + 1]?.begin)
    const known = /^"(.*)"/s.exec(value)?.[1] ?? value.replace(/, .*$/s, '')
    if (known !== '') write(values, known)
  }
}
