// Lines of HAProxy by a `log-format`, of which some parts may be left out: the fullest reading that fits is the one that is meant.

import { compileScanner, findMismatch, type Mismatch, plan } from '#pattern'
import type { FieldTypes } from '#record'
import type { Zone } from '#time'
import { type HaproxyFormat, NAMED_FORMATS, readLogFormat } from './haproxy-format.ts'
import { settersOf, type Values } from './values.ts'
import { bindVariables } from './variables.ts'

export interface CustomFormat {
  readonly writes: FieldTypes
  /** What writes a message's values; undefined where it does not fit. */
  read(message: string): ((values: Values) => void) | undefined
  mismatch(message: string): Mismatch
}

const eventTypes = {
  'event.category': 'keyword',
  'event.kind': 'keyword',
  'event.type': 'keyword'
} as const satisfies FieldTypes
const set = settersOf(eventTypes)
/** Fields of which one makes a request of a connection. */
const WEB = /^(?:http\.|url\.)/

/** @throws SluiceError E_PARSE_PATTERN where it is no `log-format`, or could be read in two ways */
export function customFormat(pattern: string, zone: Zone): CustomFormat {
  const format = NAMED_FORMATS.get(pattern) ?? pattern
  const all = readLogFormat(format, zone).map(one => compile(one, format))
  return {
    writes: Object.assign({}, eventTypes, ...all.map(({ writes }) => writes)),
    read(message) {
      for (const { read } of all) {
        const write = read(message)
        if (write !== undefined) return write
      }
      return undefined
    },
    mismatch: message =>
      all.map(({ mismatch }) => mismatch(message)).reduce((one, other) => (other.column > one.column ? other : one))
  }
}

function compile({ literals, variables }: HaproxyFormat, pattern: string): CustomFormat {
  const bound = bindVariables(variables)
  const captures = bound.map(({ capture }) => capture)
  const planned = plan({ pattern, literals, slots: bound.map(({ slot }) => slot) })
  const scan = compileScanner(planned)
  const writes: FieldTypes = Object.assign({}, ...captures.map(({ writes }) => writes))
  const isWeb = Object.keys(writes).some(field => WEB.test(field))
  const [category, type] = isWeb ? [['web'], ['access']] : [['network'], ['connection']]
  return {
    writes,
    read(message) {
      const found = scan(message)
      if (found === undefined) return undefined
      return values => {
        set['event.kind'](values, 'event')
        set['event.category'](values, category)
        set['event.type'](values, type)
        for (const [i, value] of found.entries()) {
          if (value !== '' && value !== '-') captures[i]?.write(values, value)
        }
      }
    },
    mismatch: message => findMismatch(planned, message) ?? { column: message.length, expected: 'the end of the line' }
  }
}
