// What web servers' access logs have in common: request lines, the parts of a URL, and what Elastic's nginx and apache
// integrations say of every request. Nothing of a request is lost: what is no request line stands whole in `url.original`.

import querystring from 'node:querystring'
import type { FieldTypes, Value } from '#record'
import type { Capture, CaptureFor } from './capture.ts'
import { type Ascii, type Cuts, cutter, setter, type Values } from './values.ts'

const setMethod = setter('http.request.method')
const setVersion = setter('http.version')
const setOriginal = setter('url.original')
const setPath = setter('url.path')
const setQuery = setter('url.query')
const setFragment = setter('url.fragment')
const setExtension = setter('url.extension')
const setScheme = setter('url.scheme')
const setDomain = setter('url.domain')
const setPort = setter('url.port')

const [cutMethod, cutVersion] = [cutter('http.request.method'), cutter('http.version')]
const [cutOriginal, cutPath] = [cutter('url.original'), cutter('url.path')]
const [cutQuery, cutExtension] = [cutter('url.query'), cutter('url.extension')]

const urlTypes: FieldTypes = {
  'url.original': 'wildcard',
  'url.path': 'wildcard',
  'url.query': 'keyword',
  'url.fragment': 'keyword',
  'url.extension': 'keyword'
}

/** Which characters make a token of RFC 9110, which every method is, by code. */
const TOKEN = Array.from({ length: 128 }, (_, code) => /[A-Za-z0-9!#$%&'*+.^_`|~-]/.test(String.fromCharCode(code)))

/**
 * A request line such as `GET /a?b HTTP/1.1`. A target may hold blanks; without a version it is HTTP/0.9, and must begin
 * with `/` to be told from other text.
 */
export const requestLine: CaptureFor = () => ({
  writes: { 'http.request.method': 'keyword', 'http.version': 'keyword', ...urlTypes },
  write: writeRequestLine,
  cut(values, cuts, line, from, to) {
    if (!cutRequestLine(values, cuts, line, from, to)) writeRequestLine(values, line.text.slice(from, to))
  }
})

function writeRequestLine(values: Values, text: string): void {
  const blank = text.indexOf(' ')
  // Nearly always one digit, a dot and one digit; `lastIndexOf` takes longer.
  const protocol = text.startsWith(' HTTP/', text.length - 9) ? text.length - 9 : text.lastIndexOf(' HTTP/')
  const method = text.slice(0, Math.max(blank, 0))
  const version = protocol > blank ? text.slice(protocol + 6) : ''
  const target = text.slice(blank + 1, version === '' ? text.length : protocol)
  const isTarget = version === '' ? target.startsWith('/') : target !== '' && isVersion(version)
  if (isTarget && isToken(method)) {
    setMethod(values, method)
    if (version !== '') setVersion(values, version)
    writeTarget(values, target)
  } else setOriginal(values, text)
}

const PROTOCOL = [...Buffer.from(' HTTP/')]
const [DOT, SLASH, BLANK, MARK, HASH, PERCENT] = [0x2e, 0x2f, 0x20, 0x3f, 0x23, 0x25]

/** The same for `GET /a HTTP/1.1`, whatever the method, the target and the digits; false for another, of which nothing is noted. */
function cutRequestLine(values: Values, cuts: Cuts, line: Ascii, from: number, to: number): boolean {
  const { bytes, base } = line
  const protocol = to - 9
  let blank = from
  while (blank < protocol && TOKEN[bytes[base + blank] as number] === true) blank++
  const isLine = blank > from && blank < protocol && bytes[base + blank] === BLANK && bytes[base + blank + 1] === SLASH
  if (!isLine || !PROTOCOL.every((code, i) => bytes[base + protocol + i] === code)) return false
  const [major, dot, minor] = [bytes[base + to - 3], bytes[base + to - 2], bytes[base + to - 1]] as [
    number,
    number,
    number
  ]
  if (!isDigit(major) || dot !== DOT || !isDigit(minor)) return false
  cutMethod(cuts, from, blank)
  cutVersion(cuts, to - 3, to)
  cutTarget(values, cuts, line, blank + 1, protocol)
  return true
}

function isToken(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (TOKEN[text.charCodeAt(i)] !== true) return false
  return text !== ''
}

/** `1.1` or `2`. */
function isVersion(text: string): boolean {
  const [major, dot, minor] = [text.charCodeAt(0), text.charCodeAt(1), text.charCodeAt(2)]
  return isDigit(major) && (text.length === 1 || (text.length === 3 && dot === 0x2e && isDigit(minor)))
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** A request's target alone. */
export const requestTarget: CaptureFor = () => ({ writes: urlTypes, write: writeTarget, cut: cutTarget })

/** The part of a target behind its path, with its question mark. */
export const queryString: CaptureFor = () => ({
  writes: { 'url.query': 'keyword' },
  write: (values, text) => setQuery(values, decode(text.replace(/^\?/, '')))
})

/** `HTTP/1.1`, of which ECS keeps the number. */
export const protocolVersion: CaptureFor = () => ({
  writes: { 'http.version': 'keyword' },
  write: (values, text) => setVersion(values, text.startsWith('HTTP/') ? text.slice(5) : text)
})

/** A host with a port or without, as in the Host header. */
export const hostAndPort: CaptureFor = () => ({
  writes: { 'url.domain': 'keyword', 'url.port': 'long' },
  write(values, text) {
    const port = /:(\d{1,5})$/.exec(text)
    setDomain(values, port === null ? text : text.slice(0, port.index))
    if (port !== null) setPort(values, Number(port[1]))
  }
})

/** `TLSv1.3` or `SSLv3`, which ECS keeps as number and protocol. */
export const tlsVersion: CaptureFor = own => {
  const [setVersion, setProtocol, setOwn] = [setter('tls.version'), setter('tls.version_protocol'), setter(own)]
  return {
    writes: { 'tls.version': 'keyword', 'tls.version_protocol': 'keyword', [own]: 'keyword' },
    write(values, value) {
      const parts = /^(TLS|SSL)v([\d.]+)$/.exec(value)
      if (parts?.[1] === undefined || parts[2] === undefined) return setOwn(values, value)
      setVersion(values, parts[2])
      setProtocol(values, parts[1].toLowerCase())
    }
  }
}

export const scheme: CaptureFor = () => ({ writes: { 'url.scheme': 'keyword' }, write: setScheme })

/** The status, and with it the outcome: a failure from 400 on, as Elastic's integrations have it. */
export function withOutcome(status: Capture): Capture {
  const setOutcome = setter('event.outcome')
  const write: Capture['write'] = (values, text) => {
    status.write(values, text)
    // Three digits, which as texts compare as their numbers do.
    setOutcome(values, text < '400' ? 'success' : 'failure')
  }
  return {
    writes: { ...status.writes, 'event.outcome': 'keyword' },
    write,
    cut(values, cuts, line, from, to) {
      if (to - from !== 3 || status.cut === undefined) return write(values, line.text.slice(from, to))
      status.cut(values, cuts, line, from, to)
      setOutcome(values, (line.bytes[line.base + from] as number) < 0x34 ? 'success' : 'failure')
    }
  }
}

export const accessEventTypes: FieldTypes = {
  'event.kind': 'keyword',
  'event.category': 'keyword',
  'event.type': 'keyword'
}

/** What holds of every request. */
export const accessEvent: Readonly<Record<keyof typeof accessEventTypes, Value>> = {
  'event.kind': 'event',
  'event.category': ['web'],
  'event.type': ['access']
}

/**
 * Takes a target apart as Elasticsearch's uri_parts processor does, which Elastic's integrations use: path and query
 * decoded, the extension that of the last segment. Where that processor fails, on `%zz` or a blank, that text stands
 * as it is. The absolute target of a request to a proxy is not taken apart.
 */
function writeTarget(values: Values, target: string): void {
  setOriginal(values, target)
  if (!target.startsWith('/')) return
  const hash = target.indexOf('#')
  const beforeHash = hash === -1 ? target : target.slice(0, hash)
  const mark = beforeHash.indexOf('?')
  const path = decode(mark === -1 ? beforeHash : beforeHash.slice(0, mark))
  setPath(values, path)
  if (mark !== -1) setQuery(values, decode(beforeHash.slice(mark + 1)))
  if (hash !== -1) setFragment(values, decode(target.slice(hash + 1)))
  const extension = extensionAt(path)
  if (extension !== -1) setExtension(values, path.slice(extension))
}

/** The same of a target that stands in a line. What has to be decoded, or to be looked at again, is taken out of it. */
function cutTarget(values: Values, cuts: Cuts, line: Ascii, from: number, to: number): void {
  const { text, bytes, base } = line
  let end = to
  let dot = -1
  let isOdd = bytes[base + from] !== SLASH
  for (let at = from; at < end; at++) {
    const code = bytes[base + at]
    if (code === DOT) dot = at
    else if (code === SLASH) dot = -1
    else if (code === PERCENT) isOdd = true
    else if (code === MARK) {
      end = at
      isOdd ||= at + 1 === to
    } else if (code === HASH) isOdd = true
  }
  let isQueryEncoded = false
  for (let at = end + 1; at < to; at++) {
    const code = bytes[base + at]
    if (code === PERCENT) isQueryEncoded = true
    else if (code === HASH) isOdd = true
  }
  if (isOdd) {
    writeTarget(values, text.slice(from, to))
    return
  }
  cutOriginal(cuts, from, to)
  cutPath(cuts, from, end)
  if (isQueryEncoded) setQuery(values, decode(text.slice(end + 1, to)))
  else if (end < to) cutQuery(cuts, end + 1, to)
  if (dot !== -1 && dot + 1 < end) cutExtension(cuts, dot + 1, end)
}

/** Where the extension of the last segment begins, behind its last dot; -1 where it has none. */
function extensionAt(path: string): number {
  for (let at = path.length - 1; at >= 0; at--) {
    const character = path[at]
    if (character === '.') return at === path.length - 1 ? -1 : at + 1
    if (character === '/') return -1
  }
  return -1
}

/** Percent-encoding undone, leniently. */
function decode(text: string): string {
  return text.includes('%') ? querystring.unescape(text) : text
}
