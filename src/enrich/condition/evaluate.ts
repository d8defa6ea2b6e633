// Compiles an expression to nested functions over `ctx`. Null goes through `?.` and `?:` alone; everything else that it
// meets is a failure, which ends the evaluation.

import { type Fields, isFields, type Value } from '#record'
import { isList, typeName } from '../field-path.ts'
import { each, Failure } from '../processor.ts'
import { call, itemAt } from './methods.ts'
import { mistake } from './mistake.ts'
import { calculate, compare, equal, type NumberType, negate } from './operators.ts'
import type { Node } from './parse.ts'
import { TYPES } from './types.ts'

type Evaluate = (ctx: Fields) => Value | Failure
type Binary = Extract<Node, { kind: 'binary' }>

/**
 * An expression that must be true or false.
 * @throws SluiceError E_ENRICH_CONDITION where it can be neither
 */
export function compileBoolean(node: Node, source: string): (ctx: Fields) => boolean | Failure {
  if (isNeverBoolean(node)) {
    throw mistake(source, node.column, source.slice(node.column), 'an expression that is true or false')
  }
  return truth(compile(node))
}

function compile(node: Node): Evaluate {
  switch (node.kind) {
    case 'ctx':
      return ctx => ctx
    case 'constant':
      return () => node.value
    case 'number':
      return () => node.number.value
    case 'regex':
      throw new TypeError('a regular expression is no value')
    case 'list': {
      const items = node.items.map(compile)
      return ctx => each(items, item => item(ctx))
    }
    case 'field':
      return compileField(node)
    case 'index':
      return compileIndex(node)
    case 'call':
      return compileCall(node)
    case 'unary':
      return compileUnary(node)
    case 'instanceof': {
      const [operand, isOf] = [compile(node.operand), TYPES.get(node.type)]
      return ctx => after(operand(ctx), value => value !== null && isOf?.(value) === true)
    }
    case 'ternary': {
      const [test, yes, no] = [truth(compile(node.test)), compile(node.yes), compile(node.no)]
      return ctx => after(test(ctx), isTrue => (isTrue ? yes : no)(ctx))
    }
    case 'binary':
      return compileBinary(node)
  }
}

function compileField({ of, name, isSafe }: Extract<Node, { kind: 'field' }>): Evaluate {
  const target = compile(of)
  return ctx => {
    const value = target(ctx)
    if (value instanceof Failure) return value
    if (isFields(value)) return Object.hasOwn(value, name) ? (value[name] ?? null) : null
    if (value === null) return isSafe ? null : new Failure(`cannot access field [${name}] of null`)
    if (isList(value) && name === 'length') return value.length
    return new Failure(`dynamic getter [${typeName(value)}, ${name}] not found`)
  }
}

function compileIndex(node: Extract<Node, { kind: 'index' }>): Evaluate {
  const [target, index] = [compile(node.of), compile(node.index)]
  return ctx =>
    after(target(ctx), value =>
      after(index(ctx), key => {
        if (isFields(value)) return typeof key === 'string' && Object.hasOwn(value, key) ? (value[key] ?? null) : null
        if (isList(value)) return itemAt(value, key)
        return new Failure(
          value === null ? 'cannot access an item of null' : `[${typeName(value)}] is neither a list nor a map`
        )
      })
    )
}

function compileCall({ of, name, args, isSafe }: Extract<Node, { kind: 'call' }>): Evaluate {
  const [target, argument] = [compile(of), args[0] === undefined ? () => null : compile(args[0])]
  return ctx => {
    const receiver = target(ctx)
    if (receiver instanceof Failure) return receiver
    if (receiver === null) return isSafe ? null : new Failure(`cannot call [${name}] of null`)
    return after(argument(ctx), value => call(receiver, name, value))
  }
}

function compileUnary({ operator, operand }: Extract<Node, { kind: 'unary' }>): Evaluate {
  const value = compile(operand)
  if (operator === '!') return ctx => after(truth(value)(ctx), isTrue => !isTrue)
  if (operator === '-') return ctx => after(value(ctx), negate)
  return ctx =>
    after(value(ctx), number =>
      typeof number === 'number' ? number : new Failure(`cannot apply [+] to [${typeName(number)}]`)
    )
}

function compileBinary(node: Binary): Evaluate {
  const { operator, right: rightNode } = node
  const left = compile(node.left)
  if (operator === '=~' || operator === '==~') return compileMatch(operator, left, rightNode)
  const right = compile(rightNode)
  switch (operator) {
    case '?:':
      return ctx => after(left(ctx), value => (value === null ? right(ctx) : value))
    case '&&': {
      const [first, second] = [truth(left), truth(right)]
      return ctx => after(first(ctx), isTrue => isTrue && second(ctx))
    }
    case '||': {
      const [first, second] = [truth(left), truth(right)]
      return ctx => after(first(ctx), isTrue => isTrue || second(ctx))
    }
    case '==':
      return both(left, right, equal)
    case '!=':
      return both(left, right, (a, b) => !equal(a, b))
    case '<':
    case '<=':
    case '>':
    case '>=':
      return both(left, right, (a, b) => compare(operator, a, b))
    default: {
      const type = numberType(node)
      return both(left, right, (a, b) => calculate(operator, a, b, type))
    }
  }
}

/** `=~` finds the expression anywhere, `==~` asks for the whole text. */
function compileMatch(operator: '=~' | '==~', text: Evaluate, node: Node): Evaluate {
  if (node.kind !== 'regex') throw new TypeError('matched by no regular expression')
  const { source, flags } = node.regex
  const pattern = operator === '=~' ? node.regex : new RegExp(`(?<![\\s\\S])(?:${source})(?![\\s\\S])`, flags)
  return ctx =>
    after(text(ctx), value =>
      typeof value === 'string' ? pattern.test(value) : new Failure(`cannot match [${typeName(value)}] as a text`)
    )
}

/** The type of arithmetic that shows in how its operands are written. */
function numberType(node: Node): NumberType {
  if (node.kind === 'number') return node.number.type
  if (node.kind === 'unary') return numberType(node.operand)
  if (node.kind !== 'binary' || !'+-*/%'.includes(node.operator)) return undefined
  const types = [numberType(node.left), numberType(node.right)]
  return types.includes('double') ? 'double' : types.includes('long') ? 'long' : undefined
}

/** Whether it shows that an expression can be neither true nor false. */
function isNeverBoolean(node: Node): boolean {
  switch (node.kind) {
    case 'constant':
      return typeof node.value !== 'boolean'
    case 'unary':
      return node.operator !== '!'
    case 'binary':
      return '+-*/%'.includes(node.operator)
    default:
      return node.kind === 'ctx' || node.kind === 'number' || node.kind === 'regex' || node.kind === 'list'
  }
}

function truth(value: Evaluate): (ctx: Fields) => boolean | Failure {
  return ctx => {
    const result = value(ctx)
    if (typeof result === 'boolean' || result instanceof Failure) return result
    return new Failure(`cannot cast [${typeName(result)}] to boolean`)
  }
}

function both(left: Evaluate, right: Evaluate, apply: (left: Value, right: Value) => Value | Failure): Evaluate {
  return ctx => {
    const first = left(ctx)
    if (first instanceof Failure) return first
    const second = right(ctx)
    return second instanceof Failure ? second : apply(first, second)
  }
}

function after<Input extends Value, Output>(value: Input | Failure, next: (value: Input) => Output): Output | Failure {
  return value instanceof Failure ? value : next(value)
}
