// The attributes of Python's log records: what each looks like in a line and where ECS has a place for it. Those that ECS
// has no place for become `python.<name>`; what an application adds by `extra=` becomes `labels.<name>`, as keywords.
// See "LogRecord attributes" of Python's logging.

import { SluiceError } from '#errors'
import type { FieldType } from '#record'
import type { Capture } from './capture.ts'
import type { Field, Spec } from './python-logging-format.ts'
import { exact, padded, unpadded } from './python-logging-padding.ts'
import * as shapes from './python-logging-shapes.ts'
import { setter } from './values.ts'

interface Attribute {
  readonly kind: 'text' | 'level' | 'time' | 'integer' | 'decimal' | 'any'
  readonly field: string
  readonly type: FieldType
  /** A usual value, which tells what others do not hold; none for the message, of which nothing is taken for granted. */
  readonly typical?: string
  /** Whether Python writes `None` where a record does not have it. */
  readonly isOptional?: true
}

const text = (field: string, typical: string): Attribute => ({ kind: 'text', field, type: 'keyword', typical })
const optional = (field: string, typical: string): Attribute => ({ ...text(field, typical), isOptional: true })
const integer = (field: string): Attribute => ({ kind: 'integer', field, type: 'long' })
const decimal = (field: string): Attribute => ({ kind: 'decimal', field, type: 'double' })

/** By the names that LogRecord has for them. */
const ATTRIBUTES: ReadonlyMap<string, Attribute> = new Map<string, Attribute>(
  Object.entries({
    asctime: { kind: 'time', field: 'python.asctime', type: 'keyword' },
    created: decimal('python.created'),
    filename: text('log.origin.file.name', 'my-app.py'),
    funcName: text('log.origin.function', 'handle'),
    levelname: { kind: 'level', field: 'log.level', type: 'keyword' },
    levelno: integer('event.severity'),
    lineno: integer('log.origin.file.line'),
    message: { kind: 'text', field: 'message', type: 'match_only_text' },
    module: text('python.module', 'views'),
    msecs: decimal('python.msecs'),
    name: text('log.logger', 'my-app.db'),
    pathname: text('python.pathname', 'C:\\srv\\my-app\\views.py'),
    process: integer('process.pid'),
    processName: optional('process.name', 'Process-1:1'),
    relativeCreated: decimal('python.relative_created'),
    taskName: optional('python.task_name', 'Task-1'),
    thread: integer('process.thread.id'),
    threadName: optional('process.thread.name', 'Thread-1 (run)')
  } satisfies Record<string, Attribute>)
)

/** Where an attribute of a log record goes; undefined for what LogRecord does not have. */
export function fieldOf(name: string): { readonly field: string; readonly type: FieldType } | undefined {
  return ATTRIBUTES.get(name)
}

/** What is known of an attribute; all that LogRecord does not have are taken for an application's own. */
function attribute(name: string): Attribute {
  const label = `labels.${name.replaceAll('.', '_')}`
  return ATTRIBUTES.get(name) ?? { kind: 'any', field: label, type: 'keyword', typical: 'ab' }
}

/** What fields depend on beyond their attribute. */
export interface Context {
  readonly pattern: string
  /** The names of all attributes of the pattern. */
  readonly names: ReadonlySet<string>
  /** The shape of `asctime`. */
  readonly time: shapes.PythonShape
  /** Names of levels that the application added. */
  readonly levels: readonly string[]
}

/** A field's look, and what becomes of its text. */
export interface Bound {
  readonly shape: shapes.PythonShape
  readonly capture: Capture
  /** A value's text as it was before it was padded and quoted. */
  readonly plain: (text: string) => string
}

/** @throws SluiceError E_PARSE_PATTERN where values of the attribute cannot be written so */
export function bind(field: Field, context: Context): Bound {
  const { conversion, align, fill, width, precision } = field.spec
  const isNumber = isNumeric(field)
  const levels = shapes.levelNames(context.levels, precision)
  const base = isNumber ? numericShape(field, context) : textShape(field, context, levels)
  const isZeroed = isNumber && fill === '0'
  const spec: Spec = { ...field.spec, align: align ?? (isNumber ? 'right' : 'left'), width: isZeroed ? 0 : width }
  const strip = spec.width === 0 ? same : (value: string): string => unpadded(value, spec)
  const plain = conversion === 'repr' && !isNumber ? (value: string): string => shapes.unquoted(strip(value)) : strip
  const length = isNumber ? undefined : exactLength(field)
  const wide = spec.width === 0 ? base : padded(base, spec)
  return {
    shape: length === undefined ? wide : exact(base, spec, length),
    capture: capture(field, context, levels, plain),
    plain
  }
}

const same = (value: string): string => value

/** Whether values are written as numbers. */
function isNumeric({ attribute: name, spec: { conversion } }: Field): boolean {
  const { kind } = attribute(name)
  const isText = conversion === 'text' || conversion === 'repr'
  return kind === 'integer' || kind === 'decimal' || (kind === 'any' && !isText)
}

function numericShape(field: Field, { pattern }: Context): shapes.PythonShape {
  const isDecimal = attribute(field.attribute).kind === 'decimal'
  const { conversion, precision } = field.spec
  if (isDecimal && BASES.has(conversion))
    throw unwritable(field, pattern, 'f, d or s, for it is a number with a fraction')
  const hasFraction = conversion === 'decimal' ? precision !== 0 : isDecimal && conversion !== 'integer'
  return hasFraction ? shapes.decimal(field.spec) : shapes.integer(field.spec)
}

function textShape(field: Field, { pattern, time }: Context, levels: ReadonlyMap<string, string>): shapes.PythonShape {
  const { kind, typical } = attribute(field.attribute)
  const isQuoted = field.spec.conversion === 'repr'
  if (!isQuoted && field.spec.conversion !== 'text') throw unwritable(field, pattern, 's, for it is a text')
  if (kind === 'time' && isQuoted) throw unwritable(field, pattern, 's')
  // What was cut may have lost its second quote.
  if (isQuoted && kind !== 'any' && field.spec.precision === undefined) return shapes.quoted(typical ?? 'message')
  if (kind === 'time') return time
  if (kind === 'level') return shapes.level(new Set(levels.keys()))
  return typical === undefined ? shapes.anything : shapes.free(typical)
}

function unwritable({ attribute, column, written }: Field, pattern: string, allowed: string): SluiceError {
  const message = `column ${column + 1}: ${JSON.stringify(written)} cannot write ${attribute}; allowed: ${allowed}`
  return new SluiceError('E_PARSE_PATTERN', message, { context: { pattern, column } })
}

/** How many characters a value is always written in: cut to as many as it is padded to, or a level to fewer than it has. */
function exactLength({ attribute, spec: { width, precision } }: Field): number | undefined {
  if (precision === undefined || width > precision) return undefined
  return width === precision || (attribute === 'levelname' && precision <= 4) ? precision : undefined
}

function capture(
  field: Field,
  { names }: Context,
  levels: ReadonlyMap<string, string>,
  plain: Bound['plain']
): Capture {
  const { kind, field: own, type, isOptional } = attribute(field.attribute)
  if (kind === 'integer' || kind === 'decimal') return numberCapture(field, plain)
  const isOnlyFile = field.attribute === 'pathname' && !names.has('filename')
  const target = isOnlyFile ? 'log.origin.file.name' : own
  const set = setter(target)
  const writes = { [target]: type }
  if (kind === 'level') return { writes, write: (values, written) => set(values, levelOf(plain(written), levels)) }
  if (field.attribute === 'message') return { writes, write: (values, written) => set(values, plain(written)) }
  return {
    writes,
    write(values, written) {
      const value = plain(written)
      if (value !== '' && !(isOptional && value === 'None')) set(values, value)
    }
  }
}

function levelOf(name: string, levels: ReadonlyMap<string, string>): string {
  return levels.get(name) ?? name.toLowerCase()
}

const BASES: ReadonlyMap<Spec['conversion'], number> = new Map([
  ['hexadecimal', 16],
  ['octal', 8],
  ['binary', 2]
])

/** Whole numbers beyond 2^53 stay text, under a name of their own. */
function numberCapture({ attribute: name, spec: { conversion } }: Field, plain: Bound['plain']): Capture {
  const { field, type } = attribute(name)
  const rest = `python.${name}_text`
  const [set, setRest] = [setter(field), setter(rest)]
  const base = BASES.get(conversion)
  return {
    writes: { [field]: type, [rest]: 'keyword' },
    write(values, written) {
      const text = plain(written)
      if (text === 'None') return
      const value = base === undefined ? Number(text) : Number.parseInt(text.replace(/0[xob]/i, ''), base)
      if (type === 'long' ? Number.isSafeInteger(value) : Number.isFinite(value)) set(values, value)
      else setRest(values, text)
    }
  }
}
