// Takes HAProxy's `log-format` apart: literal text and the variables and samples between. What may be left out of a line makes
// two formats of one, so that a pattern is a list of formats, the fullest first. See "Custom log format" of HAProxy's manual.

import { SluiceError } from '#errors'
import type { Zone } from '#time'
import { type HaproxyVariable, sample, variablesOf } from './haproxy-variables.ts'
import type { Named } from './variables.ts'

/** What the options of HAProxy's configuration stand for. */
export const NAMED_FORMATS: ReadonlyMap<string, string> = new Map([
  [
    'httplog',
    '%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r'
  ],
  [
    'httpslog',
    '%ci:%cp [%tr] %ft %b/%s %TR/%Tw/%Tc/%Tr/%Ta %ST %B %CC %CS %tsc %ac/%fc/%bc/%sc/%rc %sq/%bq %hr %hs %{+Q}r %[fc_err]/%[ssl_fc_err,hex]/%[ssl_c_err]/%[ssl_c_ca_err]/%[ssl_fc_is_resumed] %[ssl_fc_sni]/%sslv/%sslc'
  ],
  ['tcplog', '%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts %ac/%fc/%bc/%sc/%rc %sq/%bq']
])

export interface HaproxyFormat {
  readonly literals: readonly string[]
  readonly variables: readonly Named[]
}

type Piece = string | (Named & { readonly isOptional: boolean })

/** @throws SluiceError E_PARSE_PATTERN for what is no format, or names no variable */
export function readLogFormat(pattern: string, zone: Zone): HaproxyFormat[] {
  const pieces = readPieces(pattern, zone)
  const formats = choices(pieces).map(formatOf)
  if (!formats.some(({ variables }) => variables.length > 0)) throw refused(pattern, 0)
  return formats
}

const PIECE =
  /%%|%(?:\([^()]*\))?(?:\{(?<flags>[^{}]*)\})?(?:\[(?<sample>(?:[^\][]|\[[^\][]*\])*)\]|(?<letters>[A-Za-z]+))|\\(?<escaped>.)|[^%\\]+|(?<wrong>%)/gsy

function readPieces(pattern: string, zone: Zone): Piece[] {
  const variables = variablesOf(zone)
  const ranks = [...variables.keys()]
  const pieces: Piece[] = []
  let isQuotedByDefault = false
  for (PIECE.lastIndex = 0; PIECE.lastIndex < pattern.length; ) {
    const column = PIECE.lastIndex
    const found = PIECE.exec(pattern)
    const { flags = '', sample: expression, letters, escaped, wrong } = found?.groups ?? {}
    if (found === null || wrong !== undefined) throw refused(pattern, column)
    if (letters === undefined && expression === undefined) {
      pieces.push(found[0] === '%%' ? '%' : (escaped ?? found[0]))
      continue
    }
    const known = letters ?? ''
    const isQuoted: boolean = /\+Q/.test(flags) || (isQuotedByDefault && !/-Q/.test(flags))
    if (known === 'o') {
      isQuotedByDefault = isQuoted
      continue
    }
    const variable = expression === undefined ? variables.get(known) : sample(expression)
    if (variable === undefined) throw refused(pattern, column)
    const own = `haproxy.${expression === undefined ? known.toLowerCase() : `samples.${nameOf(expression)}`}`
    const rank = expression === undefined ? ranks.indexOf(known) : ranks.length
    const named = { own, written: found[0], column, rank, variable, isOptional: variable.isOptional === true }
    pieces.push(...(isQuoted && !isNumber(variable) ? ['"', named, '"'] : [named]))
  }
  return pieces
}

function isNumber({ shape }: HaproxyVariable): boolean {
  return shape.holds('7') && !shape.holds('x')
}

function nameOf(expression: string): string {
  return expression.toLowerCase().replace(/\W+/g, '_').replace(/^_|_$/g, '')
}

/** With and without each part that may be left out; of the blanks around it one stays, as HAProxy writes no two in a row. */
function choices(pieces: readonly Piece[]): Piece[][] {
  const at = pieces.findIndex(piece => typeof piece === 'object' && piece.isOptional)
  const found = pieces[at]
  if (found === undefined || typeof found === 'string') return [[...pieces]]
  const before = pieces.slice(0, at)
  const after = pieces.slice(at + 1)
  const left = before.at(-1)
  const isBetween = typeof left === 'string' && left.endsWith(' ')
  const without = isBetween ? [...before.slice(0, -1), left.slice(0, -1)] : before
  const there = { ...found, isOptional: false }
  return [...choices([...before, there, ...after]), ...choices([...without, ...after])]
}

function formatOf(pieces: readonly Piece[]): HaproxyFormat {
  const literals = ['']
  const variables: Named[] = []
  for (const piece of pieces) {
    if (typeof piece === 'string') literals.push((literals.pop() ?? '') + piece)
    else {
      variables.push(piece)
      literals.push('')
    }
  }
  const [first = '', ...others] = literals.map(literal => literal.replace(/ {2,}/g, ' '))
  return { literals: [first.trimStart(), ...others], variables }
}

function refused(pattern: string, column: number): SluiceError {
  const found = JSON.stringify(pattern.slice(column, column + 20))
  const allowed = `variables such as %ci, %{+Q}r or %[src], or the name of a format: ${[...NAMED_FORMATS.keys()].join(', ')}`
  return new SluiceError(
    'E_PARSE_PATTERN',
    `column ${column + 1}: ${found} names no variable of HAProxy; allowed: ${allowed}`,
    {
      context: { pattern, column }
    }
  )
}
