// Takes the head of a syslog message apart: RFC 5424, and what is written by the name of RFC 3164, of which every part may
// be missing. A message keeps its blanks.

import type { Fields } from '#record'

/** What stands before a message; what is missing or nil is undefined. */
export interface Header {
  /** Facility times 8 plus severity. */
  readonly priority?: number | undefined
  /** Only of RFC 5424. */
  readonly version?: string | undefined
  readonly time?: string | undefined
  readonly host?: string | undefined
  readonly tag?: string | undefined
  readonly process?: string | undefined
  readonly messageId?: string | undefined
  readonly structured?: Fields | undefined
  readonly message: string
}

const RFC5424 =
  /^<(\d{1,3})>([1-9]\d?) (-|\d{4}-\d\d-\d\dT\S+) (\S+) (\S+) (\S+) (\S+) (?:-|((?:\[[^\s=\]"]+(?: [^\s=\]"]+="[^"\\]*(?:\\.[^"\\]*)*")*\])+))(?: (.*))?$/s

/** The same of senders that leave the structured data out, or write it wrongly: the rest is the message. */
const UNSTRUCTURED = /^<(\d{1,3})>([1-9]\d?) (-|\d{4}-\d\d-\d\dT\S+) (\S+) (\S+) (\S+) (\S+)()(?: (.*))?$/s

/** `<PRI>VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG`; undefined for what is not so. */
export function rfc5424(text: string): Header | undefined {
  return headOf(RFC5424.exec(text))
}

/** By whichever of the two a message looks, also where structured data of RFC 5424 is not as it should be. */
export function anySyslog(text: string): Header | undefined {
  return headOf(RFC5424.exec(text) ?? UNSTRUCTURED.exec(text)) ?? rfc3164(text)
}

/** The same without the blank that rsyslog puts before a message in the form of RFC 5424. */
export function unindented(header: Header): Header {
  const isIndented = header.version !== undefined && header.message.startsWith(' ')
  return isIndented ? { ...header, message: header.message.slice(1) } : header
}

function headOf(found: RegExpExecArray | null): Header | undefined {
  const priority = Number(found?.[1])
  if (found === null || priority > MAX_PRIORITY) return undefined
  const [, , version, time, host, tag, process, messageId, data, message = ''] = found
  return {
    priority,
    version,
    time: orNil(time),
    host: orNil(host),
    tag: orNil(tag),
    process: orNil(process),
    messageId: orNil(messageId),
    structured: data ? structuredData(data) : undefined,
    message: message.startsWith('\uFEFF') ? message.slice(1) : message
  }
}

/** Facility local7, severity debug. */
const MAX_PRIORITY = 191

function orNil(text: string | undefined): string | undefined {
  return text === '-' ? undefined : text
}

function structuredData(text: string): Fields {
  const all: Fields = {}
  for (const [, id = '', parameters = ''] of text.matchAll(
    /\[([^\s=\]"]+)((?: [^\s=\]"]+="[^"\\]*(?:\\.[^"\\]*)*")*)\]/gs
  )) {
    const element = (Object.hasOwn(all, id) ? all[id] : {}) as Fields
    for (const [, name = '', value = ''] of parameters.matchAll(/ ([^\s=\]"]+)="([^"\\]*(?:\\.[^"\\]*)*)"/gs)) {
      const unescaped = value.replace(/\\(["\\\]])/g, '$1')
      const before = Object.hasOwn(element, name) ? element[name] : undefined
      element[name] = before === undefined ? unescaped : [before, unescaped].flat()
    }
    all[id] = element
  }
  return all
}

const CLOCK = '\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)?'
/** What must follow a zone, so that a host is not taken for one. */
const HOST_AND_TAG = ' [\\w.-]{1,255} [^\\s:]{1,255}:'
const TIME = `(?:[A-Z][a-z]{2} [ \\d]?\\d(?: \\d{4})? ${CLOCK}(?: \\d{4}(?= ))?(?: (?:[A-Z]{3,5}|[+-]\\d{4})(?=:|${HOST_AND_TAG}))?|\\d{4}-\\d\\d-\\d\\d[T ]${CLOCK}(?:Z|[+-]\\d\\d:?\\d\\d)?)`
const HEAD = new RegExp(`^(?:<(\\d{1,3})>)?(?:\\*|\\.)?(${TIME})?:?(?: +|$)?`)
/** A host, which relays may chain as `web1/10.0.0.1` and `src@web1`. */
const HOST = '(?=[^ ]*\\w)[\\w.:%/@-]{1,255}'
/** A host, and a tag with its process. Their lengths are bounded, so that a long line without a tag costs no more than one with. */
const TAGGED = new RegExp(
  `^(?:(${HOST}) :?\\s?)?((?:[^\\s:[\\]]|:(?!\\s|$)){1,128}?(?:\\([^)\\s]{0,64}\\))?)(?:\\[([^\\]\\s]{0,64})\\])?(?: \\([^)]{0,128}\\))?:(?: |$)`
)
/** A tag of several words, as macOS has them, which only the number of its process tells from a message. */
const WORDY = new RegExp(
  `^(${HOST}) ((?:[\\w.-]{1,64} ){1,4}[\\w.()-]{1,64})\\[(\\d{1,10})\\](?: \\([^)]{0,128}\\))?:(?: |$)`
)
const HOSTED = new RegExp(`^(${HOST}) `)

/** `<PRI>TIMESTAMP HOSTNAME TAG[PID]: CONTENT`, where at least a priority or a time must stand; undefined for what is not so. */
export function rfc3164(text: string): Header | undefined {
  const head = HEAD.exec(text)
  const priority = head?.[1] === undefined ? undefined : Number(head[1])
  const time = head?.[2]
  if (head === null || (priority === undefined && time === undefined) || (priority ?? 0) > MAX_PRIORITY)
    return undefined
  const rest = text.slice(head[0].length)
  const tagged = TAGGED.exec(rest) ?? WORDY.exec(rest)
  if (tagged !== null) {
    const [whole, host, tag, process] = tagged
    return { priority, time, host, tag, process: process || undefined, message: rest.slice(whole.length) }
  }
  // Without a tag, what stands behind a time is a host, as in "host last message repeated 2 times".
  const host = time === undefined ? null : HOSTED.exec(rest)
  return { priority, time, host: host?.[1], message: rest.slice(host?.[0].length ?? 0) }
}
