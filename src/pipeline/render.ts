// Makes of a parser's declared fields a function that writes a document, with the action before it, into the body of a request:
// straight from values and from where they stand in their line. It says what the interpreter would say: a property test holds
// them equal.

import { ACTION } from '#bulk'
import type { Plain } from '#enrich'
import { type Ascii, type Cuts, numberOf, type Parser, type Values } from '#parse'
import { type Fields, type FieldType, isFields, type Offset, type Value } from '#record'
import { NO_TIMESTAMP } from './process.ts'
import { type Piece, pieceOf, putCut, putHex, putInteger, putPiece, putTime, putValue } from './put.ts'
import { type Decide, take } from './steps.ts'
import {
  constant,
  ID_PREFIX,
  isSure,
  isThere,
  type Node,
  type Part,
  plant,
  type Tree,
  treeOf,
  valueNode
} from './tree.ts'

/** What is the same for all documents of a place and a prefix of ids, as the pieces that a renderer asks for. */
export type Fixed = readonly Piece[]

export interface Renderer {
  /** Whether an event is dropped; left out where none ever is. */
  readonly drops: Decide | undefined
  /** The pieces for a place, of the document that every line there begins with. */
  fixed(skeleton: Fields, idPrefix: string): Fixed
  /**
   * Writes an action and a document, a newline behind each, at a place that has room for them; returns where they end. The
   * values that the parser declares are taken out of both lists.
   */
  render(
    to: Buffer,
    at: number,
    line: Ascii,
    values: Values,
    cuts: Cuts,
    fixed: Fixed,
    start: Offset,
    end: Offset,
    readAt: string
  ): number
}

export type Declared = Pick<Parser, 'always'> & { readonly writes: Readonly<Record<string, FieldType>> }

/**
 * A renderer for a parser's fields, as processors leave them; undefined where it cannot tell what stands where.
 * @param skeleton what every document begins with; of other places its values may differ, but not its names
 */
export function compileRenderer(
  { writes, always = {} }: Declared,
  skeleton: Fields,
  steps: readonly Plain[]
): Renderer | undefined {
  const paths: string[][] = []
  const tree = treeOf(skeleton, [], paths)
  for (const [field, type] of Object.entries(writes)) {
    if (!Object.hasOwn(always, field)) plant(tree, field.split('.'), valueNode(field, type))
  }
  for (const [field, value] of Object.entries(always)) plant(tree, field.split('.'), () => constant(value))
  if (tree.members.has('tags')) return undefined
  const taken = take(steps, tree)
  if (taken === undefined) return undefined
  const document = objectCode(tree)
  const noTimestamp = [`if (isUndated) {`, still(`,"tags":["${NO_TIMESTAMP}"]`), '}']
  const { code, pieces } = assemble([
    still(ACTION.before),
    still(ID_PREFIX),
    'at = putHex(to, at, start)',
    still(ACTION.behind),
    ...document.toSpliced(-1, 0, ...noTimestamp),
    still('\n'),
    ...taken.unused.flatMap(number => [`values[${number}] = undefined`, `cuts[${2 * number + 1}] = 0`])
  ])
  const names = Object.keys(PUTS)
  const body = `return (to, at, { bytes, base }, values, cuts, fixed, start, end, readAt) => {\nlet isUndated = false\n${code}\nreturn at\n}`
  return {
    drops: taken.drops,
    fixed(other, idPrefix) {
      const known = paths.map(path => JSON.stringify(path.reduce<Value | undefined>(inner, other) ?? null))
      const textOf = (part: Part) =>
        part === ID_PREFIX ? idPrefix : typeof part === 'number' ? (known[part] ?? '') : part
      return pieces.map(parts => pieceOf(parts.map(textOf).join('')))
    },
    render: new Function(...names, body)(...Object.values(PUTS))
  }
}

const COMMA = 0x2c
const PUTS = { putCut, putHex, putInteger, putPiece, putTime, putValue }

/** A statement, or what is put as it is. */
type Code = string | { readonly part: Part }

/** Whether what stands there is known before any line. */
function isStill(node: Node): boolean {
  return node.kind === 'fixed' || (node.kind === 'object' && [...node.members.values()].every(isStill))
}

const still = (part: Part): Code => ({ part })

/** What is always there goes first, so that its commas are known, and before that what is always the same, in one piece. */
function objectCode({ members }: Tree): Code[] {
  const present = [...members].filter(([, { kind }]) => kind !== 'gone')
  const all = present.map(([name, node]) => ({ key: `${JSON.stringify(name)}:`, node }))
  const sure = all.filter(({ node }) => isSure(node))
  const unsure = all.filter(({ node }) => !isSure(node))
  const inOrder = [...sure.filter(({ node }) => isStill(node)), ...sure.filter(({ node }) => !isStill(node))]
  const code = [still('{')]
  for (const [index, { key, node }] of inOrder.entries()) {
    code.push(still(`${index === 0 ? '' : ','}${key}`), ...nodeCode(node))
  }
  for (const { key, node } of unsure) {
    code.push(`if (${isThere(node)}) {`, still(sure.length > 0 ? `,${key}` : key), ...nodeCode(node))
    code.push(...(sure.length > 0 ? [] : [still(',')]), '}')
  }
  if (sure.length > 0) return [...code, still('}')]
  // The last of several that may be there has a comma too many; one of them is there, or was taken away, or the object is not.
  const isNeverEmpty = present.length === members.size
  return [...code, isNeverEmpty ? 'to[at - 1] = 0x7d' : `to[to[at - 1] === ${COMMA} ? at - 1 : at++] = 0x7d`]
}

function nodeCode(node: Node): Code[] {
  if (node.kind === 'object') return objectCode(node)
  if (node.kind === 'fixed') return [still(node.part)]
  if (node.kind === 'given') return [node.put]
  if (node.kind === 'gone') return []
  const { number, isNumber, otherwise } = node
  const put = number === numberOf('@timestamp') ? 'putTime' : 'putValue'
  const quote = isNumber ? [] : [still('"')]
  const place = `base + cuts[${2 * number}], base + cuts[${2 * number + 1}]`
  const value = [
    `if (cuts[${2 * number + 1}] !== 0) {`,
    ...quote,
    `at = putCut(to, at, bytes, ${place})`,
    `cuts[${2 * number + 1}] = 0`,
    ...quote,
    '} else {',
    `at = ${put}(to, at, values[${number}])`,
    `values[${number}] = undefined`,
    '}'
  ]
  if (otherwise === undefined) return value
  return [`if (${isThere({ ...node, kind: 'value' })}) {`, ...value, '} else {', ...nodeCode(otherwise), '}']
}

/** So many bytes are put one by one, which takes less time than a call. */
const FEW = 24

/** Puts together what stands side by side and is always the same. */
function assemble(all: readonly Code[]): { readonly code: string; readonly pieces: readonly (readonly Part[])[] } {
  const code: string[] = []
  const pieces: Part[][] = []
  let piece: Part[] = []
  const close = () => {
    const text = piece.every(part => typeof part === 'string') ? Buffer.from(piece.join('')) : undefined
    if (text !== undefined && text.length <= FEW) {
      if (text.length > 0) code.push(...[...text].map((byte, i) => `to[at + ${i}] = ${byte}`), `at += ${text.length}`)
    } else {
      const index = pieces.push(piece) - 1
      code.push(`at = putPiece(to, at, fixed[${index}])`)
    }
    piece = []
  }
  for (const one of all) {
    if (typeof one === 'object') piece.push(one.part)
    else {
      close()
      code.push(one)
    }
  }
  close()
  return { code: code.join('\n'), pieces }
}

function inner(value: Value | undefined, name: string): Value | undefined {
  return isFields(value) ? value[name] : undefined
}
