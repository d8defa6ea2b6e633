// Runs a pickle to its end, or to its first fault. Nothing is looked up by the names in it, and nothing is called.

import type { PythonValue } from '../python/value.ts'
import { Machine } from './machine.ts'
import { OPCODES } from './opcodes.ts'

/** Why bytes are no pickle that could be read. */
export interface PickleError {
  /** As pickletools of CPython calls it; `byte 0x…` for what is none. */
  readonly opcode: string
  /** Where it stands, in bytes from the beginning. */
  readonly offset: number
  readonly reason: string
}

/** @param maxOpcodes how many may be run; each makes one value at most, so that it bounds the memory too */
export function unpickle(
  bytes: Buffer,
  maxOpcodes: number
): { readonly ok: PythonValue } | { readonly error: PickleError } {
  const machine = new Machine(bytes, maxOpcodes)
  for (let count = 0; ; count++) {
    const offset = machine.at
    const code = bytes[offset]
    const opcode = OPCODES[code ?? 256]
    if (code === undefined || opcode === undefined) {
      const [name, reason] = code === undefined ? ['the end', 'STOP is missing'] : [hex(code), 'it is no opcode']
      return { error: { opcode: name, offset, reason } }
    }
    if (count === maxOpcodes) machine.fail(`more than ${maxOpcodes} opcodes`)
    else {
      machine.at = offset + 1
      opcode.run(machine)
    }
    const ok = machine.hasStopped ? machine.pop() : null
    if (machine.hasStopped && machine.at < bytes.length) machine.fail(`${bytes.length - machine.at} bytes follow it`)
    if (machine.fault !== undefined) return { error: { opcode: opcode.name, offset, reason: machine.fault } }
    if (machine.hasStopped) return { ok }
  }
}

const hex = (code: number): string => `byte 0x${code.toString(16).padStart(2, '0')}`
