// Python's `%` formatting of texts: what a logger makes of its message and arguments. What Python would raise an error for
// has no result here. See "printf-style String Formatting" of Python's library reference.

import type { Budget } from './budget.ts'
import { floatFormat } from './float.ts'
import { repr, str } from './repr.ts'
import { entryOf, nameOf, type PythonValue } from './value.ts'

/** `pattern % args`; undefined where Python would refuse, or the budget ends. */
export function percent(pattern: string, args: PythonValue, budget: Budget): string | undefined {
  const source = argumentsOf(args)
  let text = ''
  let at = 0
  for (const match of pattern.matchAll(FIELD)) {
    text += pattern.slice(at, match.index)
    at = match.index + match[0].length
    const { key, flags = '', width, precision, type = '' } = match.groups ?? {}
    if (match[0] === '%%') {
      text += '%'
      continue
    }
    const field = fieldOf(flags, width, precision, type, source)
    const value = key === undefined ? source.next() : source.named(key)
    const written = field === undefined || value === undefined ? undefined : convert(value, field, budget)
    if (written === undefined || !budget.write(Math.max(written.length, field?.width ?? 0))) return undefined
    text += field === undefined ? written : padded(written, field)
  }
  text += pattern.slice(at)
  return source.isUsedUp && budget.write(text.length) ? text : undefined
}

/** One that nothing follows which a conversion needs matches with no type, and is refused. */
const FIELD =
  /%(?:\((?<key>(?:[^()]|\([^()]*\))*)\))?(?<flags>[#0 +-]*)(?<width>\*|\d+)?(?:\.(?<precision>\*|\d*))?[hlL]?(?<type>[\s\S]?)/gu

interface Field {
  readonly type: string
  readonly flags: string
  readonly width: number
  readonly precision: number | undefined
}

interface Source {
  next(): PythonValue | undefined
  named(key: string): PythonValue | undefined
  readonly isUsedUp: boolean
}

/** A tuple gives its items in order, a dict by key, or itself, and any other value itself once. */
function argumentsOf(args: PythonValue): Source {
  const items = isTuple(args) ? args.items : [args]
  const isDict = typeof args === 'object' && args !== null && args.kind === 'dict'
  let used = 0
  let isNamed = false
  return {
    next: () => items[used++],
    named(key) {
      isNamed = true
      return isDict ? entryOf(args, key) : undefined
    },
    get isUsedUp() {
      return used === items.length || (isDict && (isNamed || used === 0))
    }
  }
}

function isTuple(value: PythonValue): value is Extract<PythonValue, object> & { items: PythonValue[] } {
  return typeof value === 'object' && value !== null && value.kind === 'tuple'
}

function fieldOf(
  flags: string,
  width: string | undefined,
  precision: string | undefined,
  type: string,
  source: Source
): Field | undefined {
  const columns = width === '*' ? source.next() : Number(width ?? 0)
  const digits = precision === '*' ? source.next() : precision === undefined ? undefined : Number(precision)
  if (typeof columns !== 'number' || (precision !== undefined && typeof digits !== 'number')) return undefined
  const isLeft = columns < 0
  return {
    type,
    flags: isLeft ? `${flags}-` : flags,
    width: Math.abs(columns),
    precision: typeof digits === 'number' ? Math.max(digits, 0) : undefined
  }
}

/** The value as its conversion writes it, with a sign where there is one, and not yet padded. */
function convert(value: PythonValue, field: Field, budget: Budget): string | undefined {
  const { type, precision } = field
  switch (type) {
    case 's':
      return cut(str(value, budget), precision)
    case 'r':
      return cut(repr(value, budget), precision)
    case 'a':
      return cut(ascii(repr(value, budget)), precision)
    case 'c':
      return character(value)
    case 'd':
    case 'i':
    case 'u':
      return integer(truncated(value), field, 10, budget)
    case 'o':
      return integer(exact(value), field, 8, budget)
    case 'x':
    case 'X':
      return integer(exact(value), field, 16, budget)
    default:
      return decimal(value, field)
  }
}

function cut(text: string, precision: number | undefined): string {
  return precision === undefined || text.length <= precision ? text : [...text].slice(0, precision).join('')
}

function ascii(text: string): string {
  return text.replace(/[^\0-\x7f]/gu, character => {
    const code = character.codePointAt(0) ?? 0
    if (code < 0x100) return `\\x${code.toString(16)}`
    return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`
  })
}

function character(value: PythonValue): string | undefined {
  if (typeof value === 'string') return [...value].length === 1 ? value : undefined
  const code = exact(value)
  return code !== undefined && code >= 0n && code <= 0x10ffffn ? String.fromCodePoint(Number(code)) : undefined
}

/** What `int()` makes of a number. */
function truncated(value: PythonValue): bigint | undefined {
  const fraction = fractionOf(value)
  if (fraction === undefined) return exact(value)
  return Number.isFinite(fraction) ? BigInt(Math.trunc(fraction)) : undefined
}

/** The value of a float or a Decimal. */
function fractionOf(value: PythonValue): number | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (value.kind === 'float') return value.value
  if (value.kind !== 'instance' || nameOf(value.callable) !== 'decimal.Decimal') return undefined
  return typeof value.args[0] === 'string' ? Number(value.args[0]) : undefined
}

function exact(value: PythonValue): bigint | undefined {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
    ? BigInt(value)
    : undefined
}

function integer(
  value: bigint | undefined,
  { type, flags, precision = 0 }: Field,
  base: number,
  budget: Budget
): string | undefined {
  if (value === undefined || !budget.write(precision)) return undefined
  const digits = (value < 0n ? -value : value).toString(base).padStart(precision, '0')
  const prefix = base === 10 || !flags.includes('#') ? '' : base === 8 ? '0o' : '0x'
  const text = signed(value < 0n, flags) + prefix + digits
  return type === 'X' ? text.toUpperCase() : text
}

function decimal(value: PythonValue, { type, flags, precision = 6 }: Field): string | undefined {
  const kind = type.toLowerCase()
  if (kind !== 'e' && kind !== 'f' && kind !== 'g') return undefined
  const number = fractionOf(value) ?? exact(value)
  if (number === undefined) return undefined
  const text = floatFormat(Number(number), kind, precision, flags.includes('#'))
  if (text === undefined) return undefined
  const written = signed(number < 0 || Object.is(number, -0), flags) + text
  return type === kind ? written : written.toUpperCase()
}

function signed(isNegative: boolean, flags: string): string {
  if (isNegative) return '-'
  return flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''
}

/** Characters that JavaScript counts as two. */
const PAIRS = /[\u{10000}-\u{10ffff}]/gu

/** Zeros stand behind the sign and the prefix; on the right, and in texts, there are none. */
function padded(text: string, { type, flags, width: characters }: Field): string {
  const width = characters + (text.match(PAIRS)?.length ?? 0)
  if (flags.includes('-')) return text.padEnd(width)
  if (!flags.includes('0') || 'srac'.includes(type)) return text.padStart(width)
  const [sign = ''] = /^[+ -]?(?:0[xo])?/i.exec(text) ?? []
  const isPrefix = 'oxX'.includes(type) && flags.includes('#')
  const head = isPrefix ? sign : sign.replace(/0.?$/, '')
  return head + text.slice(head.length).padStart(width - head.length, '0')
}
