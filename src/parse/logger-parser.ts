// What parsers of loggers' lines share: a record by its format string, and behind it the trace of an exception, which goes
// to `error`; the message keeps what the logger was given.

import { compileCutter, compileScanner, findMismatch, isBytewise, type Plan, plan } from '#pattern'
import type { Reading, TimeReaderAt } from '#time'
import { type Capture, compileTake } from './capture.ts'
import { type Bound, bind, type Context } from './logger-attributes.ts'
import type { Field, Format } from './logger-field.ts'
import { type Closed, closed, type Parser } from './parser.ts'
import { errorTypes, type Traces } from './traces.ts'
import { type Ascii, setter, textAt } from './values.ts'

/** A field of a format, bound to its attribute. */
export type BoundField = Field & Bound

/** Finds the event's time. */
export interface TimeOf {
  /** In the values of a line. */
  of(values: readonly string[], reading: Reading | undefined): string | undefined
  /** Where one value says it without the reading of the line: which, and what reads it where it stands. */
  readonly alone?: { readonly place: number; readonly readAt: TimeReaderAt }
}

interface Logger {
  /** The name of the format among all formats. */
  readonly format: string
  readonly layout: Format
  readonly context: Context
  readonly traces: Traces
  /** How the time is found; undefined where the format does not say it. */
  timeOf(fields: readonly BoundField[]): TimeOf | undefined
  /** Attributes that say nothing more once the time is known. */
  readonly times: readonly string[]
  /** The line without what its writer put in for terminals. */
  clean?(text: string): string
}

/** @throws SluiceError E_PARSE_PATTERN where a line could be read in two ways */
export function loggerParser({
  format,
  layout,
  context,
  traces,
  timeOf,
  times,
  clean = same
}: Logger): Closed & Parser {
  const { literals, fields } = layout
  const bound = fields.map(field => ({ ...field, ...bind(field, context) }))
  const slots = bound.map(({ written, column, shape }) => ({ name: written, column, shape }))
  const planned = plan({ pattern: context.pattern, literals, slots })
  const scan = compileScanner(planned)
  const timestamp = timeOf(bound)
  const captures = writtenOnce(bound, timestamp === undefined ? [] : times)
  const messageAt = fields.findIndex(({ attribute }) => attribute === 'message')
  const isBlankLast = literals.at(-1)?.endsWith(' ') === true
  const head = (text: string, end: number): string => {
    if (end === -1) return text
    return text.slice(0, isBlankLast && text[end] === ' ' ? end + 1 : end)
  }
  const alone = timestamp?.alone
  const cutter = compileCutter(alone === undefined ? planned : withoutFits(planned, alone.place))
  const take = compileTake(captures)
  const ends = new Int32Array(2 * fields.length)
  const read: Closed['read'] = (line, values, reading) => {
    const text = clean(line)
    const isSeveral = text.includes('\n')
    const end = isSeveral ? traces.at(text) : -1
    const found = scan(head(text, end))
    if (found === undefined) return false
    const at = timestamp?.of(found, reading)
    if (at !== undefined) setTimestamp(values, at)
    for (let i = 0; i < found.length; i++) captures[i]?.write(values, found[i] ?? '')
    if (end !== -1) traces.write(values, text.slice(end + 1))
    else if (isSeveral && traces.is(found[messageAt] ?? '')) traces.write(values, found[messageAt] ?? '')
    return true
  }
  const timeIn = (text: string, reading: Reading | undefined): string | undefined =>
    timestamp?.of(
      fields.map((_, i) => text.slice(ends[2 * i], ends[2 * i + 1])),
      reading
    )
  const timeAt = ({ bytes, base }: Ascii, { place, readAt }: NonNullable<typeof alone>): number =>
    readAt(bytes, base + (ends[2 * place] as number), base + (ends[2 * place + 1] as number))
  return closed({
    format,
    writes: Object.assign({ '@timestamp': 'date' }, ...captures.map(({ writes }) => writes), errorTypes),
    read,
    cutsUtf8: isBytewise(planned) && (timestamp === undefined || alone !== undefined),
    cut(line, values, taken, reading) {
      const isAsWritten = clean === same || clean(line.text) === line.text
      if (line.isSeveral || !isAsWritten) return read(textAt(line, 0, line.length), values, reading)
      if (!cutter(line, ends)) return false
      const at = alone === undefined ? timeIn(line.text, reading) : timeAt(line, alone)
      if (Number.isNaN(at)) return false
      if (at !== undefined) setTimestamp(values, at)
      take(values, taken, line, ends)
      return true
    },
    mismatch(line) {
      const text = clean(line)
      const record = head(text, traces.at(text))
      return findMismatch(planned, record) ?? { column: record.length, expected: 'the end of the line' }
    }
  })
}

const same = (text: string): string => text

/** For the cutter, which need not ask of a value whether it is a time that is read right after. */
function withoutFits({ layout, steps }: Plan, place: number): Plan {
  const slots = layout.slots.map((slot, i) => {
    const { fits: _, fitsAt: __, ...shape } = slot.shape
    return i === place ? { ...slot, shape } : slot
  })
  return { layout: { ...layout, slots }, steps }
}

const setTimestamp = setter('@timestamp')

/** Colours and other commands to a terminal, as ECMA-48 has them. */
export function withoutAnsi(text: string): string {
  return text.includes('\x1b') ? text.replace(ANSI, '') : text
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: commands to a terminal begin with one
const ANSI = /\x1b\[[\d;:]*[A-Za-z]/g

/** Captures that write nothing for attributes that are said elsewhere: in the event's time, or twice. */
function writtenOnce(fields: readonly BoundField[], said: readonly string[]): Capture[] {
  const seen = new Set(said)
  return fields.map(({ attribute, capture }) => {
    if (seen.has(attribute)) return { writes: {}, write: () => {}, cut: () => {} }
    seen.add(attribute)
    return capture
  })
}
