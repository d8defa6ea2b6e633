// Decides which lines belong together, as `multiline` of a pipeline says. It only decides; joining, and the limits of
// lines and of time, are the framer's.

import Type, { type Static } from 'typebox'
import { SluiceError } from '#errors'
import { allowSlowDescription, compileExpression, limited, refuseExponential } from '#pattern'
import { dotnet } from './dotnet.ts'
import { go } from './go.ts'
import { java } from './java.ts'
import { type Grouping, runMachine } from './machine.ts'
import { mysqlSlow } from './mysql-slow.ts'
import { node } from './node.ts'
import { php } from './php.ts'
import { python } from './python.ts'
import { ruby } from './ruby.ts'
import { rust } from './rust.ts'

export type { Grouping } from './machine.ts'

const presets = {
  python: () => runMachine(python),
  java: () => runMachine(java),
  'mysql-slow': mysqlSlow,
  node: () => runMachine(node),
  go: () => runMachine(go),
  dotnet: () => runMachine(dotnet),
  ruby: () => runMachine(ruby),
  php: () => runMachine(php),
  rust: () => runMachine(rust)
} as const

type PresetName = keyof typeof presets

const expression = (description: string) => Type.Optional(Type.String({ minLength: 1, description }))

export const multilineSchema = Type.Object(
  {
    preset: Type.Optional(
      Type.Unsafe<PresetName>({
        enum: Object.keys(presets),
        description:
          'A log line and the stack trace that follows it are one event, and so is a stack trace alone, as the programs of this platform write them. A message that goes on over lines before its trace is torn from it, since nothing tells these lines from log lines: `startsWith` with what every log line begins with, such as its date, joins both. `java` is also for Kotlin and Scala. What a trace says of the error goes to `error` with the formats of loggers, and with `trace` of `regex`, `grok` and `dissect`. `mysql-slow` joins the entries of MySQL’s slow query log.'
      })
    ),
    startsWith: expression(
      'A regular expression: a line in which it is found begins an event, all others continue the one before. Begin it with `^`.'
    ),
    continuesWith: expression(
      'A regular expression: a line in which it is found continues the event before it, all others begin one. Begin it with `^`.'
    ),
    allowSlow: Type.Optional(Type.Boolean({ default: false, description: allowSlowDescription })),
    maxLines: Type.Integer({
      default: 500,
      minimum: 1,
      maximum: 100_000,
      description: 'Most lines of one event; the next line begins another.'
    }),
    timeoutMs: Type.Integer({
      default: 2_000,
      minimum: 10,
      maximum: 600_000,
      description: 'An event to which no line was added for so many milliseconds is shipped as it is.'
    })
  },
  {
    description:
      'How lines are joined to events of several lines, by exactly one of `preset`, `startsWith` and `continuesWith`.'
  }
)
export type MultilineOptions = Static<typeof multilineSchema>

const WAYS = ['preset', 'startsWith', 'continuesWith'] as const

/**
 * Compiles the options once. What it returns makes a grouping for each stream and generation; a grouping may begin at
 * any line, and one that begins where a group began decides as the one that was there before.
 * @throws SluiceError E_CONFIG where not exactly one way is chosen, E_PARSE_PATTERN for what is no regular expression, or
 * takes exponential time
 */
export function createGrouping(options: Pick<MultilineOptions, (typeof WAYS)[number] | 'allowSlow'>): () => Grouping {
  const chosen = WAYS.filter(way => options[way] !== undefined)
  if (chosen.length !== 1) {
    const found = chosen.length === 0 ? 'none' : chosen.map(way => JSON.stringify(way)).join(' and ')
    const allowed = WAYS.map(way => JSON.stringify(way)).join(', ')
    throw new SluiceError('E_CONFIG', `found ${found}; allowed: exactly one of ${allowed}`, { context: { chosen } })
  }
  const { preset, startsWith, continuesWith, allowSlow } = options
  if (preset !== undefined) return presets[preset]
  if (startsWith !== undefined) {
    const starts = tester(startsWith, 'startsWith', allowSlow)
    return () => ({ continues: text => !starts(text) })
  }
  const continues = tester(continuesWith ?? '', 'continuesWith', allowSlow)
  return () => ({ continues })
}

/** Whether a line fits; one that takes too long does not. */
function tester(pattern: string, option: string, allowSlow: boolean | undefined): (text: string) => boolean {
  const expression = compileExpression(pattern, option)
  const isSure = refuseExponential(expression, { pattern, option, allowSlow })
  const within = limited([pattern], isSure)
  return text => within(text, () => expression.test(text)) === true
}
