// The variables of nginx: what each looks like in a log and where ECS has a place for it. Those that nginx does not
// document, or that ECS has no place for, become `nginx.access.<name>`, as keywords where nothing else is said.
// See "Embedded Variables" of ngx_http_core_module, _log_, _upstream_, _ssl_, _proxy_, _gzip_ and _realip_module.

import { type Shape, shape } from '#pattern'
import type { FieldType } from '#record'
import { clf, epochSeconds, iso8601, type TimeReader } from '#time'
import { address, addressList, type CaptureFor, duration, number, numbers, text, texts } from './capture.ts'
import { hostAndPort, protocolVersion, requestLine, requestTarget, scheme, tlsVersion, withOutcome } from './http.ts'
import { setter } from './values.ts'
import type { Variable } from './variables.ts'

const plain = (looks: Shape, field?: string, type?: FieldType): Variable => ({
  shape: looks,
  capture: text(field, type)
})
const count = (field?: string): Variable => ({ shape: shape.integer, capture: number('long', field) })
const fraction = (): Variable => ({ shape: shape.decimal, capture: number('double') })
const counts = (): Variable => ({ shape: shape.list(shape.integer), capture: numbers('long') })
const fractions = (): Variable => ({ shape: shape.list(shape.decimal), capture: numbers('double') })
const time = (example: string, read: TimeReader): Variable => ({
  shape: shape.time(example, value => !Number.isNaN(read(value))),
  capture: text(),
  time: read
})

/** In the order in which they take an ECS field where a pattern has several for it; the others keep names of their own. */
const VARIABLES = new Map<string, Variable>(
  Object.entries({
    msec: time('1795183912.345', epochSeconds),
    time_iso8601: time('2026-11-20T23:11:52+09:00', iso8601),
    time_local: time('20/Nov/2026:23:11:52 +0900', clf),

    request: { shape: shape.text, capture: requestLine },
    request_method: plain(shape.token, 'http.request.method'),
    request_uri: { shape: shape.target, capture: requestTarget },
    uri: plain(shape.target, 'url.path', 'wildcard'),
    document_uri: plain(shape.target, 'url.path', 'wildcard'),
    args: plain(shape.text, 'url.query'),
    query_string: plain(shape.text, 'url.query'),
    server_protocol: { shape: shape.token, capture: protocolVersion },
    scheme: { shape: shape.word, capture: scheme },
    host: plain(shape.host, 'url.domain'),
    http_host: { shape: shape.host, capture: hostAndPort },
    server_name: plain(shape.host, 'url.domain'),

    remote_addr: { shape: shape.ip, capture: address('source') },
    remote_port: count('source.port'),
    remote_user: plain(shape.text, 'user.name'),
    proxy_protocol_addr: { shape: shape.ip, capture: address('client') },
    proxy_protocol_port: count('client.port'),
    server_addr: { shape: shape.ip, capture: address('destination') },
    server_port: count('destination.port'),
    http_x_forwarded_for: { shape: shape.addresses, capture: addressList('nginx.access.remote_ip_list') },
    proxy_add_x_forwarded_for: { shape: shape.addresses, capture: addressList('nginx.access.remote_ip_list') },

    status: { shape: shape.integer, capture: own => withOutcome(number('long', 'http.response.status_code')(own)) },
    body_bytes_sent: count('http.response.body.bytes'),
    bytes_sent: count('http.response.bytes'),
    request_length: count('http.request.bytes'),
    content_length: count('http.request.body.bytes'),
    request_body: plain(shape.text, 'http.request.body.content', 'wildcard'),
    request_id: plain(shape.token, 'http.request.id'),
    request_time: { shape: shape.decimal, capture: duration('event.duration') },
    http_referer: plain(shape.text, 'http.request.referrer'),
    http_user_agent: plain(shape.text, 'user_agent.original'),

    upstream_addr: { shape: shape.list(shape.token), capture: texts() },
    upstream_status: counts(),
    upstream_bytes_received: counts(),
    upstream_bytes_sent: counts(),
    upstream_response_length: counts(),
    upstream_connect_time: fractions(),
    upstream_first_byte_time: fractions(),
    upstream_header_time: fractions(),
    upstream_queue_time: fractions(),
    upstream_response_time: fractions(),
    upstream_session_time: fractions(),
    upstream_cache_status: plain(shape.token),

    ssl_protocol: { shape: shape.token, capture: tlsVersion },
    ssl_cipher: plain(shape.token, 'tls.cipher'),
    ssl_curve: plain(shape.token, 'tls.curve'),
    ssl_server_name: plain(shape.token, 'tls.client.server_name'),
    ssl_session_reused: { shape: shape.oneOf('r.-'), capture: tlsResumed },
    ssl_alpn_protocol: plain(shape.token, 'tls.next_protocol'),
    ssl_client_s_dn: plain(shape.text, 'tls.client.subject'),
    ssl_client_i_dn: plain(shape.text, 'tls.client.issuer'),

    connection: count(),
    connection_requests: count(),
    connection_time: fraction(),
    gzip_ratio: fraction(),
    pid: count('process.pid'),
    pipe: plain(shape.oneOf('p.')),
    limit_rate: count(),
    tcpinfo_rtt: count(),
    tcpinfo_rttvar: count(),
    tcpinfo_snd_cwnd: count(),
    tcpinfo_rcv_space: count(),
    hostname: plain(shape.token),
    https: plain(shape.token),
    is_args: plain(shape.token),
    nginx_version: plain(shape.token),
    realip_remote_addr: plain(shape.ip),
    realip_remote_port: count(),
    request_completion: plain(shape.token),
    otel_trace_id: plain(shape.token, 'trace.id'),
    otel_span_id: plain(shape.token, 'span.id'),
    content_type: plain(shape.text),
    request_filename: plain(shape.text),
    document_root: plain(shape.text),
    realpath_root: plain(shape.text)
  })
)

/** Families of variables whose values are what others sent. */
const PREFIXES = /^(?:arg|cookie|http|sent_http|sent_trailer|upstream_cookie|upstream_http|upstream_trailer)_/

/** What is known of a variable; names are taken as nginx takes them, in lower case. */
export function variable(name: string): Variable {
  return VARIABLES.get(name) ?? plain(PREFIXES.test(name) ? shape.text : shape.unknown)
}

/** The place of a variable among those that want the same field. */
export function rank(name: string): number {
  const index = RANKS.indexOf(name)
  return index === -1 ? RANKS.length : index
}
const RANKS = [...VARIABLES.keys()]

function tlsResumed(): ReturnType<CaptureFor> {
  const set = setter('tls.resumed')
  return { writes: { 'tls.resumed': 'boolean' }, write: (values, value) => set(values, value === 'r') }
}
