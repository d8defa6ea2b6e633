// Finds what a TypeScript file imports, in every form the language has, types included. It reads the syntax tree of
// Vite's parser, so that comments and strings cannot be mistaken for imports.
import { parseAst } from 'vitest/node'

interface Node {
  readonly type: string
  readonly [field: string]: unknown
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

/** The text of a literal or of a template without holes. */
function literal(node: unknown): string | undefined {
  if (!isNode(node)) return undefined
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node.type !== 'TemplateLiteral' || !Array.isArray(node.quasis) || node.quasis.length !== 1) return undefined
  return node.quasis[0].value.cooked
}

/** `require(…)`, `require.resolve(…)` and `import.meta.resolve(…)`. */
function isResolvingCall(node: Node): boolean {
  if (node.type !== 'CallExpression' || !isNode(node.callee)) return false
  const { callee } = node
  if (callee.type === 'Identifier') return callee.name === 'require'
  if (callee.type !== 'MemberExpression' || !isNode(callee.object) || !isNode(callee.property)) return false
  const isResolver = callee.object.type === 'MetaProperty' || callee.object.name === 'require'
  return isResolver && callee.property.name === 'resolve'
}

/** The node that names a module, where `node` asks for one. */
function specifierOf(node: Node): unknown {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ImportExpression':
    case 'ExportAllDeclaration':
    case 'TSImportType':
      return node.source
    case 'ExportNamedDeclaration':
      return node.source ?? undefined
    case 'TSExternalModuleReference':
      return node.expression
    default:
      return isResolvingCall(node) && Array.isArray(node.arguments) ? node.arguments[0] : undefined
  }
}

/**
 * Every module specifier of a source text, in order of appearance; `file` is for messages.
 * @throws where a specifier is computed, because nobody can check where it leads.
 */
export function importsOf(source: string, file = 'sample.ts'): string[] {
  const found: string[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit)
    if (!isNode(value)) return
    const asked = specifierOf(value)
    if (asked !== undefined) {
      const name = literal(asked)
      if (name === undefined)
        throw new Error(`a computed import: ${source.slice(Number(value.start), Number(value.end))}`)
      found.push(name)
    }
    Object.values(value).forEach(visit)
  }
  visit(parseAst(source, { lang: 'ts' }, file))
  return found
}
