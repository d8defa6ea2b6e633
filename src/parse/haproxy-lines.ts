// The lines that HAProxy writes of a connection or request, and what each value in them becomes. Names are those of Elastic's
// integration; -1 for a phase that was not reached is no value.

import type { FieldTypes } from '#record'
import { address, number } from './capture.ts'
import { withoutHex } from './escapes.ts'
import { requestLine, tlsVersion, withOutcome } from './http.ts'
import { settersOf, type Values } from './values.ts'

export const haproxyTypes = {
  'event.category': 'keyword',
  'event.duration': 'long',
  'event.kind': 'keyword',
  'event.outcome': 'keyword',
  'event.type': 'keyword',
  'haproxy.backend_name': 'keyword',
  'haproxy.backend_queue': 'long',
  'haproxy.bind_name': 'keyword',
  'haproxy.bytes_read': 'long',
  'haproxy.connection_wait_time_ms': 'long',
  'haproxy.connections.active': 'long',
  'haproxy.connections.backend': 'long',
  'haproxy.connections.frontend': 'long',
  'haproxy.connections.retries': 'long',
  'haproxy.connections.server': 'long',
  'haproxy.error_message': 'keyword',
  'haproxy.frontend_name': 'keyword',
  'haproxy.http.request.captured_cookie': 'keyword',
  'haproxy.http.request.captured_headers': 'keyword',
  'haproxy.http.request.time_wait_ms': 'long',
  'haproxy.http.request.time_wait_without_data_ms': 'long',
  'haproxy.http.response.captured_cookie': 'keyword',
  'haproxy.http.response.captured_headers': 'keyword',
  'haproxy.mode': 'keyword',
  'haproxy.server_name': 'keyword',
  'haproxy.server_queue': 'long',
  'haproxy.termination_state': 'keyword',
  'haproxy.tls_version': 'keyword',
  'haproxy.total_waiting_time_ms': 'long',
  'http.response.bytes': 'long',
  'http.response.status_code': 'long',
  message: 'match_only_text',
  'source.port': 'long',
  'destination.port': 'long',
  'tls.cipher': 'keyword',
  'tls.client.server_name': 'keyword'
} as const satisfies FieldTypes
const set = settersOf(haproxyTypes)

type Groups = Readonly<Record<string, string | undefined>>

/** A line that was understood. */
export interface HaproxyLine {
  /** When the connection was accepted or the request came; undefined where the line does not say it. */
  readonly time: string | undefined
  /** Whether it is what an option makes of a connection or request, which a `log-format` replaces. */
  readonly isLogged: boolean
  /** What is left to say in words. */
  readonly message: string
  write(values: Values): void
}

const CLIENT = '(?<client>\\S+):(?<port>\\d{1,5}) \\[(?<time>[^\\]]{20,32})\\] '
const PROXIES = '(?<frontend>\\S+) (?<backend>[^\\s/]+)/(?<server>\\S+) '
const COUNTS =
  '(?<active>\\d+)/(?<front>\\d+)/(?<back>\\d+)/(?<onServer>\\d+)/\\+?(?<retries>\\d+) (?<serverQueue>\\d+)/(?<backendQueue>\\d+)'
const HTTP = new RegExp(
  `^${CLIENT}${PROXIES}(?:(?<destination>[\\w.:-]+) )?(?<requestMs>-?\\d+)/(?<queueMs>-?\\d+)/(?<connectMs>-?\\d+)/(?<responseMs>-?\\d+)/\\+?(?<totalMs>-?\\d+) (?<status>-?\\d{1,3}) \\+?(?<bytes>\\d+) (?<requestCookie>\\S+) (?<responseCookie>\\S+) (?<state>\\S{4}) ${COUNTS} (?:\\{(?<requestHeaders>[^}]*)\\} )?(?:\\{(?<responseHeaders>[^}]*)\\} )?"(?<request>[^"]*)"?(?: [^\\s/]+(?:/[^\\s/]+){4} (?<sni>[^\\s/]*)/(?<version>[^\\s/]*)/(?<cipher>\\S+))?$`
)
const TCP = new RegExp(
  `^${CLIENT}${PROXIES}(?<queueMs>-?\\d+)/(?<connectMs>-?\\d+)/\\+?(?<totalMs>-?\\d+) \\+?(?<bytes>\\d+) (?<state>\\S{2}) ${COUNTS}$`
)
const FAILED = new RegExp(`^${CLIENT}(?<frontend>[^\\s/]+)/(?<bind>[^\\s:]+): (?<problem>.*)$`)
const CONNECT =
  /^Connect from (?<client>\S+):(?<port>\d{1,5}) to (?<destination>\S+):(?<destinationPort>\d{1,5}) \((?<frontend>[^\s/]+)\/(?<mode>\w+)\)$/

const source = address('source')('')
const destination = address('destination')('')
const request = requestLine('')
const status = withOutcome(number('long', 'http.response.status_code')('haproxy.status'))
const version = tlsVersion('haproxy.tls_version')

type Write = (values: Values, text: string) => void

const whole =
  (put: (values: Values, value: number) => void): Write =>
  (values, text) => {
    const value = Number(text)
    if (value >= 0 && Number.isSafeInteger(value)) put(values, value)
  }
const setDuration = set['event.duration']

/** What becomes of a value that is there, by the name of its group. */
const WRITES: readonly (readonly [group: string, write: Write])[] = Object.entries({
  client: (values, text) => source.write(values, text),
  port: whole(set['source.port']),
  destination: (values, text) => destination.write(values, text),
  destinationPort: whole(set['destination.port']),
  frontend: set['haproxy.frontend_name'],
  backend: set['haproxy.backend_name'],
  server: set['haproxy.server_name'],
  bind: set['haproxy.bind_name'],
  mode: set['haproxy.mode'],
  problem: set['haproxy.error_message'],
  requestMs: whole(set['haproxy.http.request.time_wait_ms']),
  queueMs: whole(set['haproxy.total_waiting_time_ms']),
  connectMs: whole(set['haproxy.connection_wait_time_ms']),
  responseMs: whole(set['haproxy.http.request.time_wait_without_data_ms']),
  totalMs: whole((values, ms) => setDuration(values, ms * 1_000_000)),
  bytes: whole(set['haproxy.bytes_read']),
  state: set['haproxy.termination_state'],
  active: whole(set['haproxy.connections.active']),
  front: whole(set['haproxy.connections.frontend']),
  back: whole(set['haproxy.connections.backend']),
  onServer: whole(set['haproxy.connections.server']),
  retries: whole(set['haproxy.connections.retries']),
  serverQueue: whole(set['haproxy.server_queue']),
  backendQueue: whole(set['haproxy.backend_queue']),
  requestCookie: set['haproxy.http.request.captured_cookie'],
  responseCookie: set['haproxy.http.response.captured_cookie'],
  requestHeaders: (values, text) =>
    set['haproxy.http.request.captured_headers'](values, text.split('|').map(withoutHash)),
  responseHeaders: (values, text) =>
    set['haproxy.http.response.captured_headers'](values, text.split('|').map(withoutHash)),
  request: (values, text) => request.write(values, withoutHash(text)),
  sni: set['tls.client.server_name'],
  version: (values, text) => version.write(values, text),
  cipher: set['tls.cipher']
} satisfies Record<string, Write>)

/** Undoes `#XX`, as HAProxy writes what is not printable and what ends its values; runs that are no UTF-8 stay. */
export function withoutHash(text: string): string {
  if (!text.includes('#')) return text
  return text.replace(/(?:#[0-9A-F]{2})+/g, run => {
    const plain = withoutHex(run.replaceAll('#', '\\x'))
    return plain.startsWith('\\x') ? run : plain
  })
}

const WEB = ['web']
const NETWORK = ['network']
const ACCESS = ['access']
const CONNECTION = ['connection']

/** Takes a message apart; undefined for those that are of no connection. */
export function haproxyLine(message: string): HaproxyLine | undefined {
  const http = HTTP.exec(message)?.groups
  const logged = http ?? TCP.exec(message)?.groups
  const groups = logged ?? (FAILED.exec(message) ?? CONNECT.exec(message))?.groups
  if (groups === undefined) return undefined
  const isWeb = http !== undefined || groups.mode === 'HTTP'
  return {
    time: groups.time,
    isLogged: logged !== undefined,
    message: groups.problem ?? '',
    write: values => write(values, groups, isWeb)
  }
}

function write(values: Values, groups: Groups, isWeb: boolean): void {
  for (const [name, put] of WRITES) {
    const text = groups[name]
    if (text !== undefined && text !== '' && text !== '-') put(values, text)
  }
  if (groups.status !== undefined && !groups.status.startsWith('-')) {
    status.write(values, groups.status)
    set['http.response.bytes'](values, Number(groups.bytes))
  }
  set['event.kind'](values, 'event')
  set['event.category'](values, isWeb ? WEB : NETWORK)
  set['event.type'](values, isWeb ? ACCESS : CONNECTION)
}
