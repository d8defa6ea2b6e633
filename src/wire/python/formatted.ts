// Single fields of format strings, as a Formatter of Python's logging writes them in each of its styles. What Python would
// raise an error for has no result here. See "Format Specification Mini-Language" of Python's library reference.

import type { Value } from '#record'
import { defaultLimits } from '../limits.ts'
import { budgetOf } from '../pickle/index.ts'
import type { Budget } from './budget.ts'
import { percent } from './percent.ts'
import { repr, str } from './repr.ts'
import type { PythonValue } from './value.ts'

/** Attributes of a record that are floats even where they hold whole numbers. */
const FLOATS: ReadonlySet<string> = new Set(['created', 'msecs', 'relativeCreated'])

/**
 * The value of an attribute as a field of a format writes it.
 * @param written the field as it stands there: `%(name)-8s`, `{name:>8}`, `$name`
 */
export function formatted(written: string, style: '%' | '{' | '$', name: string, value: Value): string | undefined {
  const budget = budgetOf(defaultLimits)
  const plain = typeof value === 'number' && FLOATS.has(name) ? { kind: 'float' as const, value } : fromJson(value)
  if (style === '%') return percent(written, { kind: 'dict', entries: [name, plain] }, budget)
  const text = style === '{' ? brace(written, plain, budget) : str(plain, budget)
  return budget.fault === undefined ? text : undefined
}

function fromJson(value: Value): PythonValue {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return { kind: 'float', value }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return { kind: 'list', items: value.map(fromJson) }
  return { kind: 'dict', entries: Object.entries(value).flatMap(([key, item = null]) => [key, fromJson(item)]) }
}

const BRACE =
  /^\{[^!:}]*(?:!(?<conversion>[rsa]))?(?::(?:(?<fill>[^{}])?(?<align>[<>^=]))?(?<sign>[+ -])?(?<hash>#)?(?<zero>0)?(?<width>\d+)?(?:\.(?<precision>\d+))?(?<type>[a-z])?)?\}$/isu

function brace(written: string, value: PythonValue, budget: Budget): string | undefined {
  const spec = BRACE.exec(written)?.groups
  if (spec === undefined) return undefined
  const { conversion, fill, align, zero, width = '0' } = spec
  const converted = conversion === undefined ? value : conversion === 's' ? str(value, budget) : repr(value, budget)
  const isText = typeof converted === 'string'
  const text = isText ? textBy(converted, spec) : numberBy(converted, spec, written.includes(':'), budget)
  if (text === undefined || !budget.write(Number(width))) return undefined
  const place = align ?? (zero !== undefined && !isText ? '=' : isText ? '<' : '>')
  return aligned(text, Number(width), fill ?? (zero === undefined ? ' ' : '0'), place)
}

type Spec = Readonly<Partial<Record<string, string>>>

function textBy(text: string, { align, sign, hash, precision, type = 's' }: Spec): string | undefined {
  if (type !== 's' || align === '=' || sign !== undefined || hash !== undefined) return undefined
  return precision === undefined ? text : [...text].slice(0, Number(precision)).join('')
}

function numberBy(
  value: PythonValue,
  { sign = '', hash = '', precision, type }: Spec,
  isSpecified: boolean,
  budget: Budget
): string | undefined {
  if (!isSpecified) return str(value, budget)
  const number = typeof value === 'boolean' ? Number(value) : value
  const isFloat = typeof number === 'object' && number !== null && number.kind === 'float'
  const isWhole = typeof number === 'number' || typeof number === 'bigint'
  if ((!isFloat && !isWhole) || type === 's') return undefined
  const isFraction = type === undefined || type === 'n' ? isFloat : 'eEfFgG'.includes(type)
  if (!isFraction && (isFloat || precision !== undefined)) return undefined
  const plus = sign === '-' ? '' : sign
  if (type === 'b') return binary(number as number | bigint, plus, hash)
  if (isFloat && type === undefined && precision === undefined) {
    const text = signed(str(number, budget), plus)
    return hash === '' || text.includes('.') ? text : text.replace(/\d+/, '$&.')
  }
  const letter = type === undefined || type === 'n' ? (isFloat ? 'g' : 'd') : type
  return percent(`%${hash}${plus}${precision === undefined ? '' : `.${precision}`}${letter}`, number, budget)
}

const signed = (text: string, plus: string): string => (text.startsWith('-') ? text : plus + text)

function binary(value: number | bigint, plus: string, hash: string): string {
  const digits = (hash && '0b') + BigInt(value).toString(2).replace('-', '')
  return value < 0 ? `-${digits}` : plus + digits
}

function aligned(text: string, width: number, fill: string, align: string): string {
  const missing = Math.max(width - [...text].length, 0)
  if (align === '<') return text + fill.repeat(missing)
  if (align === '^') return fill.repeat(Math.floor(missing / 2)) + text + fill.repeat(Math.ceil(missing / 2))
  const head = align === '=' ? (/^[+ -]?(?:0[box])?/i.exec(text)?.[0] ?? '') : ''
  return head + fill.repeat(missing) + text.slice(head.length)
}
