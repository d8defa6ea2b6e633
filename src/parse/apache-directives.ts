// The directives of Apache's LogFormat: what each looks like in a log and where ECS has a place for it. What it has no place
// for becomes `apache.access.<name>`. See "Custom Log Formats" of mod_log_config, and mod_logio and mod_ssl.

import { type Shape, shape } from '#pattern'
import type { FieldType } from '#record'
import { clf, epoch, epochSeconds, strptime, type TimeReader, type Zone } from '#time'
import type { Directive } from './apache-pattern.ts'
import { strftimeOf } from './apache-pattern.ts'
import { address, addressList, type CaptureFor, elapsed, number, text } from './capture.ts'
import {
  hostAndPort,
  protocolVersion,
  queryString,
  requestLine,
  requestTarget,
  tlsVersion,
  withOutcome
} from './http.ts'
import { time as timeShape } from './logger-shapes.ts'
import type { Named, Variable } from './variables.ts'

/** A variable, and the name that its own field has below `apache.access`. */
type Known = Variable & { readonly name: string }

const plain = (name: string, looks: Shape, field?: string, type?: FieldType): Known => ({
  name,
  shape: looks,
  capture: text(field, type)
})
const count = (name: string, field?: string): Known => ({
  name,
  shape: shape.integer,
  capture: number('long', field)
})
const took = (name: string, unitNs: number): Known => ({
  name,
  shape: shape.integer,
  capture: elapsed('event.duration', unitNs)
})
const known = (name: string, looks: Shape, capture: CaptureFor): Known => ({ name, shape: looks, capture })

/** By letter and argument, in the order in which they take an ECS field where a format has several for it. */
const DIRECTIVES = new Map<string, Known>(
  Object.entries({
    r: known('request', shape.text, requestLine),
    m: plain('method', shape.token, 'http.request.method'),
    Uq: known('target', shape.target, requestTarget),
    U: plain('path', shape.target, 'url.path', 'wildcard'),
    q: known('query', shape.text, queryString),
    H: known('protocol', shape.token, protocolVersion),
    'Host i': known('request_headers.host', shape.host, hostAndPort),
    v: plain('server_name', shape.host, 'url.domain'),
    V: plain('canonical_name', shape.host, 'url.domain'),

    a: known('client', shape.ip, address('source')),
    h: known('remote_host', shape.token, address('source')),
    'remote p': count('remote_port', 'source.port'),
    'c a': known('peer', shape.ip, address('client')),
    'c h': known('peer_host', shape.token, address('client')),
    A: known('local', shape.ip, address('destination')),
    'local p': count('local_port', 'destination.port'),
    p: count('port', 'destination.port'),
    'canonical p': count('canonical_port', 'destination.port'),
    l: plain('identity', shape.token),
    u: plain('user', user(), 'user.name'),
    'X-Forwarded-For i': known('remote_addresses', shape.addresses, addressList('apache.access.remote_addresses')),

    '>s': known('status', shape.integer, own => withOutcome(number('long', 'http.response.status_code')(own))),
    s: known('status', shape.integer, own => withOutcome(number('long', 'http.response.status_code')(own))),
    '<s': count('original_status'),
    B: count('body_bytes', 'http.response.body.bytes'),
    b: count('body_bytes', 'http.response.body.bytes'),
    I: count('bytes_received', 'http.request.bytes'),
    O: count('bytes_sent', 'http.response.bytes'),
    S: count('bytes_transferred', 'network.bytes'),
    D: took('duration_us', 1000),
    'us T': took('duration_us', 1000),
    'ms T': took('duration_ms', 1_000_000),
    's T': took('duration_s', 1_000_000_000),
    T: took('duration_s', 1_000_000_000),
    '^FB': count('first_byte_us'),
    'Referer i': plain('request_headers.referer', shape.text, 'http.request.referrer'),
    'User-Agent i': plain('request_headers.user_agent', shape.text, 'user_agent.original'),
    'Content-Type i': plain('request_headers.content_type', shape.text),
    'X-Request-Id i': plain('request_headers.x_request_id', shape.text, 'http.request.id'),
    'UNIQUE_ID e': plain('env.unique_id', shape.token, 'http.request.id'),

    'SSL_PROTOCOL x': known('ssl.protocol', shape.token, tlsVersion),
    'SSL_CIPHER x': plain('ssl.cipher', shape.token, 'tls.cipher'),
    'SSL_TLS_SNI x': plain('ssl.sni', shape.token, 'tls.client.server_name'),
    'SSL_CLIENT_S_DN x': plain('ssl.client_subject', shape.text, 'tls.client.subject'),
    'SSL_CLIENT_I_DN x': plain('ssl.client_issuer', shape.text, 'tls.client.issuer'),
    'version c': known('ssl.protocol', shape.token, tlsVersion),
    'cipher c': plain('ssl.cipher', shape.token, 'tls.cipher'),

    P: count('pid', 'process.pid'),
    'pid P': count('pid', 'process.pid'),
    'tid P': count('tid', 'process.thread.id'),
    'hextid P': plain('tid', shape.word),
    f: plain('filename', shape.text),
    k: count('keepalive_requests'),
    L: plain('error_log_id', shape.token),
    R: plain('handler', shape.token),
    X: plain('connection_status', shape.oneOf('X+-'))
  })
)
const RANKS = [...DIRECTIVES.keys()]
/** The keys of those with an argument, which is the name of a header or the like, of which the case does not matter. */
const LOWER = new Map(RANKS.filter(key => key.includes(' ')).map(key => [key.toLowerCase(), key]))

/** Where the argument is a name that the values are kept under. */
const FAMILIES = new Map([
  ['i', 'request_headers'],
  ['o', 'response_headers'],
  ['C', 'cookies'],
  ['e', 'env'],
  ['n', 'notes'],
  ['x', 'ssl'],
  ['c', 'ssl'],
  ['^ti', 'request_trailers'],
  ['^to', 'response_trailers']
])

/** What is known of a directive, and its place among those that want the same field. */
export function directive(named: Directive, zone: Zone): Pick<Named, 'own' | 'rank' | 'variable'> {
  const { letter, argument, request } = named
  const asked = letter === 's' && request !== undefined ? request : ''
  const exact = argument === undefined ? asked + letter : `${argument} ${letter}`
  const key = DIRECTIVES.has(exact) ? exact : (LOWER.get(exact.toLowerCase()) ?? exact)
  const variable = letter === 't' ? timeOf(argument, zone) : (DIRECTIVES.get(key) ?? other(letter, argument))
  return { own: `apache.access.${variable.name}`, rank: rankOf(key), variable }
}

/** Of several times the finer is the better. */
function rankOf(key: string): number {
  if (key.endsWith(' t')) return /[mu]sec|%3f|%6f/.test(key) ? -2 : -1
  const rank = RANKS.indexOf(key)
  return rank === -1 ? RANKS.length : rank
}

/**
 * A user as the client named itself, or two quotes for an empty name; it may hold what stands before a time. One that
 * begins with `- ` is none: it would be the next field of a line that has one more before it, such as a host.
 */
function user(): Shape {
  return {
    ...shape.text,
    fits: text => !text.startsWith('- '),
    endBefore(literal, next) {
      const { begins = '', width, fits, recognize } = next?.shape ?? {}
      const isTime =
        width === undefined || fits === undefined
          ? recognize && ((line: string, at: number) => recognize(line, at) !== -1)
          : (line: string, at: number) => fits(line.slice(at, at + width))
      if (literal === '' || isTime === undefined) return undefined
      return (line, from) => {
        const first = line.indexOf(literal + begins, from)
        let at = first
        while (at !== -1 && !isTime(line, at + literal.length)) at = line.indexOf(literal + begins, at + 1)
        return at === -1 ? first : at
      }
    }
  }
}

function other(letter: string, argument = ''): Known {
  const family = FAMILIES.get(letter)
  const name = argument.toLowerCase().replace(/\W+/g, '_')
  if (family !== undefined && name !== '') return plain(`${family}.${name}`, shape.text)
  return plain(`other.${letter.replace('^', '')}${name === '' ? '' : `_${name}`}`, shape.unknown)
}

function timeOf(argument: string | undefined, zone: Zone): Known {
  if (argument === undefined) {
    const bracketed = time('[20/Nov/2026:23:11:52 +0900]', text =>
      text.startsWith('[') && text.endsWith(']') ? clf(text.slice(1, -1)) : Number.NaN
    )
    return { ...bracketed, shape: { ...bracketed.shape, begins: '[' } }
  }
  const strftime = strftimeOf(argument)
  if (strftime === undefined) return epochOf(argument.replace(/^(?:begin|end):/, ''))
  const { isDated, example, width, read, end } = strptime(strftime, zone)
  const looks = timeShape(example, width, end, value => end(value, 0) === value.length)
  return { name: 'time', shape: looks, capture: text(), ...(isDated && { time: read }) }
}

/** `sec`, `msec` or `usec`: the time since 1970 in that unit. */
function epochOf(unit: string): Known {
  if (unit === 'msec') return time('1795183912345', epoch(3))
  if (unit === 'usec') return time('1795183912345678', epoch(6))
  return unit === 'sec' ? time('1795183912', epochSeconds) : plain('time', shape.text)
}

function time(example: string, read: TimeReader): Known {
  const looks = shape.time(example, value => !Number.isNaN(read(value)))
  return {
    name: 'time',
    shape: { ...looks, holds: character => looks.holds(character) || character === '[' || character === ']' },
    capture: text(),
    time: read
  }
}
