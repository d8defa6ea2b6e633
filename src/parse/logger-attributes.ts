// The attributes of a logger's records as a format writes them: what each looks like in a line, and what becomes of its
// text. Which attributes there are, and where ECS has a place for them, is each logger's own.

import { SluiceError } from '#errors'
import type { FieldType, Value } from '#record'
import type { Capture } from './capture.ts'
import { className } from './class-name.ts'
import { isWrittenAsJson, lookupIn } from './logger-bytes.ts'
import type { Field, Spec } from './logger-field.ts'
import { exact, padded, unpadded } from './logger-padding.ts'
import * as shapes from './logger-shapes.ts'
import { cutter, setter, textAt } from './values.ts'

/** What is known of an attribute. */
export interface Attribute {
  readonly kind: 'text' | 'class' | 'level' | 'time' | 'integer' | 'decimal' | 'any'
  readonly field: string
  readonly type: FieldType
  /** A usual value, which tells what others do not hold; none for the message, of which nothing is taken for granted. */
  readonly typical?: string
  /** Whether `None`, or in Java `?`, stands where a record does not have it. */
  readonly isOptional?: true
  /** Makes a value of a text, where that is not the text itself; undefined for a text that says nothing. */
  readonly convert?: (text: string) => Value | undefined
}

export const text = (field: string, typical: string): Attribute => ({ kind: 'text', field, type: 'keyword', typical })
export const integer = (field: string): Attribute => ({ kind: 'integer', field, type: 'long' })

/** What fields depend on beyond their attribute. */
export interface Context {
  readonly pattern: string
  /** What the logger's library calls its fields that ECS has no place for. */
  readonly namespace: string
  readonly attributeOf: (name: string) => Attribute
  /** The shape of a field that is a time. */
  readonly timeOf: (field: Field) => shapes.LoggerShape
  /** Names of levels that the application added. */
  readonly levels: readonly string[]
}

/** A field's look, and what becomes of its text. */
export interface Bound {
  readonly shape: shapes.LoggerShape
  readonly capture: Capture
  /** A value's text as it was before it was padded and quoted. */
  readonly plain: (text: string) => string
  /** Whether that is the value as it stands. */
  readonly isAsWritten: boolean
}

/** @throws SluiceError E_PARSE_PATTERN where values of the attribute cannot be written so */
export function bind(field: Field, context: Context): Bound {
  const { conversion, align, fill, width, precision, keepsEnd } = field.spec
  const attribute = context.attributeOf(field.attribute)
  const isNumber = isNumeric(attribute, field.spec)
  const named = shapes.levelNames(context.levels, precision, keepsEnd)
  const levels = field.levels === undefined ? named : new Map([...field.levels, ...named])
  const base = isNumber ? numericShape(field, attribute, context) : textShape(field, attribute, context, levels)
  const isZeroed = isNumber && fill === '0'
  const spec: Spec = { ...field.spec, align: align ?? (isNumber ? 'right' : 'left'), width: isZeroed ? 0 : width }
  const strip = spec.width === 0 ? same : (value: string): string => unpadded(value, spec)
  const bare = conversion === 'repr' && !isNumber ? (value: string): string => shapes.unquoted(strip(value)) : strip
  const { decode, unlike } = field
  const plain = decode === undefined ? bare : (value: string): string => decode(bare(value))
  const length = isNumber ? undefined : exactLength(attribute, field.spec)
  const wide = spec.width === 0 ? base : padded(base, spec)
  const shape = length === undefined ? wide : exact(base, spec, length)
  return {
    shape: unlike === undefined ? shape : beginningUnlike(unlike, shape),
    capture: capture(field, attribute, context, levels, plain),
    plain,
    isAsWritten: plain === same
  }
}

const same = (value: string): string => value

function beginningUnlike(beginning: string, shape: shapes.LoggerShape): shapes.LoggerShape {
  const { fitsAt: _, ...looks } = shape
  return { ...looks, fits: text => !text.startsWith(beginning) && (shape.fits?.(text) ?? true) }
}

/** Whether values are written as numbers. */
function isNumeric({ kind }: Attribute, { conversion }: Spec): boolean {
  const isText = conversion === 'text' || conversion === 'repr'
  return kind === 'integer' || kind === 'decimal' || (kind === 'any' && !isText)
}

function numericShape(field: Field, { kind }: Attribute, { pattern }: Context): shapes.LoggerShape {
  const isDecimal = kind === 'decimal'
  const { conversion, precision } = field.spec
  if (isDecimal && BASES.has(conversion))
    throw unwritable(field, pattern, 'f, d or s, for it is a number with a fraction')
  const hasFraction = conversion === 'decimal' ? precision !== 0 : isDecimal && conversion !== 'integer'
  return hasFraction ? shapes.decimal(field.spec) : shapes.integer(field.spec)
}

function textShape(
  field: Field,
  { kind, typical }: Attribute,
  { pattern, timeOf }: Context,
  levels: ReadonlyMap<string, string>
): shapes.LoggerShape {
  const isQuoted = field.spec.conversion === 'repr'
  if (!isQuoted && field.spec.conversion !== 'text') throw unwritable(field, pattern, 's, for it is a text')
  if (kind === 'time' && isQuoted) throw unwritable(field, pattern, 's')
  // What was cut may have lost its second quote.
  if (isQuoted && kind !== 'any' && field.spec.precision === undefined) return shapes.quoted(typical ?? 'message')
  if (kind === 'time') return timeOf(field)
  if (kind === 'level') return shapes.level(new Set(levels.keys()))
  if (typical === undefined) return shapes.anything
  return kind === 'class' ? className(typical) : shapes.free(typical)
}

function unwritable({ attribute, column, written }: Field, pattern: string, allowed: string): SluiceError {
  const message = `column ${column + 1}: ${JSON.stringify(written)} cannot write ${attribute}; allowed: ${allowed}`
  return new SluiceError('E_PARSE_PATTERN', message, { context: { pattern, column } })
}

/** How many characters a value is always written in: cut to as many as it is padded to, or a level to fewer than it has. */
function exactLength({ kind }: Attribute, { width, precision }: Spec): number | undefined {
  if (precision === undefined || width > precision) return undefined
  return width === precision || (kind === 'level' && precision <= 4) ? precision : undefined
}

function capture(
  { attribute: name, spec }: Field,
  attribute: Attribute,
  { namespace }: Context,
  levels: ReadonlyMap<string, string>,
  plain: Bound['plain']
): Capture {
  const { kind, field, type, isOptional, convert } = attribute
  if (kind === 'integer' || kind === 'decimal') {
    return numberCapture(attribute, `${namespace}.${name}_text`, spec, plain)
  }
  const set = setter(field)
  const writes = { [field]: type }
  if (kind === 'level') return levelCapture(field, levels, plain)
  const cut = cutter(field)
  const isAsWritten = plain === same && convert === undefined
  if (field === 'message') {
    const write: Capture['write'] = (values, written) => set(values, plain(written))
    return isAsWritten ? { writes, write, cut: (_, cuts, __, from, to) => cut(cuts, from, to) } : { writes, write }
  }
  const write: Capture['write'] = (values, written) => {
    const value = plain(written)
    if (value === '' || (isOptional && ABSENT.has(value))) return
    const converted = convert === undefined ? value : convert(value)
    if (converted !== undefined) set(values, converted)
  }
  if (!isAsWritten) return { writes, write }
  return {
    writes,
    write,
    cut(_, cuts, line, from, to) {
      if (!isOptional || to - from > LONGEST_ABSENT || !ABSENT.has(textAt(line, from, to))) cut(cuts, from, to)
    }
  }
}

const LONGEST_ABSENT = 4

/** What stands for a value that a record does not have, in Python and in Java. */
const ABSENT: ReadonlySet<string> = new Set(['None', '?'])

function levelCapture(field: string, levels: ReadonlyMap<string, string>, plain: Bound['plain']): Capture {
  const set = setter(field)
  const writes = { [field]: 'keyword' } as const
  const write: Capture['write'] = (values, written) => {
    const name = plain(written)
    set(values, levels.get(name) ?? name.toLowerCase())
  }
  const known = plain === same ? lookupIn(levels) : undefined
  if (known === undefined) return { writes, write }
  return {
    writes,
    write,
    cut(values, _, line, from, to) {
      const said = known.of(line.bytes, line.base + from, line.base + to)
      if (said === undefined) write(values, textAt(line, from, to))
      else set(values, said)
    }
  }
}

const BASES: ReadonlyMap<Spec['conversion'], number> = new Map([
  ['hexadecimal', 16],
  ['octal', 8],
  ['binary', 2]
])

/** Whole numbers beyond 2^53 stay text, under a name of their own. */
function numberCapture({ field, type }: Attribute, rest: string, { conversion }: Spec, plain: Bound['plain']): Capture {
  const [set, setRest, cut] = [setter(field), setter(rest), cutter(field)]
  const base = BASES.get(conversion)
  const writes = { [field]: type, [rest]: 'keyword' } as const
  const write: Capture['write'] = (values, written) => {
    const text = plain(written)
    if (ABSENT.has(text)) return
    const value = base === undefined ? Number(text) : Number.parseInt(text.replace(/0[xob]/i, ''), base)
    if (type === 'long' ? Number.isSafeInteger(value) : Number.isFinite(value)) set(values, value)
    else setRest(values, text)
  }
  if (base !== undefined || type !== 'long' || plain !== same) return { writes, write }
  return {
    writes,
    write,
    cut(values, cuts, line, from, to) {
      if (isWrittenAsJson(line.bytes, line.base + from, line.base + to)) cut(cuts, from, to)
      else write(values, textAt(line, from, to))
    }
  }
}
