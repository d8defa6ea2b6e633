// Events in IBM's Log Event Extended Format, versions 1.0 and 2.0, behind a syslog header or alone.

import Type, { type Static } from 'typebox'
import { SluiceError } from '#errors'
import type { Fields, FieldTypes } from '#record'
import {
  isoWriter,
  javaDirectives,
  type Reading,
  strptime,
  type TimeReader,
  timezoneDescription,
  type Zone,
  zone
} from '#time'
import { closed, type Parser } from './parser.ts'
import { type Meaning, securityEvents } from './security-events.ts'
import { settersOf } from './values.ts'

export const schema = Type.Object(
  {
    format: Type.Literal('leef', { description: 'Events in the Log Event Extended Format.' }),
    timezone: Type.Optional(Type.String({ description: timezoneDescription }))
  },
  {
    additionalProperties: false,
    description:
      'Events in IBM’s Log Event Extended Format, 1.0 and 2.0 with its own delimiter, behind a syslog header or alone. All attributes become `leef.attributes`; those that ECS has a field for become that as well.'
  }
)
export type Options = Static<typeof schema>

const types = {
  'leef.attributes': 'flattened',
  'leef.version': 'keyword',
  '@timestamp': 'date'
} as const satisfies FieldTypes
const set = settersOf(types)

/** See "Predefined LEEF event attributes" of the QRadar LEEF guide. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  Object.entries({
    action: ['event.action', 'keyword'],
    domain: ['user.domain', 'keyword'],
    dst: ['destination.ip', 'ip'],
    dstBytes: ['destination.bytes', 'long'],
    dstMAC: ['destination.mac', 'keyword'],
    dstPackets: ['destination.packets', 'long'],
    dstPort: ['destination.port', 'long'],
    dstPostNAT: ['destination.nat.ip', 'ip'],
    dstPostNATPort: ['destination.nat.port', 'long'],
    groupID: ['group.id', 'keyword'],
    identHostName: ['host.hostname', 'keyword'],
    policy: ['rule.name', 'keyword'],
    proto: ['network.transport', 'lower'],
    role: ['user.roles', 'keyword'],
    src: ['source.ip', 'ip'],
    srcBytes: ['source.bytes', 'long'],
    srcMAC: ['source.mac', 'keyword'],
    srcPackets: ['source.packets', 'long'],
    srcPort: ['source.port', 'long'],
    srcPostNAT: ['source.nat.ip', 'ip'],
    srcPostNATPort: ['source.nat.port', 'long'],
    totalPackets: ['network.packets', 'long'],
    url: ['url.original', 'wildcard'],
    usrName: ['user.name', 'keyword'],
    msg: ['message', 'keyword'],
    devTime: ['@timestamp', 'date']
  } satisfies Record<string, Meaning>)
)

const HEAD =
  /LEEF: ?(?<major>[12])\.(?<minor>\d)\|(?<vendor>[^|]*)\|(?<product>[^|]*)\|(?<version>[^|]*)\|(?<code>[^|]*)\|/g
/** One character, or its code as `x09` or `0x09`. */
const DELIMITER = /^(?:0?x(?<code>[\dA-Fa-f]{1,4})|(?<character>[^|]))?\|/

/**
 * A parser for LEEF.
 * @throws SluiceError E_PARSE_OPTION for a wrong zone
 */
export function leef({ timezone }: Options): Parser {
  const here = zone(timezone)
  const events = securityEvents(MEANINGS, here)
  const timeOf = formattedTime(here)
  return closed({
    format: 'leef',
    writes: { ...events.writes, ...types, message: 'match_only_text' },
    read(text, values, reading) {
      HEAD.lastIndex = 0
      const head = HEAD.exec(text)
      const header = head === null ? undefined : events.before(text, head.index)
      if (head?.groups === undefined || header === undefined || !events.writeHeader(values, header, reading))
        return false
      const { major, minor, vendor = '', product = '', version = '', code = '' } = head.groups
      const attributes = readAttributes(text.slice(head.index + head[0].length), major === '2')
      set['leef.version'](values, `${major}.${minor}`)
      events.writeObserver(values, vendor, product, version, code)
      if (typeof attributes.sev === 'string') events.writeSeverity(values, attributes.sev)
      if (Object.keys(attributes).length > 0) set['leef.attributes'](values, attributes)
      events.writeMeanings(values, attributes, reading)
      const at = timeOf(attributes, reading)
      if (at !== undefined) set['@timestamp'](values, at)
      return true
    },
    mismatch(text) {
      const expected =
        '"LEEF:1.0|" or "LEEF:2.0|", and a vendor, a product, its version and an event, each with a | behind it'
      const at = text.search(HEAD)
      return at === -1
        ? { column: Math.max(text.indexOf('LEEF:'), 0), expected }
        : { column: 0, expected: 'a syslog header, or nothing, before "LEEF:"' }
    }
  })
}

function readAttributes(text: string, isSecond: boolean): Fields {
  const named = isSecond ? DELIMITER.exec(text) : null
  const { code, character = '\t' } = named?.groups ?? {}
  const delimiter = code === undefined ? character : String.fromCharCode(Number.parseInt(code, 16))
  const found: Fields = {}
  for (const attribute of text.slice(named?.[0].length ?? 0).split(delimiter)) {
    const equals = attribute.indexOf('=')
    if (equals > 0) found[attribute.slice(0, equals).trim()] = attribute.slice(equals + 1).trim()
  }
  return found
}

/** How many ways of writing times are remembered; a line of yet another has the time of its syslog header. */
const MOST_FORMATS = 32

/** The time by the format of Java's SimpleDateFormat that an event names beside it. */
function formattedTime(here: Zone): (attributes: Fields, reading: Reading | undefined) => string | undefined {
  const readers = new Map<string, TimeReader | undefined>()
  const write = isoWriter()
  return ({ devTime, devTimeFormat }, reading) => {
    if (typeof devTime !== 'string' || typeof devTimeFormat !== 'string') return undefined
    if (!readers.has(devTimeFormat) && readers.size < MOST_FORMATS)
      readers.set(devTimeFormat, readerOf(devTimeFormat, here))
    const ms = readers.get(devTimeFormat)?.(devTime, reading) ?? Number.NaN
    return Number.isNaN(ms) ? undefined : write(ms)
  }
}

function readerOf(format: string, here: Zone): TimeReader | undefined {
  try {
    return strptime(javaDirectives(format), here).read
  } catch (error) {
    if (error instanceof SluiceError) return undefined
    throw error
  }
}
