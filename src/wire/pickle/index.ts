// Pickles of any protocol as plain values, without running anything of them.

import type { Value } from '#record'
import type { Answer, Limits } from '../limits.ts'
import { Budget } from '../python/budget.ts'
import { toValue } from '../python/json.ts'
import type { PythonValue } from '../python/value.ts'
import { unpickle } from './unpickle.ts'

/** The value that a pickle describes, as JSON has it; an error names the opcode and where it stands. */
export function readPickle(bytes: Uint8Array, limits: Limits): Answer<Value> {
  const read = describePickle(bytes, limits)
  if ('error' in read) return read
  const budget = budgetOf(limits)
  const ok = toValue(read.ok, budget)
  return budget.fault === undefined ? { ok } : { error: budget.fault }
}

/** The same, as Python has it. */
export function describePickle(bytes: Uint8Array, limits: Limits): Answer<PythonValue> {
  if (bytes.length > limits.frameBytes) {
    return { error: `a pickle of ${bytes.length} bytes; at most ${limits.frameBytes} are allowed` }
  }
  const read = unpickle(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), limits.opcodes)
  if ('ok' in read) return read
  const { opcode, offset, reason } = read.error
  return { error: `${opcode} at byte ${offset}: ${reason}` }
}

/** What may come of one frame: each byte may become an escape, and a text may be written both apart and into a message. */
export function budgetOf({ frameBytes, values, depth }: Limits): Budget {
  return new Budget({ characters: frameBytes * 8, values, depth })
}
