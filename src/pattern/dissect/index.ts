// Dissect: lines taken apart at fixed texts, without expressions. What a pattern takes, and what of it goes where, is what
// Elasticsearch's dissect processor says.

import type { Mismatch } from '../mismatch.ts'
import { type DissectKey, type DissectType, isNaming, readDissect } from './pattern.ts'

export type { DissectType } from './pattern.ts'

export interface DissectOptions {
  /** Where the pattern was written, as it is named in messages. */
  readonly option: string
  /** What stands between texts that are appended; where it is left out, what stood before each of them, as Beats has it. */
  readonly appendSeparator?: string | undefined
}

export interface DissectField {
  /** Its dotted name. */
  readonly field: string
  readonly type: DissectType
}

export interface Dissected {
  /** The text of each field, in their order. */
  readonly texts: readonly string[]
  /** Fields that the text itself names, and their texts. */
  readonly named: readonly (readonly [field: string, text: string])[]
}

export interface Dissect {
  readonly fields: readonly DissectField[]
  /** Whether texts may name fields of their own. */
  readonly isOpen: boolean
  match(text: string): Dissected | undefined
  /** Where a text that does not match stopped. */
  mismatch(text: string): Mismatch
}

/** @throws SluiceError E_PARSE_PATTERN where the pattern is none */
export function compileDissect(pattern: string, { option, appendSeparator }: DissectOptions): Dissect {
  const { before, keys } = readDissect(pattern, option)
  const fields = fieldsOf(keys)
  const sources = fields.map(({ field }) => sourcesOf(keys, field))
  const pairs = keys.flatMap(({ name, role }, index) =>
    role.kind === 'value' ? [[keys.findIndex(other => other.name === name && isNaming(other.role)), index]] : []
  )
  return {
    fields,
    isOpen: pairs.length > 0,
    match(text) {
      const found = split(text)
      if (found.length < keys.length) return undefined
      return {
        texts: sources.map(indices => joined(found, indices)),
        named: pairs.map(([name = 0, value = 0]) => [found[name] ?? '', found[value] ?? ''] as const)
      }
    },
    mismatch(text) {
      if (!text.startsWith(before)) return { column: 0, expected: JSON.stringify(before) }
      const found = split(text)
      const column = found.reduce((at, value, i) => at + value.length + (keys[i]?.behind.length ?? 0), before.length)
      return { column: Math.min(column, text.length), expected: JSON.stringify(keys[found.length]?.behind ?? '') }
    }
  }

  function joined(found: readonly string[], indices: readonly number[]): string {
    const [first = 0] = indices
    const [text = '', ...rest] = indices.length === 1 ? [found[first]] : indices.map(index => found[index])
    return rest.reduce<string>((all, next = '', i) => all + separatorBefore(indices[i + 1] ?? 0) + next, text)
  }

  function separatorBefore(index: number): string {
    return appendSeparator ?? (index === 0 ? FIRST_SEPARATOR : (keys[index - 1]?.behind ?? ''))
  }

  /** The texts of the keys, as far as they can be told. Of the same text twice in a row the value between is empty. */
  function split(text: string): string[] {
    const found: string[] = []
    if (!text.startsWith(before)) return found
    let start = before.length
    for (let index = 0; index < keys.length; index++) {
      const { behind, length } = keys[index] as DissectKey
      if (behind === '' && length === undefined) {
        found.push(text.slice(start))
        return found
      }
      const end = length === undefined ? text.indexOf(behind, start) : start + length
      if (end === -1 || end > text.length || !text.startsWith(behind, end)) return found
      found.push(text.slice(start, end))
      start = end + behind.length
      while (behind !== '' && text.startsWith(behind, start)) {
        // The next value is empty, and what ends it is this text, whatever is written behind it. A padded one has all.
        const isPadded = keys[index]?.isPadded === true
        if (!isPadded && index + 1 === keys.length) break
        start += behind.length
        if (isPadded) continue
        index += 1
        found.push('')
      }
    }
    return found
  }
}

/** What Beats puts before the text of a pattern's first key, where its order makes it a later one. */
const FIRST_SEPARATOR = ' '

const isKept = ({ role }: DissectKey): boolean => role.kind === 'field' || role.kind === 'append'

/** Each field once. */
function fieldsOf(keys: readonly DissectKey[]): DissectField[] {
  const types = new Map(keys.filter(isKept).map(({ name, type }) => [name, type]))
  return [...types].map(([field, type]) => ({ field, type }))
}

/** Numbers of the keys that a field's text is made of: the last of its name, or all where one of them is appended. */
function sourcesOf(keys: readonly DissectKey[], field: string): number[] {
  const all = keys.flatMap((key, index) => (key.name === field && isKept(key) ? [{ index, role: key.role }] : []))
  if (!all.some(({ role }) => role.kind === 'append')) return all.slice(-1).map(({ index }) => index)
  const orderOf = (role: DissectKey['role']) => (role.kind === 'append' ? role.order : 0)
  return all.sort((one, other) => orderOf(one.role) - orderOf(other.role)).map(({ index }) => index)
}
