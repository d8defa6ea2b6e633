// What CEF and LEEF have in common: a head between bars, told by who observed what, and attributes whose names mean a field
// of ECS. All attributes are kept under their own names too, since most are of one product alone.

import { isIP } from 'node:net'
import type { Fields, FieldTypes } from '#record'
import { anyTime, type Reading, strptime, timestamps, type Zone } from '#time'
import { headerWriter, syslogTypes } from './syslog-fields.ts'
import { type Header, rfc3164, rfc5424 } from './syslog-header.ts'
import { type Setter, setter, settersOf, type Values } from './values.ts'

const commonTypes = {
  ...syslogTypes,
  'event.code': 'keyword',
  'event.severity': 'long',
  'observer.product': 'keyword',
  'observer.vendor': 'keyword',
  'observer.version': 'keyword'
} as const satisfies FieldTypes
const set = settersOf(commonTypes)

/** What an attribute means: a field and how it is read. Text that does not fit stays with the attributes alone. */
export type Meaning = readonly [field: string, type: 'ip' | 'long' | 'keyword' | 'lower' | 'date' | 'wildcard']

export interface SecurityEvents {
  readonly writes: FieldTypes
  /** The syslog header before a place, undefined where something else stands there; an empty one for nothing. */
  before(text: string, at: number): Header | undefined
  /** Writes a syslog header; false, with nothing written, where its time is none. */
  writeHeader(values: Values, header: Header, reading: Reading | undefined): boolean
  /** Writes who observed what. */
  writeObserver(values: Values, vendor: string, product: string, version: string, code: string): void
  writeSeverity(values: Values, text: string): void
  /** Writes attributes that mean a field. */
  writeMeanings(values: Values, attributes: Fields, reading: Reading | undefined): void
}

export function securityEvents(meanings: ReadonlyMap<string, Meaning>, zone: Zone): SecurityEvents {
  const writeSyslog = headerWriter(zone)
  const time = timestamps(dateOf(zone))
  const setters = new Map([...meanings].map(([name, [field]]) => [name, setter(field)]))
  return {
    writes: {
      ...commonTypes,
      ...Object.fromEntries([...meanings.values()].map(([field, type]) => [field, type === 'lower' ? 'keyword' : type]))
    },
    before: headerBefore,
    writeHeader: (values, header, reading) => writeSyslog(values, { ...header, message: '' }, reading),
    writeObserver(values, vendor, product, version, code) {
      if (vendor !== '') set['observer.vendor'](values, vendor)
      if (product !== '') set['observer.product'](values, product)
      if (version !== '') set['observer.version'](values, version)
      if (code !== '') set['event.code'](values, code)
    },
    writeSeverity(values, text) {
      const severity = SEVERITIES.get(text.toLowerCase()) ?? (/^\d{1,3}$/.test(text) ? Number(text) : undefined)
      if (severity !== undefined) set['event.severity'](values, severity)
    },
    writeMeanings(values, attributes, reading) {
      for (const name of Object.keys(attributes)) {
        const [, type] = meanings.get(name) ?? []
        const put = setters.get(name)
        const text = attributes[name]
        if (type === undefined || put === undefined || typeof text !== 'string' || text === '') continue
        if (type === 'date') writeDate(put, values, time(text, reading))
        else writeTyped(put, values, type, text)
      }
    }
  }
}

/** As the words of CEF's severity are read by Elastic's decoder. */
const SEVERITIES = new Map([
  ['low', 0],
  ['medium', 4],
  ['high', 7],
  ['very-high', 9]
])

function writeDate(put: Setter, values: Values, at: string | undefined): void {
  if (at !== undefined) put(values, at)
}

function writeTyped(put: Setter, values: Values, type: Meaning[1], text: string): void {
  if (type === 'ip') {
    if (isIP(text) !== 0 && !text.includes('%')) put(values, text)
  } else if (type === 'long') {
    if (/^-?\d{1,15}$/.test(text)) put(values, Number(text))
  } else put(values, type === 'lower' ? text.toLowerCase() : text)
}

function headerBefore(text: string, at: number): Header | undefined {
  const before = text.slice(0, at).trimEnd()
  if (before === '') return { message: '' }
  // Many leave out all that RFC 5424 has behind the host.
  const header = rfc5424(before) ?? rfc3164(`${before.replace(/^(<\d{1,3}>)1 /, '$1')} `)
  return header?.message.trim() === '' ? header : undefined
}

/** Milliseconds since 1970, ISO 8601, or `Nov 20 2026 23:11:52.345 KST` with a year, a fraction and a zone or without. */
function dateOf(zone: Zone) {
  const any = anyTime(zone)
  const readers = ['%b %d %Y %H:%M:%S', '%b %d %H:%M:%S'].flatMap(format =>
    ['', '.%f'].flatMap(fraction => ['', ' %Z', ' GMT%z'].map(named => strptime(format + fraction + named, zone).read))
  )
  return (text: string, reading?: Reading): number => {
    if (/^\d/.test(text)) return any(text)
    for (const read of readers) {
      const ms = read(text, reading)
      if (!Number.isNaN(ms)) return ms
    }
    return Number.NaN
  }
}
