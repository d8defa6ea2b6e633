// What a condition looks at of a document, made of what was read of a line before there is a document: the fields that it
// reads, and the objects around them wherever the document has them. The condition itself is the interpreter's.

import { type Ascii, type Cuts, textAt, type Values } from '#parse'
import type { Fields, Value } from '#record'
import { isSure, isThere, type Node, type Tree } from './tree.ts'

export type View = (line: Ascii, values: Values, cuts: Cuts) => Fields

/** Undefined where it cannot be told beforehand what the condition will find. */
export function compileView(tree: Tree, reads: readonly string[]): View | undefined {
  if (reads.some(name => name === 'tags' || name.startsWith('tags.'))) return undefined
  const code = objectCode(tree, '', reads)
  if (code === undefined) return undefined
  const make = new Function('timeOf', 'textAt', `return (line, values, cuts) => (${code})`)
  return make(timeOf, textAt) as View
}

/** An object with those of its members that are read. */
function objectCode({ members }: Tree, prefix: string, reads: readonly string[]): string | undefined {
  const code: string[] = []
  for (const [name, node] of members) {
    const path = prefix + name
    const isWhole = reads.some(read => path === read || path.startsWith(`${read}.`))
    if (node.kind === 'gone' || !(isWhole || reads.some(read => read.startsWith(`${path}.`)))) continue
    const value = nodeCode(node, path, reads)
    // As a name in code it would mean something else.
    if (value === undefined || name === '__proto__') return undefined
    code.push(`${JSON.stringify(name)}: ${value}`)
  }
  return `{ ${code.join(', ')} }`
}

function nodeCode(node: Node, path: string, reads: readonly string[]): string | undefined {
  if (node.kind === 'object') {
    const inner = objectCode(node, `${path}.`, reads)
    return inner === undefined || isSure(node) ? inner : `${isThere(node)} ? ${inner} : undefined`
  }
  if (node.kind === 'fixed') return typeof node.part === 'string' ? node.part : undefined
  if (node.kind !== 'value' || node.otherwise !== undefined) return undefined
  const [from, to] = [`cuts[${2 * node.number}]`, `cuts[${2 * node.number + 1}]`]
  const cut = `textAt(line, ${from}, ${to})`
  const value = path === '@timestamp' ? `timeOf(values[${node.number}])` : `values[${node.number}]`
  return `${to} !== 0 ? ${node.isNumber ? `Number(${cut})` : cut} : ${value}`
}

/** As the document has it. */
function timeOf(time: Value | undefined): Value | undefined {
  return typeof time === 'number' ? new Date(time).toISOString() : time
}
