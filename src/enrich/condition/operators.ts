// Operators on values as Painless has them for `def`: numbers only among numbers, whole numbers as Java's int and long,
// and no truth but true and false.

import type { Value } from '#record'
import { typeName } from '../field-path.ts'
import { Failure } from '../processor.ts'

export type Arithmetic = '+' | '-' | '*' | '/' | '%'
export type Comparison = '<' | '<=' | '>' | '>='
/** The type that an operand has by how it is written, where that is known. */
export type NumberType = 'int' | 'long' | 'double' | undefined

/**
 * Values of unlike types are unequal. So are lists and objects, even with themselves: an ingest document shows another
 * view of them each time.
 */
export function equal(left: Value, right: Value): boolean {
  return left === right && (typeof left !== 'object' || left === null)
}

export function compare(operator: Comparison, left: Value, right: Value): boolean | Failure {
  if (typeof left !== 'number' || typeof right !== 'number') return notApplicable(operator, left, right)
  switch (operator) {
    case '<':
      return left < right
    case '<=':
      return left <= right
    case '>':
      return left > right
    case '>=':
      return left >= right
  }
}

/** @param type the type of the result, where it is known from how the operands are written */
export function calculate(operator: Arithmetic, left: Value, right: Value, type: NumberType): Value | Failure {
  if (operator === '+' && (typeof left === 'string' || typeof right === 'string')) return concatenate(left, right)
  if (typeof left !== 'number' || typeof right !== 'number') return notApplicable(operator, left, right)
  if (type === 'double' || !Number.isInteger(left) || !Number.isInteger(right)) return ofDoubles(operator, left, right)
  const isInt = type !== 'long' && left === (left | 0) && right === (right | 0)
  return ofIntegers(operator, left, right, isInt)
}

export function negate(value: Value): Value | Failure {
  return typeof value === 'number' ? 0 - value : new Failure(`cannot apply [-] to [${typeName(value)}]`)
}

function ofDoubles(operator: Arithmetic, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return left / right
    case '%':
      return left % right
  }
}

/** Whole numbers: divided without a fraction, and wrapped around where they go beyond an int or a long. */
function ofIntegers(operator: Arithmetic, left: number, right: number, isInt: boolean): number | Failure {
  if ((operator === '/' || operator === '%') && right === 0) return new Failure('/ by zero')
  if (isInt && operator === '*') return Math.imul(left, right)
  const result = Math.trunc(ofDoubles(operator, left, right))
  if (isInt) return result | 0
  return Number.isSafeInteger(result) ? result : ofLongs(operator, BigInt(left), BigInt(right))
}

/** What leaves the whole numbers that a double holds: exact in 64 bits, and only then rounded to a double. */
function ofLongs(operator: Arithmetic, left: bigint, right: bigint): number {
  const result = operator === '*' ? left * right : operator === '-' ? left - right : left + right
  return Number(BigInt.asIntN(64, result))
}

function concatenate(left: Value, right: Value): string | Failure {
  const isPlain = (value: Value): boolean => typeof value !== 'object' || value === null
  return isPlain(left) && isPlain(right) ? `${left}${right}` : notApplicable('+', left, right)
}

function notApplicable(operator: string, left: Value, right: Value): Failure {
  return new Failure(`cannot apply [${operator}] to [${typeName(left)}] and [${typeName(right)}]`)
}
