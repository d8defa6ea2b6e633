// Fields taken from the path of a file: `${service}` in a glob stands for `*` and names what it stood for.

import { resolve } from 'node:path'
import picomatch from 'picomatch'
import type { Fields } from '#record'

const PLACEHOLDER = /\$\{([A-Za-z_][\w.]*)\}/g
/** ECS has objects of these names; a path names what their `name` is. */
const OBJECTS = new Set(['agent', 'cloud', 'container', 'host', 'orchestrator', 'process', 'service', 'user'])

/** A glob as picomatch reads it: each `${name}` as `*`. */
export function withoutPlaceholders(pattern: string): string {
  return pattern.replace(PLACEHOLDER, '*')
}

/**
 * Returns the fields of a path, nested, by the first pattern that matches it; undefined where no pattern has a
 * placeholder. `${service}` makes `service.name`, as for other objects of ECS; `${a.b}` makes `a.b`; any other name
 * makes a field of `labels`.
 */
export function createPathFields(patterns: readonly string[]): ((path: string) => Fields | undefined) | undefined {
  const compiled = patterns.map(compile).filter(({ names }) => names.length > 0)
  if (compiled.length === 0) return undefined
  return path => {
    for (const { expression, names } of compiled) {
      const match = expression.exec(path)
      if (match !== null) return nest(names.map((name, i) => [name, match.groups?.[`field${i}`] ?? '']))
    }
    return undefined
  }
}

/** Dotted names of the fields that these patterns can make, each once. */
export function pathFieldNames(patterns: readonly string[]): string[] {
  const names = patterns.flatMap(pattern =>
    Array.from(pattern.matchAll(PLACEHOLDER), match => fieldName(match[1] ?? ''))
  )
  return [...new Set(names)]
}

function compile(pattern: string): { expression: RegExp; names: readonly string[] } {
  const names: string[] = []
  // Words that stay as they are while the glob around them becomes an expression, and then make way for groups.
  const marked = resolve(pattern).replace(PLACEHOLDER, (_, name: string) => `sluice${names.push(name) - 1}placeholder`)
  const { source } = picomatch.makeRe(marked, { dot: true })
  return { expression: new RegExp(source.replace(/sluice(\d+)placeholder/g, '(?<field$1>[^/]+)')), names }
}

function nest(entries: readonly (readonly [string, string])[]): Fields {
  const fields: Fields = {}
  for (const [name, value] of entries) {
    const keys = fieldName(name).split('.')
    const last = keys.pop() ?? ''
    let inner = fields
    for (const key of keys) {
      const next = (inner[key] ?? {}) as Fields
      inner[key] = next
      inner = next
    }
    inner[last] = value
  }
  return fields
}

function fieldName(name: string): string {
  if (name.includes('.')) return name
  return OBJECTS.has(name) ? `${name}.name` : `labels.${name}`
}
