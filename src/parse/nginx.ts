// Access logs of nginx, by their own `log_format`. A line is taken apart as nginx put it together, by what its `escape` writes
// for quotes, backslashes and control characters, and for a variable that has no value.

import Type, { type Static } from 'typebox'
import { SluiceError } from '#errors'
import { compileCutter, compileScanner, findMismatch, shape as looks, plan, type Shape } from '#pattern'
import { compileTake } from './capture.ts'
import { hasBackslash, hideQuotes, withoutHex, withoutJson } from './escapes.ts'
import { accessEvent, accessEventTypes } from './http.ts'
import { rank, variable } from './nginx-variables.ts'
import { type Closed, closed, type Parser } from './parser.ts'
import { bindVariables, type Named } from './variables.ts'

/** The format that nginx uses where none is named; see "log_format" of ngx_http_log_module. */
const COMBINED =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"'

export const schema = Type.Object(
  {
    format: Type.Literal('nginx', { description: 'Access logs of nginx.' }),
    pattern: Type.Optional(
      Type.String({
        minLength: 1,
        description: `The \`log_format\` of nginx.conf as one text, without its name and \`escape\`. Where it is left out: \`${COMBINED}\`.`
      })
    ),
    escape: Type.Optional(
      Type.Union([Type.Literal('default'), Type.Literal('json'), Type.Literal('none')], {
        default: 'default',
        description:
          'The `escape` of the `log_format`. With `none` values may hold anything; each is taken to end at the first text of two characters or more that stands behind it in the pattern, such as `" "`.'
      })
    )
  },
  { additionalProperties: false, description: 'Lines of an nginx access log, by its `log_format`.' }
)
export type Options = Static<typeof schema>

/**
 * A parser for one `log_format`.
 * @throws SluiceError E_PARSE_PATTERN where it is none, or could be read in two ways
 */
export function nginx({ pattern = COMBINED, escape: way = 'default' }: Options): Parser {
  const { hide, undo, shapeOf } = ESCAPES[way]
  const { literals, variables } = readPattern(pattern)
  const bound = bindVariables(
    variables.map(named => ({ ...named, variable: { ...named.variable, shape: shapeOf(named.variable.shape) } }))
  )
  const captures = bound.map(({ capture }) => capture)
  const planned = plan({ pattern, literals, slots: bound.map(({ slot }) => slot) })
  const scan = compileScanner(planned)
  const take = compileTake(captures, '-')
  const cutter = compileCutter(planned)
  const ends = new Int32Array(2 * captures.length)
  const read: Closed['read'] = (text, values) => {
    const isEscaped = text.includes('\\')
    const found = scan(isEscaped ? hide(text) : text)
    if (found === undefined) return false
    for (let i = 0; i < found.length; i++) {
      const value = found[i] ?? ''
      // A header that was sent empty says no more than one that was not sent.
      if (value !== '' && value !== '-') captures[i]?.write(values, isEscaped ? undo(value) : value)
    }
    return true
  }
  return closed({
    format: 'nginx',
    always: accessEvent,
    writes: Object.assign({}, accessEventTypes, ...captures.map(({ writes }) => writes)),
    read,
    cut(line, values, taken, reading) {
      if (hasBackslash(line)) return read(line.text, values, reading)
      if (!cutter(line, ends)) return false
      take(values, taken, line, ends)
      return true
    },
    mismatch: text => findMismatch(planned, hide(text)) ?? { column: text.length, expected: 'the end of the line' }
  })
}

interface Escape {
  /** The line with what is no end of a value hidden. */
  readonly hide: (line: string) => string
  /** What was sent, of a value as it is written. */
  readonly undo: (value: string) => string
  readonly shapeOf: (shape: Shape) => Shape
}

const asWritten = (text: string): string => text

/** See "escape" of log_format in ngx_http_log_module. */
const ESCAPES: Readonly<Record<NonNullable<Options['escape']>, Escape>> = {
  default: { hide: asWritten, undo: withoutHex, shapeOf: shape => shape },
  json: { hide: hideQuotes, undo: withoutJson, shapeOf: orEmpty },
  none: { hide: asWritten, undo: asWritten, shapeOf: shape => orEmpty(looks.unescaped(shape)) }
}

/** A variable that has no value is written as nothing, not as `-`. */
function orEmpty(shape: Shape): Shape {
  const { fits, fitsAt, ...rest } = shape
  return fits === undefined ? shape : { ...rest, fits: text => text === '' || fits(text) }
}

/** Takes a `log_format` apart as ngx_http_log_compile_format of nginx does. */
function readPattern(pattern: string): { literals: string[]; variables: Named[] } {
  const literals: string[] = []
  const variables: Named[] = []
  let behind = 0
  for (let at = pattern.indexOf('$'); at !== -1; at = pattern.indexOf('$', behind)) {
    const match = /^\$(?:\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))/.exec(pattern.slice(at))
    if (match === null) throw noVariable(pattern, at)
    const name = (match[1] ?? match[2] ?? '').toLowerCase()
    literals.push(pattern.slice(behind, at))
    variables.push({
      own: `nginx.access.${name}`,
      written: match[0],
      column: at,
      rank: rank(name),
      variable: variable(name)
    })
    behind = at + match[0].length
  }
  literals.push(pattern.slice(behind))
  if (variables.length === 0) throw noVariable(pattern, 0)
  return { literals, variables }
}

function noVariable(pattern: string, column: number): SluiceError {
  const found =
    pattern.startsWith('${', column) && !pattern.includes('}', column) ? 'is not closed' : 'names no variable'
  return new SluiceError(
    'E_PARSE_PATTERN',
    `column ${column + 1}: ${JSON.stringify(pattern.slice(column, column + 20))} ${found}; allowed: $name or \${name}, of letters, digits and _`,
    { context: { pattern, column } }
  )
}
