// Takes a pipeline's processors beforehand, where that can be done: what they put and take away is changed in the tree of a
// document, and what they drop is decided on the values of a line. Whatever may fail or depends on more is not taken.

import { Failure, type Plain } from '#enrich'
import type { Ascii, Cuts, Values } from '#parse'
import { constant, isSure, leavesOf, type Node, plant, type Tree } from './tree.ts'
import { compileView } from './view.ts'

/** Whether an event is dropped, by what was read of its line; undefined where the interpreter is to say. */
export type Decide = (line: Ascii, values: Values, cuts: Cuts) => boolean | undefined

interface Taken {
  readonly drops: Decide | undefined
  /** Numbers of values that a parser may write and the document no longer has. */
  readonly unused: readonly number[]
}

type Set = Extract<Plain, { does: 'set' }>
type Remove = Extract<Plain, { does: 'remove' }>

/** Changes a tree as processors, in order, would change its documents; undefined where that cannot be told. */
export function take(steps: readonly Plain[], tree: Tree): Taken | undefined {
  const drops: Decide[] = []
  const unused: number[] = []
  for (const step of steps) {
    if (step.does === 'drop') {
      const decide = decider(step.condition, tree)
      if (decide === undefined) return undefined
      drops.push(decide)
    } else {
      const isTaken = step.does === 'set' ? takeSet(step, tree, unused) : takeRemove(step, tree, unused)
      if (!isTaken) return undefined
    }
  }
  const [first] = drops
  return { drops: drops.length > 1 ? inOrder(drops) : first, unused }
}

function inOrder(all: readonly Decide[]): Decide {
  return (line, values, cuts) => {
    for (const decide of all) {
      const verdict = decide(line, values, cuts)
      if (verdict !== false) return verdict
    }
    return false
  }
}

function decider(condition: Extract<Plain, { does: 'drop' }>['condition'], tree: Tree): Decide | undefined {
  if (condition === undefined) return () => true
  const view = condition.reads === 'open' ? undefined : compileView(tree, condition.reads)
  if (view === undefined) return undefined
  return (line, values, cuts) => {
    const verdict = condition.test(view(line, values, cuts))
    return verdict instanceof Failure ? undefined : verdict
  }
}

function takeSet({ path: { steps }, value, isOverriding }: Set, tree: Tree, unused: number[]): boolean {
  const found = nodeAt(tree, steps)
  if (found === UNTOLD || found?.kind === 'object' || (found !== undefined && isOfLine(found))) return false
  if (!isOverriding && found !== undefined && found.kind !== 'gone') {
    return found.kind === 'fixed' && typeof found.part === 'string' && found.part !== 'null'
  }
  noteUnused(found, unused)
  plant(tree, steps, () => constant(value))
  return true
}

function takeRemove({ paths, isIgnoringMissing }: Remove, tree: Tree, unused: number[]): boolean {
  for (const { steps } of paths) {
    const found = nodeAt(tree, steps)
    if (found === UNTOLD) return false
    if (found === undefined || found.kind === 'gone') {
      if (isIgnoringMissing) continue
      return false
    }
    if (leavesOf(found).some(isOfLine) || !(isSure(found) || isIgnoringMissing)) return false
    noteUnused(found, unused)
    plant(tree, steps, () => ({ kind: 'gone', was: found }))
  }
  return true
}

const UNTOLD = Symbol('untold')

/** What stands at a path; undefined where nothing ever does, `UNTOLD` where that is within a value or may be a tag. */
function nodeAt(tree: Tree, steps: readonly string[]): Node | undefined | typeof UNTOLD {
  if (steps[0] === 'tags') return UNTOLD
  let node: Node | undefined = tree
  for (const step of steps) {
    if (node === undefined || node.kind === 'gone') return undefined
    if (node.kind !== 'object') return UNTOLD
    node = node.members.get(step)
  }
  return node
}

/** Whether it says where and when a line was read: that stays the renderer's. */
function isOfLine(node: Node): boolean {
  return node.kind === 'given' || (node.kind === 'value' && node.otherwise?.kind === 'given')
}

function noteUnused(node: Node | undefined, unused: number[]): void {
  if (node === undefined) return
  for (const leaf of leavesOf(node)) if (leaf.kind === 'value') unused.push(leaf.number)
}
