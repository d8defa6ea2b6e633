// The processor `convert`: a value as another type. Numbers come out as JSON can hold them: one that would not be exact
// as a whole number, or would be none, fails. See "Convert processor" in Elasticsearch's ingest processor reference.

import { isIP } from 'node:net'
import Type, { type Static } from 'typebox'
import type { FieldType, Value } from '#record'
import { copyOf, typeName } from './field-path.ts'
import { Failure, optionsSchema, type Processor } from './processor.ts'
import { type Change, transform, transformProperties } from './transform.ts'
import { trimText } from './trim.ts'

const TYPES = ['integer', 'long', 'float', 'double', 'string', 'boolean', 'ip', 'auto'] as const

export const schema = optionsSchema(
  {
    ...transformProperties,
    type: Type.Enum(TYPES, {
      description:
        'The type to convert to. `ip` leaves a text as it is, and fails where it is no address; `auto` makes a boolean or a number of a text that reads as one and leaves all else.'
    })
  },
  'Converts a value, or each of a list, to another type.'
)
export type Options = Static<typeof schema>

/** @throws SluiceError E_ENRICH_OPTION where a name is none */
export function convert(options: Options): Processor {
  const [type, change] = conversions[options.type]
  return transform('convert', options, type, change)
}

/** By type: what Elasticsearch maps the values to, and how they are made. */
const conversions: Readonly<Record<(typeof TYPES)[number], readonly [FieldType | 'open', Change]>> = {
  integer: ['long', ofPlain('integer', text => wholeNumber(text, -(2 ** 31), 2 ** 31 - 1))],
  long: ['long', ofPlain('long', exactNumber)],
  float: ['double', ofPlain('float', floatNumber)],
  double: ['double', ofPlain('double', decimalNumber)],
  string: ['keyword', ofPlain('string', text => text)],
  boolean: ['boolean', ofPlain('boolean', truth)],
  ip: ['ip', value => (typeof value === 'string' && isAddress(value) ? value : cannot(value, 'ip'))],
  auto: ['open', value => (typeof value === 'string' ? guess(value) : copyOf(value))]
}

/** A change that begins with the text of a value; numbers have that of JSON, lists and objects have none. */
function ofPlain(type: string, read: (text: string) => Value | undefined): Change {
  return value => {
    if (typeof value === 'object') return cannot(value, type)
    return read(String(value)) ?? cannot(value, type)
  }
}

function cannot(value: Value, type: string): Failure {
  return new Failure(`unable to convert ${typeof value === 'object' ? typeName(value) : `[${value}]`} to ${type}`)
}

/** Decimal digits, or hexadecimal ones behind `0x`. */
function wholeNumber(text: string, least: number, most: number): number | undefined {
  if (!/^(?:[+-]?\d+|-?0x[\da-fA-F]+)$/.test(text)) return undefined
  // The sign apart, because `Number` takes none before `0x`; and there is no negative zero among whole numbers.
  const value = text.startsWith('-') ? 0 - Number(text.slice(1)) : Number(text)
  return value >= least && value <= most ? value : undefined
}

function exactNumber(text: string): number | undefined {
  return wholeNumber(text, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
}

/** As Java reads doubles, without its hexadecimal ones: in blanks, and perhaps with its type behind it. */
function decimalNumber(text: string): number | undefined {
  const number = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)[fd]?$/i.exec(trimText(text))
  const value = Number(number?.[1])
  return Number.isFinite(value) ? value : undefined
}

/** Rounded to 32 bits, and then with no more digits than it takes to tell it from its neighbours. */
function floatNumber(text: string): number | undefined {
  const value = Math.fround(decimalNumber(text) ?? Number.NaN)
  if (!Number.isFinite(value)) return undefined
  for (let digits = 1; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return Number(value.toPrecision(9))
}

function truth(text: string): boolean | undefined {
  if (/^true$/i.test(text)) return true
  return /^false$/i.test(text) ? false : undefined
}

/** IPv4 or IPv6, with a zone or without. */
function isAddress(text: string): boolean {
  const zone = text.indexOf('%', 1)
  return isIP(zone === -1 || zone === text.length - 1 ? text : text.slice(0, zone)) !== 0
}

/** Whole numbers that would not be exact stay texts. */
function guess(text: string): Value {
  return truth(text) ?? exactNumber(text) ?? (/^[+-]?\d+$/.test(text) ? text : floatNumber(text)) ?? text
}
