// Takes Loguru's format strings apart: replacement fields of str.format over a record, between them literal text whose tags
// of colour are not written to files. What Loguru would refuse to format with is refused here.

import { SluiceError } from '#errors'
import { type Field, type Format, PLAIN } from './logger-field.ts'
import { ATTRIBUTES, EXTRA } from './loguru-attributes.ts'
import { braceSpec } from './python-logging-format.ts'

/** The way in which Loguru ends each line, which its users only write where they end it themselves. */
const END = /\n?(?:\{exception\})?\n?$/

/** @throws SluiceError E_PARSE_PATTERN for what is no format of Loguru, or names nothing that a record has */
export function readFormat(written: string): Format {
  const pattern = written.replace(END, '')
  const literals = ['']
  const fields: Field[] = []
  const piece = /\{\{|\}\}|\{(?<name>[^{}!:]*)(?:!(?<repr>[rsa]))?(?::(?<option>[^{}]*))?\}|(?<brace>[{}])|[^{}]+/gy
  for (const { 0: text, index: column, groups } of pattern.matchAll(piece)) {
    const { name, repr, option = '', brace } = groups ?? {}
    if (brace !== undefined) throw refused(pattern, column, 'a field such as {message}, or {{ and }} for braces')
    if (name === undefined) {
      literals.push((literals.pop() ?? '') + (text === '{{' || text === '}}' ? text.charAt(0) : text))
      continue
    }
    const field = { attribute: attributeOf(pattern, name, column), written: text, column }
    const spec = field.attribute === 'time' ? PLAIN : braceSpec(option, repr)
    if (spec === undefined)
      throw refused(pattern, column, 'a width and an alignment behind the colon, as in {level: <8}')
    fields.push({ ...field, spec, option })
    literals.push('')
  }
  if (fields.length === 0) throw refused(pattern, 0, 'at least one field such as {message}')
  return { literals: literals.map(literal => withoutTags(literal, pattern)), fields }
}

/** A record's keys mean one of its parts where they name none: `{level}` is `{level.name}`. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ['file', 'file.name'],
  ['level', 'level.name'],
  ['process', 'process.id'],
  ['thread', 'thread.id']
])

function attributeOf(pattern: string, name: string, column: number): string {
  const attribute = SHORT.get(name) ?? name
  if (ATTRIBUTES.has(attribute) || EXTRA.test(attribute)) return attribute
  throw refused(pattern, column, `${[...ATTRIBUTES.keys()].join(', ')} and extra[name]`)
}

/** Names of colours and styles. See "The color markups" of `add` in Loguru's documentation. */
const STYLES = new Set(
  'b d n h i l s u v bold dim normal hide italic blink strike underline reverse lvl level'.split(' ')
)
const COLOURS = new Set('k r g y e m c w black red green yellow blue magenta cyan white'.split(' '))

function withoutTags(literal: string, pattern: string): string {
  return literal.replace(
    /(\\*)(<\/?((?:[fb]g\s)?[^<>\s]*)>)/g,
    (tag, escapes: string, markup: string, name: string) => {
      if (escapes.length % 2 === 1) return '\\'.repeat((escapes.length - 1) / 2) + markup
      if (!isStyle(name) && !(name === '' && tag.endsWith('</>')))
        throw refused(pattern, pattern.indexOf(tag), 'tags of colours and styles, or \\< for a mere <')
      return '\\'.repeat(escapes.length / 2)
    }
  )
}

function isStyle(name: string): boolean {
  if (STYLES.has(name)) return true
  const [, ground, named] = /^(fg |bg )?(.*)$/.exec(name) ?? []
  if (ground !== undefined) return /^(?:\d{1,3}|#[\da-f]{3}|#[\da-f]{6}|\d+,\d+,\d+|[a-z-]+)$/i.test(named ?? '')
  const plain = (named ?? '').replace(/^(?:light-|LIGHT-|l(?=[a-z]$)|L(?=[A-Z]$))/, '')
  return COLOURS.has(plain) || (plain === plain.toUpperCase() && COLOURS.has(plain.toLowerCase()))
}

function refused(pattern: string, column: number, allowed: string): SluiceError {
  const found = JSON.stringify(pattern.slice(column, column + 20))
  return new SluiceError(
    'E_PARSE_PATTERN',
    `column ${column + 1}: ${found} is not known to Loguru; allowed: ${allowed}`,
    {
      context: { pattern, column }
    }
  )
}
