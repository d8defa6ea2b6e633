// Takes a `LogFormat` apart as parse_log_string of Apache's mod_log_config does: literal text and the directives between.
// Directives that write one time, or one target, in pieces become one.

import { SluiceError } from '#errors'

/** A directive where a format names it. */
export interface Directive {
  /** What stands behind `%` and its conditions: one letter, or `^` and two. */
  readonly letter: string
  readonly argument: string | undefined
  /** Whether it asks for the request as it came before (`<`) or as it was answered after (`>`) internal redirects. */
  readonly request: '<' | '>' | undefined
  /** As it stands in the format. */
  readonly written: string
  readonly column: number
}

/** `literals[i]` stands before directive i, the last one behind the last directive. */
export interface LogFormat {
  readonly literals: string[]
  readonly directives: Directive[]
}

/** @throws SluiceError E_PARSE_PATTERN for what is no format, or names no directive */
export function readLogFormat(pattern: string): LogFormat {
  const literals = ['']
  const directives: Directive[] = []
  const token =
    /%%|%(?<conditions>[!\d,<>]*)(?:\{(?<argument>[^}]*)\})?(?<more>[!\d,<>]*)(?<letter>\^[A-Za-z]{2}|[A-Za-z])|\\(?<escaped>["\\nrt])|[^%\\]+|\\|(?<wrong>%)/g
  for (const { 0: written, index, groups = {} } of pattern.matchAll(token)) {
    const { letter, argument, conditions = '', more = '', escaped } = groups
    if (groups.wrong !== undefined) throw noDirective(pattern, index)
    if (letter === undefined) {
      const text = written === '%%' ? '%' : escaped === undefined ? written : (ESCAPED.get(escaped) ?? escaped)
      literals.push((literals.pop() ?? '') + text)
      continue
    }
    const request = /[<>]/.exec(conditions + more)?.[0] as Directive['request']
    directives.push({ letter, argument, request, written, column: index })
    literals.push('')
  }
  if (directives.length === 0) throw noDirective(pattern, 0)
  return joined({ literals, directives })
}

const ESCAPED = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t']
])

function noDirective(pattern: string, column: number): SluiceError {
  const found = JSON.stringify(pattern.slice(column, column + 20))
  const allowed =
    'directives such as %h, %>s or %{Referer}i, or the name of a format: common, combined, combinedio, vhost_common, vhost_combined'
  return new SluiceError('E_PARSE_PATTERN', `column ${column + 1}: ${found} names no directive; allowed: ${allowed}`, {
    context: { pattern, column }
  })
}

/** The pieces of a time, such as `%{%F %T}t.%{msec_frac}t`, and `%U%q`, each as one directive. */
function joined({ literals, directives }: LogFormat): LogFormat {
  const out: LogFormat = { literals: [literals[0] ?? ''], directives: [] }
  for (const [index, found] of directives.entries()) {
    const before = out.directives.at(-1)
    const between = out.literals.at(-1) ?? ''
    const behind = literals[index + 1] ?? ''
    const both = before && together(before, between, found)
    if (both === undefined) out.directives.push(found)
    else {
      out.directives[out.directives.length - 1] = both
      out.literals.pop()
    }
    out.literals.push(behind)
  }
  return out
}

function together(first: Directive, between: string, second: Directive): Directive | undefined {
  const written = first.written + between + second.written
  if (first.letter === 'U' && second.letter === 'q' && between === '') return { ...first, letter: 'Uq', written }
  const formats = [first, second].map(({ letter, argument }) => (letter === 't' ? strftimeOf(argument) : undefined))
  if (formats[0] === undefined || formats[1] === undefined || between.length > 1) return undefined
  return { ...first, argument: formats[0] + between.replace('%', '%%') + formats[1], written }
}

/** The format of a `%{…}t` for strftime; undefined for those that stand for themselves. */
export function strftimeOf(argument = ''): string | undefined {
  const format = argument.replace(/^(?:begin|end):/, '')
  return FRACTIONS.get(format) ?? (format.includes('%') ? format : undefined)
}

const FRACTIONS = new Map([
  ['sec', '%s'],
  ['msec_frac', '%3f'],
  ['usec_frac', '%6f']
])
