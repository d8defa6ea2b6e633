// The variables of HAProxy's `log-format`: what each looks like in a line and what becomes of it. Names of fields are those of
// the lines that HAProxy writes by itself. See "Custom log format" of HAProxy's configuration manual.

import { type Shape, shape } from '#pattern'
import type { FieldType } from '#record'
import { clf, epochSeconds, strptime, type TimeReader, type Zone } from '#time'
import { address, type CaptureFor, number, text } from './capture.ts'
import { withoutHash } from './haproxy-lines.ts'
import { protocolVersion, queryString, requestLine, requestTarget, tlsVersion, withOutcome } from './http.ts'
import { setter } from './values.ts'
import type { Variable } from './variables.ts'

/** A variable of which a line may say nothing at all, not even a blank. */
export type HaproxyVariable = Variable & { readonly isOptional?: true }

const but = (looks: Shape, excluded: string): Shape => ({
  ...looks,
  holds: character => looks.holds(character) && !excluded.includes(character)
})
/** `+` stands before what was not over when the line was written. */
const counted: Shape = {
  description: 'a whole number',
  example: '42',
  holds: character => shape.integer.holds(character) || character === '+',
  fits: value => /^\+?-?\d+$|^-?$/.test(value)
}
const name = but(shape.token, '/')
/** HAProxy escapes nothing in samples, quotes neither. */
const free = shape.unescaped(shape.text)

const plain = (looks: Shape, field?: string, type?: FieldType): HaproxyVariable => ({
  shape: looks,
  capture: text(field, type)
})
const count = (field: string): HaproxyVariable => ({ shape: counted, capture: whole(field, 1) })

/** A whole number, of a unit that is so many of the field's; -1 for what was not reached is no value. */
function whole(field: string, times: number): CaptureFor {
  const set = setter(field)
  return () => ({
    writes: { [field]: 'long' },
    write(values, written) {
      const value = Number(written) * times
      if (value >= 0 && Number.isSafeInteger(value)) set(values, value)
    }
  })
}

/** What a client sent, of which HAProxy escapes what is not printable and what ends values. */
function sent(looks: Shape, captureFor: CaptureFor): HaproxyVariable {
  return {
    shape: looks,
    capture(own) {
      const { writes, write } = captureFor(own)
      return { writes, write: (values, written) => write(values, withoutHash(written)) }
    }
  }
}

/** Captured headers as `{a|b}`. */
function headers(field: string): HaproxyVariable {
  const set = setter(field)
  return {
    isOptional: true,
    shape: {
      description: 'captured headers such as {a|b}',
      example: '{a|b}',
      holds: () => true,
      fits: value => /^\{[^{}]*\}$/.test(value),
      begins: '{',
      endBefore: literal => (line, from) => {
        const end = line[from] === '{' ? line.indexOf('}', from) + 1 : 0
        return end > 0 && line.startsWith(literal, end) ? end : -1
      }
    },
    capture: () => ({
      writes: { [field]: 'keyword' },
      write: (values, written) => set(values, written.slice(1, -1).split('|').map(withoutHash))
    })
  }
}

function time(example: string, read: TimeReader): HaproxyVariable {
  return { shape: shape.time(example, value => !Number.isNaN(read(value))), capture: text(), time: read }
}

/** By name; where several want one field, the first has it. */
export function variablesOf(zone: Zone): ReadonlyMap<string, HaproxyVariable> {
  const local = strptime('%d/%b/%Y:%H:%M:%S.%3f', zone).read
  return new Map<string, HaproxyVariable>(
    Object.entries({
      tr: time('20/Nov/2026:23:11:52.345', local),
      t: time('20/Nov/2026:23:11:52.345', local),
      trl: time('20/Nov/2026:23:11:52 +0900', clf),
      trg: time('20/Nov/2026:23:11:52 +0000', clf),
      Tl: time('20/Nov/2026:23:11:52 +0900', clf),
      T: time('20/Nov/2026:23:11:52 +0000', clf),
      Ts: time('1795183912', epochSeconds),

      r: sent(shape.text, requestLine),
      HM: sent(shape.token, text('http.request.method')),
      HU: sent(shape.target, requestTarget),
      HPO: sent(shape.target, text('url.path', 'wildcard')),
      HP: sent(shape.target, text('url.path', 'wildcard')),
      HQ: sent(shape.text, queryString),
      HV: { shape: shape.token, capture: protocolVersion },
      ST: { shape: shape.integer, capture: own => withOutcome(number('long', 'http.response.status_code')(own)) },
      ID: plain(shape.token, 'http.request.id'),
      hr: headers('haproxy.http.request.captured_headers'),
      hs: headers('haproxy.http.response.captured_headers'),
      CC: plain(shape.token, 'haproxy.http.request.captured_cookie'),
      CS: plain(shape.token, 'haproxy.http.response.captured_cookie'),

      ci: { shape: shape.token, capture: address('source') },
      cp: count('source.port'),
      fi: { shape: shape.token, capture: address('destination') },
      fp: count('destination.port'),
      bi: plain(shape.token, 'haproxy.backend_address'),
      bp: count('haproxy.backend_port'),
      si: plain(shape.token, 'haproxy.server_address'),
      sp: count('haproxy.server_port'),
      ft: plain(name, 'haproxy.frontend_name'),
      f: plain(name, 'haproxy.frontend_name'),
      b: plain(name, 'haproxy.backend_name'),
      s: plain(name, 'haproxy.server_name'),
      H: plain(shape.token, 'host.hostname'),
      pid: count('process.pid'),

      Tt: { shape: counted, capture: whole('event.duration', 1_000_000) },
      Ta: { shape: counted, capture: whole('event.duration', 1_000_000) },
      Tu: count('haproxy.total_user_time_ms'),
      TR: count('haproxy.http.request.time_wait_ms'),
      Tq: count('haproxy.http.request.time_ms'),
      Tw: count('haproxy.total_waiting_time_ms'),
      Tc: count('haproxy.connection_wait_time_ms'),
      Tr: count('haproxy.http.request.time_wait_without_data_ms'),
      Td: count('haproxy.data_transfer_time_ms'),
      Th: count('haproxy.handshake_time_ms'),
      Ti: count('haproxy.idle_time_ms'),
      B: count('haproxy.bytes_read'),
      U: count('haproxy.bytes_uploaded'),

      tsc: plain(shape.token, 'haproxy.termination_state'),
      ts: plain(shape.token, 'haproxy.termination_state'),
      ac: count('haproxy.connections.active'),
      fc: count('haproxy.connections.frontend'),
      bc: count('haproxy.connections.backend'),
      sc: count('haproxy.connections.server'),
      rc: count('haproxy.connections.retries'),
      sq: count('haproxy.server_queue'),
      bq: count('haproxy.backend_queue'),
      rt: count('haproxy.request_counter'),
      lc: count('haproxy.log_counter'),
      ms: count('haproxy.accept_ms'),
      sslv: { shape: name, capture: tlsVersion },
      sslc: plain(shape.token, 'tls.cipher')
    } satisfies Record<string, HaproxyVariable>)
  )
}

/** Samples, `%[…]`, that ECS has a place for, by their expressions without blanks. */
const SAMPLES: ReadonlyMap<string, HaproxyVariable> = new Map<string, HaproxyVariable>(
  Object.entries({
    src: { shape: shape.token, capture: address('source') },
    src_port: count('source.port'),
    dst: { shape: shape.token, capture: address('destination') },
    dst_port: count('destination.port'),
    method: plain(shape.token, 'http.request.method'),
    path: plain(shape.target, 'url.path', 'wildcard'),
    status: { shape: shape.integer, capture: own => withOutcome(number('long', 'http.response.status_code')(own)) },
    fc_err: count('haproxy.connection_error'),
    'ssl_fc_err,hex': plain(shape.word, 'haproxy.tls.frontend_error'),
    ssl_c_err: count('haproxy.tls.client_error'),
    ssl_c_ca_err: count('haproxy.tls.client_ca_error'),
    ssl_fc_is_resumed: { shape: shape.oneOf('01-'), capture: resumed },
    ssl_fc_sni: plain(name, 'tls.client.server_name'),
    ssl_fc_cipher: plain(shape.token, 'tls.cipher'),
    ssl_fc_protocol: { shape: shape.token, capture: tlsVersion },
    'unique-id': plain(shape.token, 'http.request.id'),
    'req.hdr(host)': plain(shape.host, 'url.domain'),
    'hdr(host)': plain(shape.host, 'url.domain'),
    'req.hdr(user-agent)': plain(free, 'user_agent.original'),
    'req.hdr(referer)': plain(free, 'http.request.referrer')
  } satisfies Record<string, HaproxyVariable>)
)

function resumed(): ReturnType<CaptureFor> {
  const set = setter('tls.resumed')
  return { writes: { 'tls.resumed': 'boolean' }, write: (values, written) => set(values, written === '1') }
}

/** What is known of a sample; of most nothing but its name, which is that of its field below `haproxy.samples`. */
export function sample(expression: string): HaproxyVariable {
  return SAMPLES.get(expression.toLowerCase().replace(/\s/g, '')) ?? plain(free)
}
