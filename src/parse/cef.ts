// Events in ArcSight's Common Event Format, behind a syslog header or alone. What the extension's keys mean is what Elastic's
// CEF decoder has them mean.

import Type, { type Static } from 'typebox'
import type { Fields, FieldTypes } from '#record'
import { timezoneDescription, zone } from '#time'
import { CEF_MEANINGS, fullName } from './cef-keys.ts'
import { closed, type Parser } from './parser.ts'
import { securityEvents } from './security-events.ts'
import { settersOf } from './values.ts'

export const schema = Type.Object(
  {
    format: Type.Literal('cef', { description: 'Events in the Common Event Format.' }),
    timezone: Type.Optional(Type.String({ description: timezoneDescription }))
  },
  {
    additionalProperties: false,
    description:
      'Events in ArcSight’s Common Event Format, behind a syslog header or alone. All extensions become `cef.extensions` by their full names; those that ECS has a field for become that as well.'
  }
)
export type Options = Static<typeof schema>

const types = {
  'cef.device.event_class_id': 'keyword',
  'cef.device.product': 'keyword',
  'cef.device.vendor': 'keyword',
  'cef.device.version': 'keyword',
  'cef.extensions': 'flattened',
  'cef.name': 'keyword',
  'cef.severity': 'keyword',
  'cef.version': 'keyword',
  message: 'match_only_text'
} as const satisfies FieldTypes
const set = settersOf(types)

const HEAD_FIELDS = [
  set['cef.version'],
  set['cef.device.vendor'],
  set['cef.device.product'],
  set['cef.device.version'],
  set['cef.device.event_class_id'],
  set['cef.name'],
  set['cef.severity']
]

/**
 * A parser for CEF.
 * @throws SluiceError E_PARSE_OPTION for a wrong zone
 */
export function cef({ timezone }: Options): Parser {
  const events = securityEvents(CEF_MEANINGS, zone(timezone))
  return closed({
    format: 'cef',
    writes: { ...events.writes, ...types },
    read(text, values, reading) {
      const at = text.search(/CEF: ?\d/)
      const found = at === -1 ? undefined : split(text.slice(at + 4).trimStart())
      const header = found && events.before(text, at)
      if (found === undefined || header === undefined || !events.writeHeader(values, header, reading)) return false
      const { head, extension } = found
      for (const [index, value] of head.entries()) if (value !== '') HEAD_FIELDS[index]?.(values, value)
      const [, vendor = '', product = '', version = '', code = '', name = '', severity = ''] = head
      events.writeObserver(values, vendor, product, version, code)
      events.writeSeverity(values, severity)
      if (name !== '') set.message(values, name)
      const extensions = readExtension(extension)
      if (Object.keys(extensions).length > 0) set['cef.extensions'](values, extensions)
      events.writeMeanings(values, extensions, reading)
      return true
    },
    mismatch(text) {
      const at = text.search(/CEF: ?\d/)
      if (at === -1) return { column: 0, expected: '"CEF:0|"' }
      if (split(text.slice(at + 4).trimStart()) === undefined) {
        return { column: text.length, expected: 'seven values, each with a | behind it' }
      }
      return { column: 0, expected: 'a syslog header, or nothing, before "CEF:"' }
    }
  })
}

/** The seven values before the extension; a bar or a backslash in them stands behind a backslash. */
function split(text: string): { head: string[]; extension: string } | undefined {
  const head: string[] = []
  let begin = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '|') {
      head.push(
        text
          .slice(begin, at)
          .trim()
          .replace(/\\([|\\])/g, '$1')
      )
      begin = at + 1
      if (head.length === HEAD_FIELDS.length) return { head, extension: text.slice(begin) }
    }
  }
  // Without an extension some leave out the last bar.
  if (head.length !== HEAD_FIELDS.length - 1 || begin === text.length) return undefined
  return { head: [...head, text.slice(begin).trim()], extension: '' }
}

/** A value goes up to the blank before the next key, which is known by an equals sign without a backslash. */
function readExtension(text: string): Fields {
  const found: Fields = {}
  const keys = [...text.matchAll(/(?:^|\s)(?<key>[\w.,[\]-]{1,1023})=/g)]
  for (const [index, { 0: written, index: at, groups }] of keys.entries()) {
    const value = text.slice(at + written.length, keys[index + 1]?.index)
    const name = fullName(groups?.key ?? '')
    found[name] = value.trim().replace(/\\([=\\nr])/g, (_, escaped) => ESCAPED.get(escaped) ?? escaped)
  }
  return found
}

const ESCAPED = new Map([
  ['n', '\n'],
  ['r', '\r']
])
