// Takes format strings of CPython's logging apart, in its three styles: literal text and the attributes of a record between.
// What Python would refuse to format with is refused here. See "LogRecord attributes" and "Formatter" of Python's logging.

import Type from 'typebox'
import { SluiceError } from '#errors'
import { type Field, type Format, PLAIN, type Spec } from './logger-field.ts'

export type Style = '%' | '{' | '$'

/** How a Formatter is told to write, beside its format string. */
export const formatOptions = {
  style: Type.Optional(
    Type.Union([Type.Literal('%'), Type.Literal('{'), Type.Literal('$')], {
      description: 'The style of the format string, where it is not the one of the first attribute in it.'
    })
  ),
  datefmt: Type.Optional(
    Type.String({
      description:
        'How `asctime` is written, by the directives of strftime. Where it is left out: `%Y-%m-%d %H:%M:%S` and milliseconds behind a comma.'
    })
  )
}

/**
 * @param style found by the first attribute that is written in one, where none is named
 * @throws SluiceError E_PARSE_PATTERN for what is no format, or names no attribute
 */
export function readFormat(pattern: string, style = styleOf(pattern)): Format {
  const { field, allowed } = STYLES[style]
  const literals = ['']
  const fields: Field[] = []
  const append = (text: string): void => {
    literals.push((literals.pop() ?? '') + text)
  }
  let at = 0
  while (at < pattern.length) {
    const special = SPECIAL[style].exec(pattern.slice(at))
    const next = special === null ? pattern.length : at + special.index
    append(pattern.slice(at, next))
    at = next
    if (special === null) break
    const found = field(pattern, at)
    if (found === undefined) throw refused(pattern, at, style, allowed)
    if (typeof found === 'string') append(found)
    else {
      fields.push({ ...found, column: at })
      literals.push('')
    }
    at += typeof found === 'string' ? 2 : found.written.length
  }
  if (fields.length === 0) throw refused(pattern, 0, style, allowed)
  return { literals, fields }
}

const SPECIAL: Readonly<Record<Style, RegExp>> = { '%': /%/, '{': /[{}]/, $: /\$/ }

/** What stands at a place where a style has a meaning of its own: a field, the text of what is doubled, or a mistake. */
type ReadField = (pattern: string, at: number) => Omit<Field, 'column'> | string | undefined

const STYLES: Readonly<Record<Style, { readonly field: ReadField; readonly allowed: string }>> = {
  '%': { field: percentField, allowed: '%(name)s with flags, width and precision, or %% for a %' },
  '{': { field: braceField, allowed: '{name}, {name:spec} or {name!r}, or {{ and }} for braces' },
  $: { field: dollarField, allowed: '$name or ${name}, or $$ for a $' }
}

/** The style of the first attribute that is written in one. */
export function styleOf(pattern: string): Style {
  if (/%\(/.test(pattern)) return '%'
  if (/\$(?:\{[_a-z]|[_a-z])/i.test(pattern)) return '$'
  return pattern.includes('{') ? '{' : '%'
}

function percentField(pattern: string, at: number): ReturnType<ReadField> {
  if (pattern.startsWith('%%', at)) return '%'
  const found =
    /%\((?<attribute>[^()]+)\)(?<flags>[#0+ -]*)(?<width>\d+)?(?:\.(?<precision>\d*))?[hlL]?(?<type>[a-z])/iy
  found.lastIndex = at
  const match = found.exec(pattern)
  const { attribute = '', flags = '', width = '0', precision, type = '' } = match?.groups ?? {}
  const conversion = PERCENT_TYPES.get(type)
  if (match === null || conversion === undefined) return undefined
  const isZeroed = flags.includes('0') && conversion !== 'text' && conversion !== 'repr'
  const align = flags.includes('-') ? 'left' : 'right'
  const spec: Spec = {
    conversion,
    align,
    fill: isZeroed && align === 'right' ? '0' : ' ',
    width: Number(width),
    isBlankSigned: flags.includes(' ') && conversion !== 'text' && conversion !== 'repr',
    precision: precision === undefined ? undefined : Number(precision)
  }
  return { attribute, spec, written: match[0] }
}

const PERCENT_TYPES = typesOf({
  text: 's',
  repr: 'ra',
  integer: 'diu',
  hexadecimal: 'xX',
  octal: 'o',
  decimal: 'eEfFgG'
})

function braceField(pattern: string, at: number): ReturnType<ReadField> {
  const doubled = pattern.slice(at, at + 2)
  if (doubled === '{{' || doubled === '}}') return pattern.charAt(at)
  const found = /\{(?<attribute>[\p{L}\p{N}_]+)(?:!(?<conversion>[rsa]))?(?::(?<specification>[^{}]*))?\}/iuy
  found.lastIndex = at
  const match = found.exec(pattern)
  const { attribute = '', conversion, specification } = match?.groups ?? {}
  const spec = braceSpec(specification, conversion)
  return match === null || spec === undefined ? undefined : { attribute, spec, written: match[0] }
}

/** What a replacement field of str.format says behind `!` and `:`; undefined for what is no specification of one. */
export function braceSpec(specification = '', repr?: string): Spec | undefined {
  const match =
    /^(?:(?<fill>[^{}])?(?<align>[<>^=]))?(?<sign>[+ -])?#?(?<zero>0)?(?<width>\d+)?(?:\.(?<precision>\d+))?(?<type>[a-z])?$/iu.exec(
      specification
    )
  const { fill, align, sign, zero, width = '0', precision, type = 's' } = match?.groups ?? {}
  const conversion = BRACE_TYPES.get(type)
  if (match === null || conversion === undefined) return undefined
  return {
    conversion: repr === 'r' || repr === 'a' ? 'repr' : conversion,
    align: align === undefined ? undefined : ALIGNMENTS.get(align),
    fill: fill ?? zero ?? ' ',
    width: Number(width),
    isBlankSigned: sign === ' ',
    precision: precision === undefined ? undefined : Number(precision)
  }
}

const BRACE_TYPES = typesOf({
  text: 's',
  integer: 'dn',
  hexadecimal: 'xX',
  octal: 'o',
  binary: 'b',
  decimal: 'eEfFgG'
})
const ALIGNMENTS: ReadonlyMap<string, 'left' | 'right' | 'center'> = new Map([
  ['<', 'left'],
  ['>', 'right'],
  ['=', 'right'],
  ['^', 'center']
])

function dollarField(pattern: string, at: number): ReturnType<ReadField> {
  if (pattern.startsWith('$$', at)) return '$'
  const found = /\$(?:(?<named>[_a-z][_a-z0-9]*)|\{(?<braced>[_a-z][_a-z0-9]*)\})/iy
  found.lastIndex = at
  const match = found.exec(pattern)
  const attribute = match?.groups?.named ?? match?.groups?.braced
  return match === null || attribute === undefined ? undefined : { attribute, spec: PLAIN, written: match[0] }
}

function typesOf(letters: Partial<Record<Spec['conversion'], string>>): ReadonlyMap<string, Spec['conversion']> {
  const types = Object.entries(letters) as [Spec['conversion'], string][]
  return new Map(types.flatMap(([conversion, all]) => [...all].map(letter => [letter, conversion] as const)))
}

function refused(pattern: string, column: number, style: Style, allowed: string): SluiceError {
  const found = JSON.stringify(pattern.slice(column, column + 20))
  return new SluiceError(
    'E_PARSE_PATTERN',
    `column ${column + 1}: ${found} names no attribute of a record in style ${style}; allowed: ${allowed}`,
    { context: { pattern, column } }
  )
}
