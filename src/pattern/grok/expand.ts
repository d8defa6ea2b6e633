// Puts the definitions in the place of their names, down to a plain expression, and gives each value that is captured a
// group of its own.

import { patternError } from '../expression.ts'
import type { Definitions } from './definitions.ts'

/** How a value is read, by the words of Elasticsearch's grok processor. */
export type GrokType = 'string' | 'int' | 'long' | 'float' | 'double' | 'boolean'

/** A value that is captured; several groups where one field is named in several places. */
export interface GrokField {
  /** Its dotted name. */
  readonly field: string
  readonly type: GrokType
}

export interface Expanded {
  /** Oniguruma's way of writing; the group `f3` belongs to `fields[3]`. */
  readonly source: string
  readonly fields: readonly GrokField[]
}

/** `%{SYNTAX}`, `%{SYNTAX:field}`, `%{SYNTAX:field:type}` and `%{SYNTAX:field=definition}`; see Elasticsearch's "Grok". */
const REFERENCE = /%\{([A-Za-z0-9_]+)(?::([A-Za-z0-9@[\]_:.-]+))?(?:=((?:[^{}]|\{[^{}]*\})+))?\}/g
const GROUP = /\(\?(?:<(?![=!])([^>]+)>|'([^']+)')/g
const TYPES: readonly string[] = ['string', 'int', 'long', 'float', 'double', 'boolean'] satisfies GrokType[]

/** @throws SluiceError E_PARSE_PATTERN for a name that is not defined, one that stands in its own definition, or no type */
export function expand(pattern: string, option: string, definitions: Definitions): Expanded {
  const fields: GrokField[] = []
  const own = new Map(definitions)

  function resolve(text: string, within: readonly string[], columnOf: (index: number) => number): string {
    return text
      .replace(GROUP, (_, name, quoted) => capture(name ?? quoted, 'string'))
      .replace(REFERENCE, (found, name, target, definition, index) => {
        const refuse = (problem: string) => patternError(pattern, option, columnOf(index), `${found}: ${problem}`)
        if (within.includes(name)) throw refuse(`stands in its own definition, by way of ${within.join(', ')}`)
        if (definition !== undefined) own.set(name, definition)
        const meaning = own.get(name)
        if (meaning === undefined)
          throw refuse(`"${name}" is not defined; allowed: the standard names, or one of "pattern_definitions"`)
        const inner = resolve(meaning, [...within, name], () => columnOf(index))
        if (target === undefined) return `(?:${inner})`
        const [field = '', type = 'string', ...rest] = target.split(':')
        if (!isType(type) || rest.length > 0) throw refuse(`its type is none; allowed: ${TYPES.join(', ')}`)
        return `${capture(field, type)}${inner})`
      })
  }

  function capture(name: string, type: GrokType): string {
    // A group of this expression that was numbered already, in a definition that was put in.
    if (/^f\d+$/.test(name) && Number(name.slice(1)) < fields.length) return `(?<${name}>`
    fields.push({ field: dotted(name), type })
    return `(?<f${fields.length - 1}>`
  }

  return { source: resolve(pattern, [], index => index), fields }
}

function isType(name: string): name is GrokType {
  return TYPES.includes(name)
}

/** Logstash writes `[source][ip]` for `source.ip`. */
function dotted(name: string): string {
  return name.startsWith('[') ? name.slice(1, -1).split('][').join('.') : name
}

/** A pattern with those names written out that stand for several things behind each other, so that it shows where in them a text stops. */
export function unfolded(pattern: string, definitions: Definitions, depth = 4): string {
  if (depth === 0) return pattern
  return pattern.replace(REFERENCE, (found, name, _target, own, index) => {
    const meaning = own ?? definitions.get(name) ?? ''
    const isRepeated = /^[?*+{]/.test(pattern.slice(index + found.length))
    const isSeveral = meaning.includes('%{') && !hasAlternatives(meaning)
    return isSeveral && !isRepeated ? unfolded(meaning, definitions, depth - 1) : found
  })
}

/** Whether a `|` stands outside of all brackets. */
function hasAlternatives(pattern: string): boolean {
  let bare = pattern.replace(/\\./gs, '_').replace(/\[[^\]]*\]/g, '_')
  for (let inner = ''; inner !== bare; ) {
    inner = bare
    bare = bare.replace(/\([^()]*\)/g, '_')
  }
  return bare.includes('|')
}
