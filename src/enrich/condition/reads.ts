// Which fields an expression looks at.

import { unionOfReads } from '../processor.ts'
import type { Node } from './parse.ts'

export function readsOf(node: Node): readonly string[] | 'open' {
  const path = pathOf(node)
  if (path !== undefined) return path === '' ? 'open' : [path]
  return unionOfReads(childrenOf(node).map(readsOf))
}

/** The dotted name that a chain from ctx spells, empty for ctx itself; undefined for other expressions. */
function pathOf(node: Node): string | undefined {
  switch (node.kind) {
    case 'ctx':
      return ''
    case 'field':
      return joined(pathOf(node.of), node.name)
    case 'index':
      return node.index.kind === 'constant' && typeof node.index.value === 'string'
        ? joined(pathOf(node.of), node.index.value)
        : undefined
    case 'call': {
      const [key] = node.args
      const isKey = (node.name === 'containsKey' || node.name === 'get') && key?.kind === 'constant'
      return isKey && typeof key.value === 'string' ? joined(pathOf(node.of), key.value) : undefined
    }
    default:
      return undefined
  }
}

function joined(parent: string | undefined, name: string): string | undefined {
  if (parent === undefined) return undefined
  return parent === '' ? name : `${parent}.${name}`
}

function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case 'list':
      return node.items
    case 'field':
      return [node.of]
    case 'index':
      return [node.of, node.index]
    case 'call':
      return [node.of, ...node.args]
    case 'unary':
    case 'instanceof':
      return [node.operand]
    case 'binary':
      return [node.left, node.right]
    case 'ternary':
      return [node.test, node.yes, node.no]
    default:
      return []
  }
}
