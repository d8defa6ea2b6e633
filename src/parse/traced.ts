// The option `trace` of formats whose patterns people write: the trace below a log line goes to `error`, and the pattern is
// held to what stands before it. A trace without a log line is taken too, since nothing else would.

import Type from 'typebox'
import type { FieldTypes } from '#record'
import { dotnetTraces } from './dotnet-trace.ts'
import { goTraces } from './go-trace.ts'
import { collide, wrongOption } from './groups.ts'
import { javaTraces } from './java-trace.ts'
import { nodeTraces } from './node-trace.ts'
import type { Closed } from './parser.ts'
import { phpTraces } from './php-trace.ts'
import { pythonTraces } from './python-traceback.ts'
import { rubyTraces } from './ruby-trace.ts'
import { rustTraces } from './rust-trace.ts'
import { errorTypes, firstLine, type Traces } from './traces.ts'
import { numberOf, setter, type Values } from './values.ts'

const platforms = {
  python: pythonTraces,
  java: javaTraces,
  node: nodeTraces,
  go: goTraces,
  dotnet: dotnetTraces,
  ruby: rubyTraces,
  php: phpTraces,
  rust: rustTraces
} as const satisfies Record<string, Traces>
type Platform = keyof typeof platforms

export const traceSchema = Type.Optional(
  Type.Unsafe<Platform>({
    enum: Object.keys(platforms),
    description:
      'The platform whose stack traces stand below these lines, where `multiline` joins them: `preset` of the same name does. The pattern is held to what stands before the trace; an error that ends the log line stays in it. The trace becomes `error.stack_trace`, and what it says of the error `error.type` and `error.message`. A trace without a log line is taken too. Where no message is said, `message` is what the error says.'
  })
)

const writes: FieldTypes = { message: 'match_only_text', ...errorTypes }
const setMessage = setter('message')
const message = numberOf('message')
const errorMessage = numberOf('error.message')
const errorType = numberOf('error.type')

/**
 * The format with the traces of a platform.
 * @throws SluiceError E_PARSE_OPTION where its pattern writes a field of the trace
 */
export function traced(format: Closed, platform: Platform | undefined): Closed {
  if (platform === undefined) return format
  refuseShared(format.writes)
  const traces: Traces = platforms[platform]
  // A message that is empty, as Rails has it, is none.
  const write = (values: Values, trace: string): void => {
    traces.write(values, trace)
    const said = values[message]
    if (typeof said === 'string' && said.trim() !== '') return
    setMessage(values, values[errorMessage] ?? values[errorType] ?? firstLine(trace.trimStart()))
  }
  const readBare = (text: string, values: Values): boolean => {
    if (!traces.is(text)) return false
    write(values, text)
    return true
  }
  return {
    ...format,
    writes: { ...format.writes, ...writes },
    read(text, values, reading) {
      const isSeveral = text.includes('\n')
      if (isSeveral && readBare(text, values)) return true
      const end = isSeveral ? traces.at(text) : -1
      if (!format.read(headOf(text, end), values, reading)) return !isSeveral && readBare(text, values)
      if (end !== -1) write(values, text.slice(end + 1))
      return true
    },
    mismatch: text => format.mismatch(beforeTrace(text, platform))
  }
}

/** What of a text the pattern is held to. */
export function beforeTrace(text: string, platform: Platform | undefined): string {
  return platform === undefined || !text.includes('\n') ? text : headOf(text, platforms[platform].at(text))
}

/** A line in which the error itself stands is left whole. */
function headOf(text: string, end: number): string {
  if (end === -1) return text
  const newline = text.indexOf('\n', end)
  return newline === -1 ? text : text.slice(0, newline)
}

function refuseShared(written: FieldTypes): void {
  for (const [field, type] of Object.entries(written)) {
    const shared = Object.keys(writes).find(own => collide(own, field))
    if (shared === undefined || (field === 'message' && type === 'match_only_text')) continue
    throw wrongOption(
      ['trace'],
      `writes "${shared}", and the pattern "${field}"; allowed: a pattern without that field`
    )
  }
}
