// Numbers as opcodes of pickles write them: whole ones of any length, and doubles.

import type { Float } from '../python/value.ts'
import type { Machine } from './machine.ts'

/** More digits than Python itself turns into text without being asked to (sys.int_info.default_max_str_digits). */
const MAX_DIGITS = 4300
const MAX_LONG_BYTES = 1785

/** A number where it is safe, else the bigint. */
export function whole(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** Two's complement of as many bytes as announced, the least significant first. */
export function pushLong(machine: Machine, width: number): void {
  const bytes = machine.counted(width)
  if (bytes.length > MAX_LONG_BYTES) {
    machine.fail(`a number takes ${bytes.length} bytes; at most ${MAX_LONG_BYTES} are allowed`)
    return
  }
  if (bytes.length <= 6) {
    machine.push(bytes.length === 0 ? 0 : bytes.readIntLE(0, bytes.length))
    return
  }
  const value = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
  machine.push(whole(BigInt.asIntN(bytes.length * 8, value)))
}

/** A whole number in digits, with an L behind those that Python 2 calls long; `00` and `01` are booleans. */
export function pushDigits(machine: Machine, areBooleans: boolean): void {
  const line = machine.line()
  if (areBooleans && (line === '00' || line === '01')) {
    machine.push(line === '01')
    return
  }
  const digits = /^\s*([+-]?)(\d+)L?\s*$/.exec(line)
  if (digits?.[2] === undefined || digits[2].length > MAX_DIGITS) {
    machine.fail(`a whole number of at most ${MAX_DIGITS} digits is expected`)
    return
  }
  const value = BigInt(digits[2])
  machine.push(whole(digits[1] === '-' ? -value : value))
}

export function pushSigned32(machine: Machine): void {
  machine.push(machine.unsigned(4) | 0)
}

/** A double, its most significant byte first. */
export function pushDouble(machine: Machine): void {
  const start = machine.skip(8)
  if (machine.fault === undefined) machine.push(float(machine.bytes.readDoubleBE(start)))
}

export function pushFloatText(machine: Machine): void {
  const line = machine.line().trim()
  const value = SPECIAL.get(line.replace(/^[+-]/, '').toLowerCase()) ?? Number(line === '' ? 'x' : line)
  if (Number.isNaN(value) && !/^[+-]?nan$/i.test(line)) machine.fail('a number with a fraction is expected')
  machine.push(float(line.startsWith('-') && value > 0 ? -value : value))
}

const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['inf', Number.POSITIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['nan', Number.NaN]
])

const float = (value: number): Float => ({ kind: 'float', value })

/** A place in the memo, in digits. */
export function indexOf(machine: Machine): number {
  const line = machine.line()
  return /^\d{1,9}$/.test(line) ? Number(line) : -1
}

/** A length that opcodes of Python 2 announce with a sign. */
export function signedLength(machine: Machine): number {
  const length = machine.unsigned(4) | 0
  if (length < 0) machine.fail('a length below zero is announced')
  return Math.max(length, 0)
}
