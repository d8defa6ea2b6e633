// Makes of a parser's declared fields a function that writes a document's JSON straight from values, without the document.
// It says what the interpreter would say: a property test holds them equal.

import { numberOf, type Values } from '#parse'
import { type Fields, type FieldTypes, isFields, type Offset, type Value } from '#record'
import { NO_TIMESTAMP } from './process.ts'

/** What is the same for all documents of a place, as the pieces of JSON that a renderer asks for. */
export type Fixed = readonly string[]

export interface Renderer {
  /** The pieces for a place, of the document that every line there begins with. */
  fixed(skeleton: Fields): Fixed
  /** A document as JSON. The values that the parser declares are taken out of the list. */
  render(values: Values, fixed: Fixed, start: Offset, end: Offset, readAt: string): string
}

/**
 * A renderer for a parser's fields.
 * @param skeleton what every document begins with; of other places its values may differ, but not its names
 */
export function compileRenderer(writes: FieldTypes, skeleton: Fields): Renderer {
  const paths: string[][] = []
  const tree = treeOf(skeleton, [], paths)
  for (const field of Object.keys(writes)) plant(tree, field.split('.'), numberOf(field))
  const code = objectCode(tree).toSpliced(-1, 0, 's += tags')
  const body = ['let v, c', 'let s = ""', 'let tags = ""', ...code, 'return s'].join('\n')
  const make = new Function('json', `return (values, fixed, start, end, readAt) => {\n${body}\n}`)
  return {
    fixed: other => paths.map(path => JSON.stringify(path.reduce<Value | undefined>(inner, other) ?? null)),
    render: make(json)
  }
}

/** What may stand under a name. */
type Node =
  | { readonly kind: 'object'; readonly members: Map<string, Node> }
  /** A piece of JSON of the place. */
  | { readonly kind: 'fixed'; readonly index: number }
  /** An expression of the renderer's arguments. */
  | { readonly kind: 'given'; readonly expression: string }
  /** A value of the parser, and what stands there where it is missing. */
  | { readonly kind: 'value'; readonly number: number; readonly otherwise?: Node }

type Tree = Extract<Node, { kind: 'object' }>

const GIVEN = new Map([
  // What tells no time is tagged, as the interpreter does it.
  ['@timestamp', `(tags = ',"tags":["${NO_TIMESTAMP}"]', '"' + readAt + '"')`],
  ['log.offset', 'start'],
  ['sluice.end_offset', 'end']
])

function treeOf(fields: Fields, path: readonly string[], paths: string[][]): Tree {
  const members = new Map<string, Node>()
  for (const [name, value] of Object.entries(fields)) {
    const here = [...path, name]
    const expression = GIVEN.get(here.join('.'))
    if (expression !== undefined) members.set(name, { kind: 'given', expression })
    else if (isFields(value)) members.set(name, treeOf(value, here, paths))
    else if (value !== undefined) members.set(name, { kind: 'fixed', index: paths.push(here) - 1 })
  }
  return { kind: 'object', members }
}

function plant({ members }: Tree, [name = '', ...path]: readonly string[], number: number): void {
  const found = members.get(name)
  if (path.length === 0) {
    members.set(name, { kind: 'value', number, ...(found !== undefined && { otherwise: found }) })
    return
  }
  const tree: Tree = found?.kind === 'object' ? found : { kind: 'object', members: new Map() }
  members.set(name, tree)
  plant(tree, path, number)
}

/** Whether something always stands there. */
function isSure(node: Node): boolean {
  if (node.kind === 'value') return node.otherwise !== undefined
  return node.kind !== 'object' || [...node.members.values()].some(isSure)
}

/** Statements that add an object to `s`. What is always there goes first, so that its commas are known. */
function objectCode({ members }: Tree): string[] {
  const all = [...members].map(([name, node]) => ({ key: `${JSON.stringify(name)}:`, node }))
  const sure = all.filter(({ node }) => isSure(node))
  const unsure = all.filter(({ node }) => !isSure(node))
  const code = ["s += '{'"]
  for (const [index, { key, node }] of sure.entries()) {
    code.push(...nodeCode(node, `${index === 0 ? '' : ','}${key}`))
  }
  if (sure.length === 0) code.push("c = ''")
  for (const { key, node } of unsure) {
    const comma = sure.length > 0 ? "','" : 'c'
    const begin = `s += ${comma} + ${quote(key)}`
    const then = node.kind === 'object' ? withOwnComma(objectCode(node)) : valueCode(node)
    code.push(`if (${isThere(node)}) {`, begin, ...then, ...(sure.length > 0 ? [] : ["c = ','"]), '}')
  }
  return [...code, "s += '}'"]
}

/** An object within an object has commas of its own. */
function withOwnComma(code: readonly string[]): string[] {
  return ['{', 'let c', ...code, '}']
}

function nodeCode(node: Node, key: string): string[] {
  return [`s += ${quote(key)}`, ...(node.kind === 'object' ? withOwnComma(objectCode(node)) : valueCode(node))]
}

function valueCode(node: Exclude<Node, { kind: 'object' }>): string[] {
  if (node.kind === 'given') return [`s += ${node.expression}`]
  if (node.kind === 'fixed') return [`s += fixed[${node.index}]`]
  const take = `v = values[${node.number}]`
  const { otherwise } = node
  if (otherwise === undefined) return [take, `values[${node.number}] = undefined`, 's += json(v)']
  const instead = otherwise.kind === 'object' ? objectCode(otherwise) : valueCode(otherwise)
  return [
    take,
    `if (v === undefined) {`,
    ...instead,
    `} else {`,
    `values[${node.number}] = undefined`,
    's += json(v)',
    '}'
  ]
}

/** The condition under which something stands at a node where nothing is sure. */
function isThere(node: Node): string {
  if (node.kind === 'value') return `values[${node.number}] !== undefined`
  return node.kind === 'object' ? [...node.members.values()].map(isThere).join(' || ') : 'true'
}

/** What JSON escapes: controls, quotes, backslashes, and surrogates that stand alone. */
const SPECIAL = /[^ !#-[\]-\ud7ff\ue000-\uffff]/

function json(value: Value): string {
  if (typeof value === 'string') return SPECIAL.test(value) ? JSON.stringify(value) : `"${value}"`
  return JSON.stringify(value)
}

function inner(value: Value | undefined, name: string): Value | undefined {
  return isFields(value) ? value[name] : undefined
}

function quote(text: string): string {
  return JSON.stringify(text)
}
