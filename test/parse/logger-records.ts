// Random format strings of a logger and random records, formatted by the logger and parsed back.

import fc from 'fast-check'
import { expect } from 'vitest'
import type { Parser } from '#parse'
import { type Fields, isFields } from '#record'

/** An attribute of a record: where its value must come out, and how values look. */
export interface Attribute {
  readonly field: string
  readonly kind: 'text' | 'level' | 'integer' | 'message' | 'time'
  readonly values: readonly (string | number)[]
}

/** One way of writing times, and the unit in milliseconds to which it is exact. */
export interface TimeStyle {
  readonly pattern: string
  readonly unitMs: number
}

/** An attribute as a format writes it. */
export interface Part {
  readonly attribute: string
  readonly width: number
  readonly isLeft: boolean
  /** Whether values are cut to the width as well. */
  readonly isCut: boolean
  readonly time: TimeStyle
}

export interface Case {
  readonly pattern: string
  readonly parts: readonly Part[]
  readonly literals: readonly string[]
  readonly record: Readonly<Record<string, string | number>>
  readonly ms: number
  readonly exception: { readonly type: string; readonly message: string } | undefined
}

/** A logger as tests know it. */
export interface Producer {
  readonly attributes: Readonly<Record<string, Attribute>>
  readonly times: readonly TimeStyle[]
  readonly exceptions: readonly Case['exception'][]
  /** How a format names an attribute; a text between is `escape`d. */
  write(part: Part): string
  escape(text: string): string
  format(cases: readonly Case[]): readonly string[]
  /** Throws where a format is refused. */
  compile(pattern: string): Parser
}

/** Where records are written. */
export const TIMEZONE = 'Asia/Seoul'
export const AHEAD_MS = 9 * 3_600_000

const WORDS = [
  'started',
  '에러: 서버',
  ' - ',
  'ERROR',
  ': ',
  '[',
  '] ',
  '|',
  'INFO:',
  ' ',
  '42',
  '%',
  '$x',
  '😀',
  '\n',
  '"'
]
export const messages = fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }).map(words => words.join(''))

const separator = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(' - ', ' ', ':', ': ', ' | ', '] [', ' [', '] ', ' (', ') ', ', ', '\t') },
  { weight: 1, arbitrary: fc.constantFrom('', '-', '.', '::', ' %{$} ', ' at ', '" "') }
)

function cases(producer: Producer): fc.Arbitrary<Case> {
  const names = Object.keys(producer.attributes)
  const part = (attribute: string): fc.Arbitrary<Part> => {
    const { kind } = producer.attributes[attribute] as Attribute
    const isPadded = kind === 'text' || kind === 'level' || kind === 'integer'
    return fc.record({
      attribute: fc.constant(attribute),
      width: isPadded
        ? fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 14 }))
        : fc.constant(0),
      isLeft: fc.boolean(),
      isCut: kind === 'text' ? fc.boolean() : fc.constant(false),
      time: fc.constantFrom(...producer.times)
    })
  }
  const values = Object.entries(producer.attributes).map(
    ([name, { kind, values }]) => [name, kind === 'message' ? messages : fc.constantFrom(...values)] as const
  )
  return fc
    .tuple(
      fc.shuffledSubarray(
        names.filter(name => name !== 'message'),
        { maxLength: 5 }
      ),
      fc.nat(5),
      fc.boolean()
    )
    .map(([others, at, isLast]) => others.toSpliced(isLast ? others.length : at, 0, 'message'))
    .chain(chosen =>
      fc.record({
        parts: fc.tuple(...chosen.map(part)),
        literals: fc.tuple(
          fc.constantFrom('', '', '[', '(', '> '),
          ...chosen.slice(1).map(() => separator),
          fc.constantFrom('', '', ']', ' .')
        ) as fc.Arbitrary<string[]>,
        record: fc.record(Object.fromEntries(values)) as fc.Arbitrary<Case['record']>,
        ms: fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2026-12-01') }),
        exception: fc.option(fc.constantFrom(...producer.exceptions), { nil: undefined, freq: 5 })
      })
    )
    .map(made => ({
      ...made,
      pattern: made.literals
        .map((text, i) => producer.escape(text) + (made.parts[i] === undefined ? '' : producer.write(made.parts[i])))
        .join('')
    }))
}

/** Whether a record keeps to what is taken for granted: but for the message, no text holds one of the separators. */
function isUsual({ attributes }: Producer, { parts, literals, record }: Case): boolean {
  return parts.every(({ attribute }) => {
    if (attributes[attribute]?.kind !== 'text') return true
    const value = String(record[attribute])
    return literals.every(literal => literal === '' || !value.includes(literal.trim() || literal))
  })
}

export interface Tally {
  taken: number
  refused: number
  unusual: number
}

/** Formats and parses back: every record comes out as it went in, unless its format is refused or it is no usual one. */
export function roundTrip(producer: Producer, count: number): Tally {
  const all = fc.sample(cases(producer), count)
  const lines = producer.format(all)
  const tally: Tally = { taken: 0, refused: 0, unusual: 0 }
  for (const [i, made] of all.entries()) tally[judge(producer, made, lines[i] ?? '')]++
  return tally
}

function judge(producer: Producer, made: Case, line: string): keyof Tally {
  const { pattern, parts, record, exception } = made
  let parser: Parser
  try {
    parser = producer.compile(pattern)
  } catch (error) {
    expect(error).toMatchObject({ code: 'E_PARSE_PATTERN' })
    return 'refused'
  }
  const fields: Fields = {}
  const isTaken = parser.parse(line, fields)
  if (!isUsual(producer, made)) return 'unusual'
  const why = isTaken ? undefined : parser.mismatch(line)
  expect({ pattern, line, isTaken, why }).toEqual({ pattern, line, isTaken: true, why: undefined })
  const found: Record<string, unknown> = {}
  const wanted: Record<string, unknown> = {}
  for (const part of parts) {
    const { field, kind } = producer.attributes[part.attribute] as Attribute
    if (kind === 'time') continue
    found[part.attribute] = valueAt(fields, field)
    wanted[part.attribute] = expected(part, record[part.attribute] ?? '', kind)
  }
  // A line that ends in a newline gets no other before the trace.
  if (exception !== undefined) for (const side of [found, wanted]) side.message = String(side.message).trimEnd()
  const error = fields.error as Fields | undefined
  expect({ pattern, line, ...found, at: fields['@timestamp'], type: error?.type, said: error?.message }).toEqual({
    pattern,
    line,
    ...wanted,
    at: timestamp(producer, made),
    type: exception?.type,
    said: exception?.message
  })
  return 'taken'
}

function expected({ width, isLeft, isCut }: Part, value: string | number, kind: Attribute['kind']): unknown {
  if (typeof value === 'number') return value
  if (kind === 'level') return value.toLowerCase()
  if (kind === 'message' || width === 0) return value
  // A blank where it was cut looks like one that it was padded with.
  const kept = isCut ? value.slice(0, width) : value
  const cut = isLeft ? kept.trimEnd() : kept.trimStart()
  return cut === '' ? undefined : cut
}

function valueAt(fields: Fields, field: string): unknown {
  return field
    .split('.')
    .reduce<unknown>((value, name) => (isFields(value as Fields) ? (value as Fields)[name] : undefined), fields)
}

function timestamp({ attributes }: Producer, { parts, ms }: Case): string | undefined {
  const time = parts.find(({ attribute }) => attributes[attribute]?.kind === 'time')?.time
  return time === undefined ? undefined : new Date(ms - (ms % time.unitMs)).toISOString()
}
