// What stands where in the documents of a parser, before any line: a tree of names, of which a renderer is made. Numbers of
// fields are those of the lists that parsers put values and cuts into.

import { numberOf } from '#parse'
import { type Fields, type FieldType, isFields, type Value } from '#record'

/** What may stand under a name. */
export type Node =
  | { readonly kind: 'object'; readonly members: Map<string, Node> }
  /** A piece of JSON that is known before any line. */
  | { readonly kind: 'fixed'; readonly part: Part }
  /** A statement that puts one of the renderer's arguments. */
  | { readonly kind: 'given'; readonly put: string }
  /** A value of the parser, and what stands there where it is missing. */
  | { readonly kind: 'value'; readonly number: number; readonly isNumber: boolean; readonly otherwise?: Node }
  /** What stood there was taken away; an object that it stood in is there all the same. */
  | { readonly kind: 'gone'; readonly was: Node }

export type Tree = Extract<Node, { kind: 'object' }>

/** Text that is always the same, the number of a place's own, or the prefix of its ids. */
export type Part = string | number | typeof ID_PREFIX
export const ID_PREFIX = Symbol('prefix')

const GIVEN = new Map([
  // What tells no time is tagged, as the interpreter does it.
  ['@timestamp', `isUndated = true\nat = putTime(to, at, readAt)`],
  ['log.offset', 'at = putInteger(to, at, start)'],
  ['sluice.end_offset', 'at = putInteger(to, at, end)']
])

export function treeOf(fields: Fields, path: readonly string[], paths: string[][]): Tree {
  const members = new Map<string, Node>()
  for (const [name, value] of Object.entries(fields)) {
    const here = [...path, name]
    const put = GIVEN.get(here.join('.'))
    if (put !== undefined) members.set(name, { kind: 'given', put })
    else if (isFields(value)) members.set(name, treeOf(value, here, paths))
    else if (value !== undefined) members.set(name, { kind: 'fixed', part: paths.push(here) - 1 })
  }
  return { kind: 'object', members }
}

export function plant({ members }: Tree, [name = '', ...path]: readonly string[], node: (found?: Node) => Node): void {
  const found = members.get(name)
  if (path.length === 0) {
    members.set(name, node(found))
    return
  }
  const tree: Tree = found?.kind === 'object' ? found : { kind: 'object', members: new Map() }
  members.set(name, tree)
  plant(tree, path, node)
}

export function valueNode(field: string, type: FieldType): (found?: Node) => Node {
  const isNumber = type === 'long' || type === 'double'
  const value = { kind: 'value', number: numberOf(field), isNumber } as const
  return found => (found === undefined ? value : { ...value, otherwise: found })
}

export function constant(value: Value): Node {
  return { kind: 'fixed', part: JSON.stringify(value) }
}

/** Whether something always stands there. */
export function isSure(node: Node): boolean {
  if (node.kind === 'value') return node.otherwise !== undefined
  if (node.kind === 'gone') return isSure(node.was)
  return node.kind !== 'object' || [...node.members.values()].some(isSure)
}

/** All that stands at a node which is no object, or was taken away. */
export function leavesOf(node: Node): readonly Node[] {
  return node.kind === 'object' ? [...node.members.values()].flatMap(leavesOf) : [node]
}

/** The condition under which something stands at a node where nothing is sure. */
export function isThere(node: Node): string {
  if (node.kind === 'value') return `cuts[${2 * node.number + 1}] !== 0 || values[${node.number}] !== undefined`
  if (node.kind === 'gone') return isThere(node.was)
  return node.kind === 'object' ? [...node.members.values()].map(isThere).join(' || ') : 'true'
}
