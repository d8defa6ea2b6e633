// Reads a condition: precedences are those of the Painless grammar, each operator's operands bound by its power. What
// Painless has beyond expressions, and what this does not know, is refused by name.

import { METHODS } from './methods.ts'
import { mistake } from './mistake.ts'
import { type NumberLiteral, type Token, tokenize } from './tokenize.ts'
import { TYPES } from './types.ts'

/** An expression. `column` says where in the condition it stands, from 0. */
export type Node = { readonly column: number } & (
  | { readonly kind: 'ctx' }
  | { readonly kind: 'constant'; readonly value: string | boolean | null }
  | { readonly kind: 'number'; readonly number: NumberLiteral }
  | { readonly kind: 'regex'; readonly regex: RegExp }
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'field'; readonly of: Node; readonly name: string; readonly isSafe: boolean }
  | { readonly kind: 'index'; readonly of: Node; readonly index: Node }
  | {
      readonly kind: 'call'
      readonly of: Node
      readonly name: string
      readonly args: readonly Node[]
      readonly isSafe: boolean
    }
  | { readonly kind: 'unary'; readonly operator: '!' | '-' | '+'; readonly operand: Node }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Node; readonly right: Node }
  | { readonly kind: 'instanceof'; readonly operand: Node; readonly type: string }
  | { readonly kind: 'ternary'; readonly test: Node; readonly yes: Node; readonly no: Node }
)

const POWERS = {
  '?:': 2,
  '||': 3,
  '&&': 4,
  '==': 5,
  '!=': 5,
  '<': 7,
  '<=': 7,
  '>': 7,
  '>=': 7,
  '=~': 8,
  '==~': 8,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10
} as const
export type BinaryOperator = keyof typeof POWERS
const INSTANCEOF_POWER = 6
const TERNARY_POWER = 1

const INSTEAD = new Map([
  ['=', '"==" to compare; nothing can be assigned'],
  ['===', '"=="'],
  ['!==', '"!="'],
  ['&', '"&&"'],
  ['|', '"||"'],
  ['{', 'an expression; statements are not supported'],
  [';', 'one expression']
])
const STATEMENTS = new Set([
  'if',
  'for',
  'while',
  'do',
  'def',
  'new',
  'try',
  'throw',
  'return',
  'int',
  'long',
  'boolean'
])
const METADATA = /^_(?:index|id|routing|version|version_type|ingest|source|op_type)$/
const VALUES = 'a field of ctx, a number, a text in quotes, true, false, null, [a list] or (an expression)'

/** @throws SluiceError E_ENRICH_CONDITION with the column, what was found there and what is allowed */
export function parse(source: string): Node {
  const reader = new Reader(source)
  reader.takeIf('return', 'name')
  const node = expression(reader, 0)
  reader.takeIf(';')
  if (reader.next.kind !== 'end') throw reader.refuse('an operator or the end')
  return node
}

/** The tokens of a condition, read one after the other. */
class Reader {
  readonly #source: string
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(source: string) {
    this.#source = source
    this.#tokens = tokenize(source)
  }

  get next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', column: this.#source.length }
  }

  take(): Token {
    const token = this.next
    this.#at++
    return token
  }

  takeIf(text: string, kind: Token['kind'] = 'operator'): boolean {
    const isNext = this.next.kind === kind && this.next.text === text
    if (isNext) this.#at++
    return isNext
  }

  expect(text: string, allowed: string): void {
    if (!this.takeIf(text)) throw this.refuse(allowed)
  }

  /** An error at the next token, or at `token`. */
  refuse(allowed: string, token: Token = this.next) {
    return mistake(this.#source, token.column, token.text, INSTEAD.get(token.text) ?? allowed)
  }
}

/** An expression whose operators all bind with at least `power`. */
function expression(reader: Reader, power: number): Node {
  let left = unary(reader)
  for (;;) {
    const { text, column } = reader.next
    if (text === 'instanceof' && INSTANCEOF_POWER >= power) left = instanceOf(reader, left)
    else if (text === '?' && TERNARY_POWER >= power) left = ternary(reader, left)
    else if (isBinary(text) && POWERS[text] >= power) {
      reader.take()
      // Only the elvis operator groups from the right.
      const right = expression(reader, text === '?:' ? POWERS[text] : POWERS[text] + 1)
      left = binary(reader, text, left, right, column)
    } else return left
  }
}

function binary(reader: Reader, operator: BinaryOperator, left: Node, right: Node, column: number): Node {
  const isMatch = operator === '=~' || operator === '==~'
  if (isMatch !== (right.kind === 'regex') || left.kind === 'regex') {
    const token: Token = { kind: 'operator', text: operator, column }
    throw reader.refuse(
      isMatch ? `a /regular expression/ behind ${operator}` : 'a regular expression only behind =~ and ==~',
      token
    )
  }
  return { kind: 'binary', operator, left, right, column }
}

function instanceOf(reader: Reader, operand: Node): Node {
  const { column } = reader.take()
  const type = reader.take()
  if (!TYPES.has(type.text)) throw reader.refuse([...TYPES.keys()].join(', '), type)
  return { kind: 'instanceof', operand, type: type.text, column }
}

function ternary(reader: Reader, test: Node): Node {
  const { column } = reader.take()
  const yes = expression(reader, TERNARY_POWER)
  reader.expect(':', '":" and what holds otherwise')
  return { kind: 'ternary', test, yes, no: expression(reader, TERNARY_POWER), column }
}

function unary(reader: Reader): Node {
  const { text, column } = reader.next
  if (text === '!' || text === '-' || text === '+') {
    reader.take()
    return { kind: 'unary', operator: text, operand: unary(reader), column }
  }
  let node = primary(reader)
  for (;;) {
    const next = postfix(reader, node)
    if (next === undefined) return node
    node = next
  }
}

/** What follows a value: `.name`, `?.name`, `.method(…)` or `[index]`; undefined where none does. */
function postfix(reader: Reader, of: Node): Node | undefined {
  const { text, column } = reader.next
  if (text === '[') {
    reader.take()
    const index = expression(reader, 0)
    reader.expect(']', '"]"')
    return { kind: 'index', of, index, column }
  }
  if (text !== '.' && text !== '?.') return undefined
  reader.take()
  const isSafe = text === '?.'
  const name = reader.take()
  if (name.kind !== 'name')
    throw reader.refuse('a name; a field with another name is written ctx["name"], an item of a list [0]', name)
  if (!reader.takeIf('(')) {
    if (of.kind === 'ctx' && METADATA.test(name.text))
      throw reader.refuse('fields of the event; it has no metadata before it is shipped', name)
    return { kind: 'field', of, name: name.text, isSafe, column }
  }
  const args = listUntil(reader, ')')
  const arity = METHODS.get(name.text)
  if (arity === undefined) throw reader.refuse([...METHODS.keys()].map(method => `${method}()`).join(', '), name)
  if (arity !== args.length)
    throw reader.refuse(`${name.text}() with ${arity === 0 ? 'nothing' : 'one value'} in its parentheses`, name)
  return { kind: 'call', of, name: name.text, args, isSafe, column }
}

function primary(reader: Reader): Node {
  const token = reader.take()
  const { column } = token
  switch (token.kind) {
    case 'number':
      return { kind: 'number', number: token.number, column }
    case 'string':
      return { kind: 'constant', value: token.value, column }
    case 'regex':
      return { kind: 'regex', regex: token.regex, column }
    case 'name':
      return named(reader, token)
    case 'operator':
      if (token.text === '[') return { kind: 'list', items: listUntil(reader, ']'), column }
      if (token.text === '(') {
        const node = expression(reader, 0)
        reader.expect(')', 'an operator or ")"')
        return node
      }
  }
  throw reader.refuse(VALUES, token)
}

function named(reader: Reader, token: Token): Node {
  const { text, column } = token
  if (text === 'ctx') return { kind: 'ctx', column }
  if (text === 'true' || text === 'false') return { kind: 'constant', value: text === 'true', column }
  if (text === 'null') return { kind: 'constant', value: null, column }
  throw reader.refuse(
    STATEMENTS.has(text) ? 'an expression; statements and declarations are not supported' : VALUES,
    token
  )
}

/** Expressions up to a bracket, separated by commas. */
function listUntil(reader: Reader, closing: ')' | ']'): Node[] {
  const items: Node[] = []
  if (reader.takeIf(closing)) return items
  do items.push(expression(reader, 0))
  while (reader.takeIf(','))
  reader.expect(closing, `"," or "${closing}"`)
  return items
}

function isBinary(text: string): text is BinaryOperator {
  return Object.hasOwn(POWERS, text)
}
