// Where the parts of a syslog message go: to `log.syslog` as ECS has it, the level of its severity, and its process.

import type { FieldTypes } from '#record'
import { looseIso8601, type Reading, strptime, type TimeReader, timestamps, type Zone } from '#time'
import type { Header } from './syslog-header.ts'
import { settersOf, type Values } from './values.ts'

export const syslogTypes = {
  '@timestamp': 'date',
  'host.hostname': 'keyword',
  'log.level': 'keyword',
  'log.syslog.appname': 'keyword',
  'log.syslog.facility.code': 'long',
  'log.syslog.facility.name': 'keyword',
  'log.syslog.hostname': 'keyword',
  'log.syslog.msgid': 'keyword',
  'log.syslog.priority': 'long',
  'log.syslog.procid': 'keyword',
  'log.syslog.severity.code': 'long',
  'log.syslog.severity.name': 'keyword',
  'log.syslog.structured_data': 'flattened',
  'log.syslog.version': 'keyword',
  message: 'match_only_text',
  'process.name': 'keyword',
  'process.pid': 'long'
} as const satisfies FieldTypes

const set = settersOf(syslogTypes)

/** By code; see table 1 of RFC 5424, in the words of Filebeat. */
const FACILITIES = [
  'kernel',
  'user-level',
  'mail',
  'system',
  'security/authorization',
  'syslogd',
  'line printer',
  'network news',
  'UUCP',
  'clock',
  'security/authorization',
  'FTP',
  'NTP',
  'log audit',
  'log alert',
  'clock',
  ...Array.from({ length: 8 }, (_, index) => `local${index}`)
]

/** By code; see table 2 of RFC 5424. */
const SEVERITIES = ['Emergency', 'Alert', 'Critical', 'Error', 'Warning', 'Notice', 'Informational', 'Debug']
/** By their numbers in RFC 5424. */
export const LEVELS = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'debug']

/** Writes a header's fields and returns true; where its time is no time, it writes nothing and returns false. */
export type WriteHeader = (values: Values, header: Header, reading: Reading | undefined) => boolean

/** @param zone that of times which name none */
export function headerWriter(zone: Zone): WriteHeader {
  const timestamp = timestamps(syslogTime(zone))
  return (values, header, reading) => {
    const { priority, version, time, host, tag, process, messageId, structured, message } = header
    const at = time === undefined ? undefined : timestamp(time, reading)
    if (time !== undefined && at === undefined && reading !== undefined) return false
    if (at !== undefined) set['@timestamp'](values, at)
    if (priority !== undefined) writePriority(values, priority)
    if (version !== undefined) set['log.syslog.version'](values, version)
    if (host !== undefined) set['log.syslog.hostname'](values, host)
    if (host !== undefined) set['host.hostname'](values, host)
    if (tag !== undefined) set['log.syslog.appname'](values, tag)
    if (tag !== undefined) set['process.name'](values, tag)
    if (process !== undefined) set['log.syslog.procid'](values, process)
    if (process !== undefined && /^\d{1,15}$/.test(process)) set['process.pid'](values, Number(process))
    if (messageId !== undefined) set['log.syslog.msgid'](values, messageId)
    if (structured !== undefined) set['log.syslog.structured_data'](values, structured)
    if (message !== '') set.message(values, message)
    return true
  }
}

function writePriority(values: Values, priority: number): void {
  const [facility, severity] = [priority >> 3, priority & 7]
  set['log.syslog.priority'](values, priority)
  set['log.syslog.facility.code'](values, facility)
  set['log.syslog.facility.name'](values, FACILITIES[facility] ?? '')
  set['log.syslog.severity.code'](values, severity)
  set['log.syslog.severity.name'](values, SEVERITIES[severity] ?? '')
  set['log.level'](values, LEVELS[severity] ?? '')
}

/** Reads ISO 8601, and `Nov 20 23:11:52` with a year before or behind the hour, a fraction and a zone, or without. */
function syslogTime(zone: Zone): TimeReader {
  const iso = looseIso8601(zone)
  const readers = new Map<string, TimeReader>()
  return (text, reading) => {
    if (/^\d/.test(text)) return iso(text)
    const parts = /^\w{3} [ \d]?\d(?<first> \d{4})? [\d:]{8}(?<fraction>[.,]\d+)?(?<last> \d{4})?(?<named> \S+)?$/.exec(
      text
    )
    const { first, fraction, last, named } = parts?.groups ?? {}
    const year = first === undefined ? '' : ' %Y'
    const format = `%b %e${year} %H:%M:%S${fraction === undefined ? '' : `${fraction.charAt(0)}%f`}${last === undefined ? '' : ' %Y'}${named === undefined ? '' : ' %Z'}`
    const known = readers.get(format) ?? strptime(format, zone).read
    readers.set(format, known)
    return known(text, reading)
  }
}
