// Access logs of nginx, by their own `log_format`. A line is taken apart as nginx put it together: with `escape=default`,
// which writes quotes, backslashes and all that is not printable ASCII as `\xXX`, and `-` where a variable has no value.

import { isUtf8 } from 'node:buffer'
import Type, { type Static } from 'typebox'
import { SluiceError } from '#errors'
import { compileScanner, findMismatch, plan, type Slot } from '#pattern'
import { type TimeReader, timestamps } from '#time'
import { type Capture, text as keyword } from './capture.ts'
import { accessEventTypes, writeAccessEvent } from './http.ts'
import { rank, variable } from './nginx-variables.ts'
import { closed, type Parser } from './parser.ts'
import { setter } from './values.ts'

/** The format that nginx uses where none is named; see "log_format" of ngx_http_log_module. */
const COMBINED =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"'

export const schema = Type.Object(
  {
    format: Type.Literal('nginx', { description: 'Access logs of nginx.' }),
    pattern: Type.Optional(
      Type.String({
        minLength: 1,
        description: `The \`log_format\` of nginx.conf as one text, with \`escape=default\`. Where it is left out: \`${COMBINED}\`.`
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
export function nginx({ pattern = COMBINED }: Options): Parser {
  const { literals, variables } = readPattern(pattern)
  const bound = bind(variables)
  const captures = bound.map(({ capture }) => capture)
  const planned = plan({ pattern, literals, slots: bound.map(({ slot }) => slot) })
  const scan = compileScanner(planned)
  return closed({
    format: 'nginx',
    writes: Object.assign({}, accessEventTypes, ...captures.map(({ writes }) => writes)),
    read(text, values) {
      const found = scan(text)
      if (found === undefined) return false
      writeAccessEvent(values)
      const isEscaped = text.includes('\\')
      for (let i = 0; i < found.length; i++) {
        const value = found[i] ?? ''
        // A header that was sent empty says no more than one that was not sent.
        if (value !== '' && value !== '-') captures[i]?.write(values, isEscaped ? unescaped(value) : value)
      }
      return true
    },
    mismatch: text => findMismatch(planned, text) ?? { column: text.length, expected: 'the end of the line' }
  })
}

/** A variable where a pattern names it. */
interface Named {
  readonly name: string
  /** As it stands in the pattern. */
  readonly written: string
  readonly column: number
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
    variables.push({ name, written: match[0], column: at })
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

interface Bound {
  readonly slot: Slot
  readonly capture: Capture
}

/**
 * Gives each variable its fields. Of several that want the same field the first in rank has it, the others keep their
 * text under `nginx.access`; of several times the finest is the event's, since all are of one moment.
 */
function bind(variables: readonly Named[]): Bound[] {
  const bound: Bound[] = []
  const taken = new Set<string>()
  const inRank = [...variables.entries()].sort(([, a], [, b]) => rank(a.name) - rank(b.name))
  for (const [index, { name, written, column }] of inRank) {
    const own = `nginx.access.${name}`
    const { shape, capture, time } = variable(name)
    const slot = { name: written, column, shape }
    if (time !== undefined) {
      bound[index] = taken.has('@timestamp') ? { slot, capture: unwritten } : timed(slot, time)
    } else {
      const wanted = capture(own)
      const isTaken = Object.keys(wanted.writes).some(field => taken.has(field))
      bound[index] = { slot, capture: isTaken ? keyword()(own) : wanted }
    }
    for (const field of Object.keys(bound[index]?.capture.writes ?? {})) taken.add(field)
  }
  return bound
}

const unwritten: Capture = { writes: {}, write: () => {} }

/** The event's time; it is read once, when the scanner asks whether it is one. */
function timed(slot: Slot, read: TimeReader): Bound {
  const timestamp = timestamps(read)
  const set = setter('@timestamp')
  return {
    slot: { ...slot, shape: { ...slot.shape, fits: text => timestamp(text) !== undefined } },
    capture: {
      writes: { '@timestamp': 'date' },
      write: (values, text) => set(values, timestamp(text) ?? null)
    }
  }
}

/** Undoes `\xXX`; runs of them that are no UTF-8, as in the requests of scanners, stay as they are written. */
function unescaped(text: string): string {
  if (!text.includes('\\x')) return text
  return text.replace(/(?:\\x[0-9A-Fa-f]{2})+/g, run => {
    const bytes = Buffer.from(run.replaceAll('\\x', ''), 'hex')
    return isUtf8(bytes) ? bytes.toString() : run
  })
}
