// Takes layouts of log4j, log4j2 and logback apart. A part that is left out where its values are empty makes two formats of
// one, so that a layout is a list of formats, the fullest first. Colours and the trace at the end are none of the record.

import { SluiceError } from '#errors'
import { decoderOf } from './log4j-encoding.ts'
import { ISO8601, ZONE } from './log4j-time.ts'
import { OPTIONALS, REFUSED, REPLACED, TRACES, WORDS, WRAPPERS } from './log4j-words.ts'
import { type Field, type Format, PLAIN, type Spec } from './logger-field.ts'

/** A text, a field, or what may stand instead of it. */
type Piece = string | Field | { readonly choices: readonly (readonly Piece[])[] }

/** As many formats at most are made of one layout. */
const MOST_FORMATS = 16

/** @throws SluiceError E_PARSE_PATTERN for what is no layout, or says what cannot be read back */
export function readLayout(pattern: string): Format[] {
  const pieces = readPieces({ pattern, text: resolved(pattern), at: 0 }, '')
  const formats = expand(pieces).map(chosen => formatOf(chosen.slice(0, endOf(chosen))))
  if (formats.length > MOST_FORMATS || !formats.some(({ fields }) => fields.length > 0))
    throw refused(pattern, 0, 'a layout of at least one value, with at most four parts that may be left out')
  return formats
}

/** A place in a text that is being read; `pattern` is what a person wrote. */
interface Cursor {
  readonly pattern: string
  readonly text: string
  at: number
}

/** Reads up to a closing bracket, and over it, or to the end where none is to come. */
function readPieces(cursor: Cursor, closing: string): Piece[] {
  const pieces: Piece[] = []
  const { text } = cursor
  while (cursor.at < text.length && text[cursor.at] !== closing) {
    const character = text.charAt(cursor.at)
    if (character === '\\') pieces.push(escaped(cursor))
    else if (character === '%') pieces.push(...readConversion(cursor))
    else {
      pieces.push(character)
      cursor.at++
    }
  }
  if (closing !== '' && cursor.at === text.length) throw refused(cursor.pattern, cursor.at, `a ${closing}`)
  cursor.at += closing.length
  return pieces
}

function escaped(cursor: Cursor): string {
  const character = cursor.text.charAt(cursor.at + 1)
  cursor.at += 2
  // logback's \_ ends a word.
  return character === '_' ? '' : (ESCAPES.get(character) ?? character)
}

const ESCAPES = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t']
])

const MODIFIERS = /%(?<left>-)?(?<zero>0)?(?<width>\d+)?(?:\.(?<isFirst>-)?(?<precision>\d+))?/y

function readConversion(cursor: Cursor): Piece[] {
  const { pattern, text } = cursor
  const column = cursor.at
  if (text.startsWith('%%', column)) {
    cursor.at += 2
    return ['%']
  }
  MODIFIERS.lastIndex = column
  const { left, zero, width = '0', isFirst, precision } = MODIFIERS.exec(text)?.groups ?? {}
  cursor.at = MODIFIERS.lastIndex
  const word = wordAt(cursor)
  const isPadded = width !== '0' || precision !== undefined
  if (REFUSED.has(word)) throw refused(pattern, column, 'words that write values of the record')
  if (word === '' || WRAPPERS.has(word) || OPTIONALS.has(word) || REPLACED.has(word)) {
    if (isPadded) throw refused(pattern, column, 'widths on the values within it')
    return wrapped(cursor, word, column)
  }
  if (word === 'n') return ['\n']
  const options = readOptions(cursor)
  if (TRACES.has(word)) return [TRACE]
  const spec: Spec = {
    ...PLAIN,
    align: left === undefined ? 'right' : 'left',
    fill: zero ?? ' ',
    width: Number(width),
    precision: precision === undefined ? undefined : Number(precision),
    ...(precision !== undefined && isFirst === undefined && { keepsEnd: true })
  }
  const written = text.slice(column, cursor.at)
  return fieldsOf({ attribute: WORDS.get(word) ?? '', spec, written, column }, options, pattern)
}

const KNOWN = [WORDS, TRACES, WRAPPERS, OPTIONALS, REPLACED, REFUSED]

/** The longest known word that begins here: what follows it is text, as in `%mark`. */
function wordAt(cursor: Cursor): string {
  const { text, at, pattern } = cursor
  const letters = /[A-Za-z]*/y
  letters.lastIndex = at
  const found = letters.exec(text)?.[0] ?? ''
  if (found === '' && text[at] === '(') return ''
  for (let length = found.length; length > 0; length--) {
    const word = found.slice(0, length)
    if (word !== 'n' && !KNOWN.some(words => words.has(word))) continue
    cursor.at += length
    return word
  }
  throw refused(pattern, at - 1, `%% for a %, or one of %n ${[...WORDS.keys()].map(word => `%${word}`).join(' ')}`)
}

/** What stands in brackets behind a word that colours or changes it, or leaves it out. */
function wrapped(cursor: Cursor, word: string, column: number): Piece[] {
  const opening = cursor.text[cursor.at]
  if (opening !== '(' && opening !== '{') throw refused(cursor.pattern, column, 'brackets behind it')
  cursor.at++
  const inner = readPieces(cursor, opening === '(' ? ')' : '}')
  const options = readOptions(cursor)
  if (REPLACED.has(word)) return [{ choices: [inner, [...(options[1] ?? '')]] }]
  if (word === 'enc' || word === 'encode') return inner.map(piece => encoded(piece, options[0]))
  if (!OPTIONALS.has(word)) return inner
  // Spring Boot's names of applications and their groups.
  const within =
    word === 'esb' ? ['[', { attribute: 'application', spec: PLAIN, written: '%esb', column }, '] '] : inner
  return [{ choices: [within, []] }]
}

function encoded(piece: Piece, encoding: string | undefined): Piece {
  return typeof piece === 'object' && 'attribute' in piece ? { ...piece, decode: decoderOf(encoding) } : piece
}

/** The options in braces behind a word. */
function readOptions(cursor: Cursor): string[] {
  const options: string[] = []
  while (cursor.text[cursor.at] === '{') {
    const end = cursor.text.indexOf('}', cursor.at)
    if (end === -1) throw refused(cursor.pattern, cursor.at, 'a }')
    options.push(cursor.text.slice(cursor.at + 1, end))
    cursor.at = end + 1
  }
  return options
}

function fieldsOf(field: Field, options: readonly string[], pattern: string): Piece[] {
  const [option = '', zoned = '', language = ''] = options
  switch (field.attribute) {
    case 'date':
      return dateOf(field, option, zoned, language)
    case 'level':
      return [levelOf(field, option, pattern)]
    case 'mdc':
    case 'property':
    case 'map': {
      const [key = '', fallback] = option.split(':-')
      if (key === '' || key.includes(',')) return [{ ...field, attribute: 'mdc' }]
      return fallback === undefined ? [keyed(field, key)] : [{ choices: [[fallback], [keyed(field, key)]] }]
    }
    default:
      return [field]
  }
}

/** `lowerCase=true`, `length=1`, or a text for each level: `WARN=Warning, ERROR=E`. */
function levelOf(field: Field, option: string, pattern: string): Field {
  const pairs = option
    .split(',')
    .flatMap(pair => (pair.trim() === '' ? [] : [pair.split('=').map(part => part.trim())]))
  const levels = new Map<string, string>()
  let { spec } = field
  for (const [key = '', value = ''] of pairs) {
    if (value === '') throw refused(pattern, field.column, 'a level and a text for it, as in WARN=Warning')
    if (key === 'length') spec = { ...spec, precision: Number(value) }
    else if (key !== 'lowerCase') levels.set(value, key.toLowerCase())
  }
  return levels.size === 0 ? { ...field, spec } : { ...field, spec, levels }
}

function keyed(field: Field, key: string): Field {
  return { ...field, attribute: `mdc{${key}}` }
}

/** log4j2 has zone and language in braces of their own, logback behind commas. */
function dateOf(field: Field, option: string, zoned: string, language: string): Piece[] {
  const [, quoted, plain = '', rest = '', tongue = ''] =
    /^\s*(?:"([^"]*)"|([^"]*?))\s*(?:,\s*((?:[A-Z]\w*\/[\w/]+|UTC|GMT)[^,]*?)\s*(?:,\s*([A-Za-z_-]+)\s*)?)?$/.exec(
      option
    ) ?? []
  const pattern = quoted ?? plain
  const said = [zoned || rest, language || tongue]
  const withZone = (java: string): Field => ({ ...field, option: [java, ...said].join(ZONE) })
  if (pattern !== 'ISO8601') return [withZone(pattern)]
  return [{ choices: ISO8601.map(java => [withZone(java)]) }]
}

/** Properties by what they have where nothing is set: `${LEVEL:-%5p}`. The process's number is a value of its own. */
function resolved(pattern: string): string {
  let text = pattern
  const property = /\$\{(?:[a-z]+:)?(?<name>[\w.]+)(?::-(?<otherwise>[^${}]*(?:\{[^{}]*\}[^${}]*)*))?\}/g
  for (let depth = 0; depth < 8 && property.test(text); depth++) {
    text = text.replace(property, (whole, name: string, otherwise: string | undefined) => {
      if (name === 'PID') return '%pid'
      if (otherwise !== undefined) return otherwise
      throw refused(pattern, pattern.indexOf(whole), 'what the property stands for')
    })
    property.lastIndex = 0
  }
  return text
}

/** Marks where a trace is written. */
const TRACE = '\0trace'

/** Where the record ends: line ends and traces behind it are none of it. */
function endOf(pieces: readonly Piece[]): number {
  return pieces.findLastIndex(piece => typeof piece !== 'string' || !/^(?:[\r\n]|\0trace)$/.test(piece)) + 1
}

function expand(pieces: readonly Piece[]): (string | Field)[][] {
  let all: (string | Field)[][] = [[]]
  for (const [index, piece] of pieces.entries()) {
    const isChoice = typeof piece === 'object' && 'choices' in piece
    const choices: (string | Field)[][] = isChoice ? piece.choices.flatMap(expand) : [[piece]]
    const isOptional = isChoice && choices.some(choice => choice.length === 0)
    if (isOptional) for (const choice of choices) choice.splice(0, 1, ...choice.slice(0, 1).map(unlike(pieces, index)))
    all = all.flatMap(before => choices.map(choice => [...before, ...choice])).slice(0, MOST_FORMATS + 1)
  }
  return all
}

/** What is left out begins with something else than what stands behind it: otherwise it was left out. */
function unlike(pieces: readonly Piece[], index: number): (piece: string | Field) => string | Field {
  const end = pieces.findIndex((piece, i) => i > index && typeof piece !== 'string')
  const literal = pieces.slice(index + 1, end === -1 ? undefined : end).join('')
  return piece => (typeof piece === 'string' || literal.trim() === '' ? piece : { ...piece, unlike: literal })
}

function formatOf(pieces: readonly (string | Field)[]): Format {
  const literals = ['']
  const fields: Field[] = []
  for (const piece of pieces) {
    if (typeof piece === 'string') literals.push((literals.pop() ?? '') + (piece === TRACE ? '' : piece))
    else {
      fields.push(piece)
      literals.push('')
    }
  }
  return { literals, fields }
}

function refused(pattern: string, column: number, allowed: string): SluiceError {
  const found = JSON.stringify(pattern.slice(column, column + 20))
  return new SluiceError('E_PARSE_PATTERN', `column ${column + 1}: ${found} cannot be read back; allowed: ${allowed}`, {
    context: { pattern, column }
  })
}
