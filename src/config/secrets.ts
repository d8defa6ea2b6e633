// `${NAME}` and `${file:/path}` in strings. What they stand for is remembered, so that everything shown afterwards shows
// the placeholder in its place.

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { getNodeValue } from 'jsonc-parser'
import { type Document, problemAt, whyUnreadable } from './document.ts'
import { didYouMean } from './nearest.ts'
import { type Path, type Problem, pathText } from './problem.ts'

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A document's value with its secrets filled in. */
export interface Resolved {
  readonly document: Document
  readonly value: unknown
  /** What is shown in place of strings that are secret, by `pathText`: they as they were written, or `hidden`. */
  readonly shown: ReadonlyMap<string, string>
  /** Paths of strings with a placeholder that stands for nothing; nothing more can be said of them. */
  readonly unresolved: ReadonlySet<string>
}

/** What placeholders stand for, over all files: the value to hide and what to show for it. */
export type Secrets = Map<string, string>

/** Where secrets may stand in a kind of file. */
export interface SecretRules {
  /** Whether placeholders are filled in at a path. */
  isFilledIn(path: Path): boolean
  /** Whether what stands at a path is a secret even where it is written out. */
  isHidden(path: Path): boolean
}

/** What is shown of a secret that is written out. */
const hidden = '(hidden)'

/**
 * Fills in the placeholders of a document.
 * @param secrets takes what they stand for
 * @param problems takes those that stand for nothing
 */
export function resolveSecrets(
  document: Document,
  rules: SecretRules,
  env: Environment,
  secrets: Secrets,
  problems: Problem[]
): Resolved {
  const shown = new Map<string, string>()
  const unresolved = new Set<string>()
  const value = mapStrings(getNodeValue(document.root), [], (text, path) => {
    const name = pathText(path)
    if (rules.isFilledIn(path) && text.includes('${')) {
      shown.set(name, text)
      const refuse = (index: number, message: string): void => {
        problems.push(problemAt(document, { path, index }, message))
        unresolved.add(name)
      }
      return fill(text, secrets, source => lookUp(source, document.folder, env), refuse)
    }
    if (rules.isHidden(path) && text !== '') {
      secrets.set(text, hidden)
      shown.set(name, hidden)
    }
    return text
  })
  return { document, value, shown, unresolved }
}

/** A copy of a JSON value with each string in it, but no key, replaced by what `change` makes of it. */
export function mapStrings(value: unknown, path: Path, change: (text: string, path: Path) => unknown): unknown {
  if (typeof value === 'string') return change(value, path)
  if (Array.isArray(value)) return value.map((item, index) => mapStrings(item, [...path, index], change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapStrings(item, [...path, key], change)]))
}

/** Replaces every secret in a text by its placeholder. Short ones are only replaced where they stand alone, so that `es` does not tear words apart. */
export function redactWith(secrets: Secrets): (text: string) => string {
  const shown = new Map<string, string>()
  for (const [value, placeholder] of secrets) {
    for (const form of [value, encodeURIComponent(value.toWellFormed()), JSON.stringify(value).slice(1, -1)]) {
      if (!shown.has(form)) shown.set(form, placeholder)
    }
  }
  if (shown.size === 0) return text => text
  const forms = [...shown.keys()].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(forms.map(form => (form.length < 8 ? alone(quote(form)) : quote(form))).join('|'), 'gu')
  return text => text.replaceAll(pattern, form => shown.get(form) ?? form)
}

const quote = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
const alone = (pattern: string): string => `(?<![\\p{L}\\p{N}_])${pattern}(?![\\p{L}\\p{N}_])`

const allowed = '${NAME} from the environment, ${file:/path} from a file, $${ for a plain ${'

function fill(
  text: string,
  secrets: Secrets,
  find: (source: string) => Found,
  refuse: (index: number, message: string) => void
): string {
  const placeholder = /\$\$\{|\$\{([^}]*)(\}?)/g
  return text.replaceAll(placeholder, (written, source: string | undefined, close: string, index: number) => {
    if (source === undefined) return '${'
    const found = close === '' ? { why: `${written} is not closed; allowed: ${allowed}` } : find(source)
    if ('why' in found) {
      refuse(index, found.why)
      return written
    }
    secrets.set(found.value, written)
    return found.value
  })
}

type Found = { readonly value: string } | { readonly why: string }

function lookUp(source: string, folder: string, env: Environment): Found {
  if (source.startsWith('file:')) return fromFile(resolve(folder, source.slice('file:'.length)))
  if (!/^[A-Za-z_]\w*$/.test(source)) return { why: `\${${source}} names no secret; allowed: ${allowed}` }
  const value = env[source]
  if (value === undefined) {
    return { why: `the environment variable ${source} is not set${didYouMean(source, Object.keys(env))}` }
  }
  return value === '' ? { why: `the environment variable ${source} is empty; allowed: a value` } : { value }
}

function fromFile(file: string): Found {
  try {
    const value = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    return value === '' ? { why: `the secret file ${file} is empty; allowed: a secret in it` } : { value }
  } catch (error) {
    return { why: `the secret file cannot be used: ${whyUnreadable(file, error)}` }
  }
}
