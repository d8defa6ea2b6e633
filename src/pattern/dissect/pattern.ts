// Takes a dissect pattern apart into keys and what stands between them. Both Elasticsearch's and Beats' ways of writing are
// understood; see "Dissect processor" of either.

import { patternError } from '../expression.ts'

/** How a value is read, by the words of Beats' dissect. */
export type DissectType = 'integer' | 'long' | 'float' | 'double' | 'boolean' | 'ip' | 'string'

/** What becomes of the text of a key. */
export type DissectRole =
  | { readonly kind: 'field' }
  /** Joined with the others of its name, in this order. */
  | { readonly kind: 'append'; readonly order: number }
  | { readonly kind: 'skip' }
  /** The text names the field that the value of the same name goes to. */
  | { readonly kind: 'name' }
  | { readonly kind: 'value' }

export interface DissectKey {
  readonly name: string
  readonly role: DissectRole
  readonly type: DissectType
  /** Whether what follows it may stand there several times. */
  readonly isPadded: boolean
  /** How many characters it has, where that is written. */
  readonly length: number | undefined
  /** What stands between it and the next key. */
  readonly behind: string
}

export interface DissectPattern {
  readonly before: string
  readonly keys: readonly DissectKey[]
}

const TYPES: readonly string[] = [
  'integer',
  'long',
  'float',
  'double',
  'boolean',
  'ip',
  'string'
] satisfies DissectType[]
const KEY = /^([+?*&]?)([^|#/>]*?)(?:\/(\d+))?(?:#(\d+))?(?:\|([a-z]+))?(->)?$/

/** @throws SluiceError E_PARSE_PATTERN for a pattern without keys, a key that is none, or two with nothing between them */
export function readDissect(pattern: string, option: string): DissectPattern {
  const found = [...pattern.matchAll(/%\{([^{}]*)\}/g)]
  if (found.length === 0)
    throw patternError(pattern, option, 0, 'names no key; allowed: keys as %{name} with text between them')
  const asked = new Set(found.flatMap(([, key = '']) => (key.startsWith('&') ? key.slice(1) : [])))
  const keys = found.map((match, index) => {
    const next = found[index + 1]
    const behind = pattern.slice(match.index + match[0].length, next?.index)
    const key = keyOf(match[1] ?? '', behind, asked, problem => patternError(pattern, option, match.index, problem))
    if (behind === '' && next !== undefined && key.length === undefined) {
      const problem = `has nothing between it and ${next[0]}, so that neither can be told from the other; allowed: text between them, or a length as %{${key.name}#8}`
      throw patternError(pattern, option, match.index, problem)
    }
    return key
  })
  const orphan = keys.findIndex(
    ({ name, role }) => isHalf(role) && !keys.some(other => other.name === name && areHalves(role, other.role))
  )
  if (orphan !== -1) {
    throw patternError(
      pattern,
      option,
      found[orphan]?.index ?? 0,
      'has no other half; allowed: %{*name} and %{&name} together, or %{?name} for the first'
    )
  }
  return { before: pattern.slice(0, found[0]?.index), keys }
}

const isHalf = ({ kind }: DissectRole): boolean => kind === 'name' || kind === 'value'

/** Whether one of them names the field of the other; in Beats a key may do so that is a field itself. */
function areHalves(one: DissectRole, other: DissectRole): boolean {
  if (other.kind === 'value') return isNaming(one)
  return one.kind === 'value' && isNaming(other)
}

/** Whether the text of such a key may name the field of another. */
export const isNaming = ({ kind }: DissectRole): boolean => kind === 'name' || kind === 'field'

function keyOf(
  text: string,
  behind: string,
  asked: ReadonlySet<string>,
  refuse: (problem: string) => Error
): DissectKey {
  const match = KEY.exec(text)
  if (match === null)
    throw refuse('is no key; allowed: %{name}, with +, ?, * or & before the name and /2, #8, |integer or -> behind it')
  const [, modifier = '', name = '', order, length, type = 'string', padding] = match
  if (!isType(type)) throw refuse(`its type is none; allowed: ${TYPES.join(', ')}`)
  if (order !== undefined && modifier !== '+') throw refuse('has an order, but is not appended; allowed: %{+name/2}')
  if (name === '' && modifier !== '' && modifier !== '?') throw refuse('has no name')
  return {
    name,
    type,
    role: roleOf(modifier, name, Number(order ?? 0)),
    isPadded: padding !== undefined,
    length: length === undefined ? undefined : Number(length),
    behind
  }

  function roleOf(sign: string, own: string, position: number): DissectRole {
    if (sign === '+') return { kind: 'append', order: position }
    // Beats has `%{?name}` for what Elasticsearch writes `%{*name}`.
    if (sign === '*' || (sign === '?' && asked.has(own))) return { kind: 'name' }
    if (sign === '&') return { kind: 'value' }
    return own === '' || sign === '?' ? { kind: 'skip' } : { kind: 'field' }
  }
}

function isType(name: string): name is DissectType {
  return TYPES.includes(name)
}
